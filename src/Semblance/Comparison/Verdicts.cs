using System.Globalization;
using Semblance.Statistics;

namespace Semblance.Comparison;

/// <summary>Results in one plain sentence: direction, size, interval and p.</summary>
internal static class Verdicts
{
    /// <summary>The sentence about two models.</summary>
    /// <param name="pair">Everything but its verdict.</param>
    /// <param name="prompts">How many.</param>
    /// <param name="level">Of the interval; the test is at 1 - level.</param>
    /// <param name="pairs">How many pairs were tested: above one the p is Holm's.</param>
    public static string Of(PairComparison pair, int prompts, double level, int pairs)
    {
        if (pair.Wilcoxon is null)
        {
            return Invariant(
                $"There is no difference at all: {pair.First} and {pair.Second} have the same score on each of {prompts} prompts."
            );
        }

        var p = pair.AdjustedP ?? pair.Wilcoxon.P;
        var difference = pair.Difference;
        var holm = pairs > 1 ? Invariant($" after Holm over {pairs} pairs") : "";
        var numbers = Invariant(
            $"{pair.Second} - {pair.First} = {Signed(difference.Value)} points on average ({100 * difference.Level:G4}% interval {Signed(difference.Low)} to {Signed(difference.High)}; Wilcoxon {P(p)}{holm}; {prompts} prompts)"
        );
        var byTest = p <= 1 - level;
        var byInterval = difference.Level >= level - 1e-9 && (difference.Low > 0 || difference.High < 0);
        var ranked = prompts - pair.Wilcoxon.Zeros;

        // Holm's factor is at least 1, and that of the smallest p the number of pairs.
        var least = Math.Max(LeastP(ranked, 1), LeastP(prompts, pairs));
        if (least > 1 - level)
        {
            // Neither a difference nor a contradiction: the test has no say.
            var few =
                ranked < prompts ? $"the {ranked} of {prompts} prompts whose scores differ" : $"{prompts} prompts";
            var rest = byInterval ? "; only the interval of the mean leaves out 0" : "";
            return Invariant(
                $"Whether {pair.First} and {pair.Second} differ cannot be shown with {few}, since signed ranks give no p below {least:G3} there{holm}{rest}: {numbers}."
            );
        }

        var sameWay = Math.Sign(difference.Value) * (pair.Wilcoxon.WPlus - pair.Wilcoxon.WMinus) > 0;
        return (byTest, byInterval) switch
        {
            (true, true) when sameWay => difference.Value > 0
                ? $"{pair.Second} is more consistent than {pair.First}: {numbers}."
                : $"{pair.Second} is less consistent than {pair.First}: {numbers}.",
            (false, false) =>
                $"No difference between {pair.First} and {pair.Second} is shown, which is not to say that there is none: {numbers}.",
            _ =>
                $"The evidence for a difference between {pair.First} and {pair.Second} is mixed, since the test and the interval disagree: {numbers}.",
        };
    }

    /// <summary>The sentence about three or more models.</summary>
    public static string Of(
        SeveralModels? several,
        IReadOnlyList<ModelEntry> models,
        IReadOnlyList<PairComparison> pairs,
        int prompts,
        double level,
        string? against
    )
    {
        if (several is null)
        {
            return $"There is no difference at all: all {models.Count} models have the same score on each of {prompts} prompts.";
        }

        var test = Invariant($"Friedman {P(several.P)}, {prompts} prompts");
        if (!(several.P <= 1 - level))
        {
            return $"No difference among the {models.Count} models is shown ({test}).";
        }

        var first = against is null
            ? models.MinBy(model => model.AverageRank)!
            : models.Single(m => m.Model == against);
        var own = pairs.Where(pair => pair.First == first.Model || pair.Second == first.Model).ToArray();
        var apart = own.Count(pair => pair.AdjustedP <= 1 - level);
        var place = against is null ? "ranks first" : "is the one to compare with";
        var others =
            LeastP(prompts, pairs.Count) > 1 - level
                ? Invariant(
                    $", but signed ranks cannot tell any two models apart with {prompts} prompts: after Holm over {pairs.Count} pairs that takes {WilcoxonSignedRank.FewestPairs((1 - level) / (2 * pairs.Count))}"
                )
                : Invariant(
                    $" and differs significantly from {apart} of the {own.Length} others (Wilcoxon after Holm over {pairs.Count} pairs)"
                );
        return Invariant(
            $"The models differ ({test}): {first.Model} {place} (average rank {first.AverageRank:F2}, mean {first.Mean.Value:F2}){others}."
        );
    }

    /// <summary>The smallest two-sided signed-rank p of so many differences other than 0, times the number of pairs.</summary>
    private static double LeastP(int ranked, int pairs) => Math.Min(1, 2 * pairs * WilcoxonSignedRank.LeastP(ranked));

    /// <summary>A p-value to be read: <c>p = 0.0120</c>, <c>p = 3.4e-18</c>, <c>p &lt; 1e-300</c>.</summary>
    public static string P(double p) =>
        p switch
        {
            < 1e-300 => "p < 1e-300",
            < 0.001 => Invariant($"p = {p:0.0e-0}"),
            < 0.99995 => Invariant($"p = {p:0.0000}"),
            < 1 => "p > 0.9999",
            _ => "p = 1",
        };

    /// <summary><c>1 point</c>, <c>0.5 points</c>.</summary>
    public static string Points(double points) => Invariant($"{points:0.####} point{(points == 1 ? "" : "s")}");

    /// <summary>With its sign and two decimals.</summary>
    public static string Signed(double value) => Invariant($"{value:+0.00;-0.00;0.00}");

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

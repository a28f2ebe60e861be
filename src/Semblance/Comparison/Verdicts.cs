using Semblance.Wording;
using static System.FormattableString;

namespace Semblance.Comparison;

/// <summary>The result of one pair in one sentence, with direction, size, interval and p, and the form of such numbers.</summary>
internal static class Verdicts
{
    /// <summary>The sentence about two models.</summary>
    /// <param name="pair">Everything but its verdict.</param>
    /// <param name="prompts">How many.</param>
    /// <param name="level">Of the interval; the test is at 1 - level.</param>
    /// <param name="pairs">How many pairs were tested: above one Holm's p decides.</param>
    public static string Of(PairComparison pair, int prompts, double level, int pairs)
    {
        var evidence = PairEvidence.Of(pair, prompts, level, pairs);
        var (first, second) = (pair.First, pair.Second);
        var numbers = Numbers(pair, prompts, pairs);
        return evidence.Finding switch
        {
            PairFinding.Equal => Invariant(
                $"There is no difference at all: {first} and {second} have the same score on each of {prompts} prompts."
            ),
            PairFinding.TooFew => TooFew(pair, evidence, prompts, pairs, numbers),
            PairFinding.SecondBetter => $"{second} is more consistent than {first}: {numbers}.",
            PairFinding.FirstBetter => $"{second} is less consistent than {first}: {numbers}.",
            PairFinding.Mixed =>
                $"The evidence for a difference between {first} and {second} is mixed, {Disagreement(pair, evidence)}: {numbers}.",
            _ => $"No difference between {first} and {second} is shown{Alone(pair, evidence, pairs)}: {numbers}.",
        };
    }

    /// <summary>The difference with its interval and p, for a sentence: <c>B - A = +1.20 points on average (...)</c>.</summary>
    /// <param name="pair">With a signed-rank test.</param>
    /// <param name="prompts">How many.</param>
    /// <param name="pairs">How many pairs were tested.</param>
    /// <param name="turned">Whether to give first - second instead.</param>
    public static string Numbers(PairComparison pair, int prompts, int pairs, bool turned = false)
    {
        var own = pair.Difference;
        var (value, low, high) = turned ? (-own.Value, -own.High, -own.Low) : (own.Value, own.Low, own.High);
        var decimals = SignedPoints.Decimals(own);
        var (minuend, subtrahend) = turned ? (pair.First, pair.Second) : (pair.Second, pair.First);
        var test =
            pair.Wilcoxon is not { } wilcoxon ? "no difference to test"
            : pairs > 1
                ? $"two-sided Wilcoxon {P(wilcoxon.Decides)}, after Holm over {pairs} pairs {P(pair.AdjustedP ?? wilcoxon.Decides)}"
            : $"two-sided Wilcoxon {P(wilcoxon.Decides)}";
        var interval =
            own.Low == own.High
                ? "it does not vary over prompts, so that there is no interval"
                : $"{Percent(own.Level)} interval {SignedPoints.Of(low, decimals)} to {SignedPoints.Of(high, decimals)}";
        return Invariant(
            $"{minuend} - {subtrahend} = {SignedPoints.Of(value, decimals)} points on average ({interval}; {test}; {prompts} prompts)"
        );
    }

    /// <summary>A p-value as text: <c>p = 0.0120</c>, <c>p = 3.4e-18</c>, <c>p &lt; 1e-300</c>.</summary>
    public static string P(double p) =>
        p switch
        {
            < 1e-300 => "p < 1e-300",
            < 0.001 => Invariant($"p = {p:0.0e-0}"),
            < 0.99995 => Invariant($"p = {p:0.0000}"),
            < 1 => "p > 0.9999",
            _ => "p = 1",
        };

    /// <summary>A level with enough digits to differ from 1: <c>95%</c>, <c>93.75%</c>, <c>99.9999%</c>.</summary>
    public static string Percent(double level)
    {
        var text = Invariant($"{100 * level:0.##}%");
        return text == "100%" ? Invariant($"{100 * level:G10}%") : text;
    }

    /// <summary>A number of points: <c>1 point</c>, <c>0.5 points</c>.</summary>
    public static string Points(double points) => Invariant($"{points:0.####} point{(points == 1 ? "" : "s")}");

    /// <summary>With its sign and two decimals.</summary>
    public static string Signed(double value) => SignedPoints.Of(value);

    /// <summary>Neither a difference nor a contradiction: the test cannot decide.</summary>
    private static string TooFew(PairComparison pair, PairEvidence evidence, int prompts, int pairs, string numbers)
    {
        var few =
            evidence.Ranked < prompts
                ? $"the {evidence.Ranked} of {prompts} prompts whose scores differ"
                : $"{prompts} prompts";
        var holm = pairs > 1 ? $" after Holm over {pairs} pairs" : "";
        var rest = evidence.ByInterval ? "; only the interval of the mean leaves out 0" : "";
        return Invariant(
            $"Whether {pair.First} and {pair.Second} differ cannot be shown with {few}, since signed ranks give no p below {evidence.LeastP:G3} there{holm}{rest}: {numbers}."
        );
    }

    private static string Disagreement(PairComparison pair, PairEvidence evidence)
    {
        if (!evidence.ByTest)
        {
            return "since the interval of the mean leaves out 0 and the test finds no difference";
        }

        if (evidence.SameWay || pair.Difference.Value == 0)
        {
            return "since the test finds one and the interval of the mean does not leave out 0";
        }

        var (byMean, byRanks, prompts) =
            pair.Difference.Value > 0
                ? (pair.Second, pair.First, pair.FirstHigher)
                : (pair.First, pair.Second, pair.SecondHigher);
        return Invariant(
            $"since mean and ranks point opposite ways, the mean to {byMean} and the test to {byRanks}, which is higher on {prompts} of {pair.FirstHigher + pair.SecondHigher + pair.Equal} prompts (pseudomedian {Signed(pair.HodgesLehmann.Value)})"
        );
    }

    /// <summary>Where a pair among many is not significant: what it would be if it were the only one.</summary>
    private static string Alone(PairComparison pair, PairEvidence evidence, int pairs) =>
        (evidence.ByTest, evidence.ByInterval) switch
        {
            (false, false) => ", which is not to say that there is none",
            (true, true) when evidence.SameWay =>
                $" once {pairs} pairs are tested (the pair alone would show {(pair.Difference.Value > 0 ? pair.Second : pair.First)} more consistent)",
            _ => $" once {pairs} pairs are tested (of the pair alone test and interval disagree)",
        };
}

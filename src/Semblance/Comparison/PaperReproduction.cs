using Semblance.Statistics;

namespace Semblance.Comparison;

/// <summary>The paper's own tests, computed as its code had them from scipy, faults included.</summary>
internal static class PaperReproduction
{
    private const string AlwaysRejects =
        "kstest(scores, \"norm\") compares scores in the tens with the normal distribution of mean 0 and standard deviation 1, so D is 1 and p is 0 for every model: it always rejects and says nothing about normality. What matters is whether the paired differences are normal: see Lilliefors and Shapiro-Wilk.";

    private const string NotPaired =
        "ks_2samp treats the scores of two models as independent samples, but they come from the same prompts; the signed-rank test of the differences uses that.";

    private const string NormalApproximation =
        "scipy's wilcoxon gives the normal approximation without continuity correction above 50 prompts, and above 13 where differences tie or are zero; the exact p stands under the corrected tests.";

    private const string Exact = "exact";

    private const string Approximate = "normal approximation";

    /// <summary>The tests of each model and of each pair.</summary>
    /// <param name="matrix">The scores.</param>
    /// <param name="pairs">Indices of the models of each pair.</param>
    public static PaperTests Of(ScoreMatrix matrix, IReadOnlyList<(int First, int Second)> pairs)
    {
        var scores = Enumerable.Range(0, matrix.Models.Count).Select(matrix.Scores).ToArray();
        var normal = matrix.Models.Select(
            (model, m) =>
            {
                var test = KolmogorovSmirnov.AgainstNormal(scores[m]);
                return new PaperNormality(model, test.Statistic, test.P);
            }
        );
        PaperPair[] two = [.. pairs.Select(pair => Pair(matrix, pair, scores[pair.First], scores[pair.Second]))];
        var approximated = Array.Exists(two, pair => pair.WilcoxonMethod == Approximate);
        return new PaperTests(
            [.. normal],
            two,
            [AlwaysRejects, NotPaired, .. approximated ? (string[])[NormalApproximation] : []]
        );
    }

    private static PaperPair Pair(ScoreMatrix matrix, (int First, int Second) pair, double[] x, double[] y)
    {
        var (first, second) = (matrix.Models[pair.First], matrix.Models[pair.Second]);
        var (distance, p) = KolmogorovSmirnov.TwoSample(x, y);
        if (x.AsSpan().SequenceEqual(y))
        {
            return new PaperPair(first, second, distance, p, null, null, "all differences are zero");
        }

        // scipy takes the differences as they are, without rounding.
        var wilcoxon = WilcoxonSignedRank.Of(x, y);
        var exact = wilcoxon.ScipyMethod != "asymptotic" && wilcoxon.Exact is not null;
        return new PaperPair(
            first,
            second,
            distance,
            p,
            Math.Min(wilcoxon.WPlus, wilcoxon.WMinus),
            (exact ? wilcoxon.Exact! : wilcoxon.Normal).TwoSided,
            exact ? Exact : Approximate
        );
    }
}

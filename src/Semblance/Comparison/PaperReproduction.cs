using Semblance.Statistics;
using Semblance.Statistics.Distributions;

namespace Semblance.Comparison;

/// <summary>The paper's own tests, computed as its code had them from scipy, faults included.</summary>
internal static class PaperReproduction
{
    private const string AlwaysRejects =
        "kstest(scores, \"norm\") compares scores in the tens with the normal distribution of mean 0 and standard deviation 1, so D is 1 and p is 0 for every model: it always rejects and says nothing about normality. What matters is whether the paired differences are normal: see Lilliefors and Shapiro-Wilk.";

    private const string NotPaired =
        "ks_2samp treats the scores of two models as independent samples, but they come from the same prompts; the signed-rank test of the differences uses that.";

    private const string NormalApproximation =
        "wilcoxon of scipy 1.11.4, which the paper's code asks for, gives the normal approximation without continuity correction above 50 prompts, and where a difference is zero; the exact p stands under the corrected tests.";

    private const string TiesIgnored =
        "wilcoxon of scipy 1.11.4 counts up to 50 prompts exactly, as if no two differences were of one size; the p that regards such ties stands under the corrected tests.";

    private const string Exact = "exact";

    private const string ExactWithoutTies = "exact, ties ignored";

    private const string Approximate = "normal approximation";

    /// <summary>Up to here scipy 1.11.4 counts.</summary>
    private const int MostCounted = 50;

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
        return new PaperTests(
            [.. normal],
            two,
            [
                AlwaysRejects,
                NotPaired,
                .. Said(Approximate, NormalApproximation),
                .. Said(ExactWithoutTies, TiesIgnored),
            ]
        );

        IEnumerable<string> Said(string method, string note) =>
            Array.Exists(two, pair => pair.WilcoxonMethod == method) ? [note] : [];
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
        var counted = wilcoxon is { Pairs: <= MostCounted, Zeros: 0 };
        return new PaperPair(
            first,
            second,
            distance,
            p,
            Math.Min(wilcoxon.WPlus, wilcoxon.WMinus),
            counted ? Counted(wilcoxon) : wilcoxon.Normal.TwoSided,
            !counted ? Approximate
                : wilcoxon.HasTies ? ExactWithoutTies
                : Exact
        );
    }

    /// <summary>By the law of the ranks 1 to n, whatever the ties: a sum that ends in a half is cut, and that in the middle has p 1.</summary>
    private static double Counted(WilcoxonSignedRank test)
    {
        // scipy's differences are first - second.
        var sum = (long)test.WMinus;
        var all = (long)test.Pairs * (test.Pairs + 1) / 2;
        var law = SubsetSum.OfRanks(test.Pairs);
        return sum == all / 2 ? 1 : Math.Min(1, 2 * Math.Min(law.Cdf(sum), law.UpperTail(sum)));
    }
}

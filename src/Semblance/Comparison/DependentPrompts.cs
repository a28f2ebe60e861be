using Semblance.Statistics;
using Semblance.Statistics.Distributions;
using Semblance.Variance;
using static System.FormattableString;

namespace Semblance.Comparison;

/// <summary>
/// Tests and limits made for independent prompts, carried over to prompts that go together.
/// </summary>
/// <remarks>
/// By clusters a test flips whole clusters: the sum of the cluster's differences, or of its signed ranks, has either sign
/// with the same chance (B. Rosner, R. J. Glynn and M.-L. T. Lee, "The Wilcoxon signed rank test for paired comparisons of
/// clustered data", Biometrics 62 (2006)). Seeds that all prompts share shift all differences alike, and no flip undoes it:
/// the deviate z of the test is then divided by the factor by which seeds widen the error of the mean, and compared with
/// Student's t of its degrees of freedom. That is exact for the mean of normal differences, and for signed ranks, whose
/// pseudomedian the same shift moves, it is held by simulation (docs/statistics.md).
/// </remarks>
internal sealed class DependentPrompts(MeanError error, int[]? clusters, int prompts)
{
    private const int Flips = 99_999;

    /// <summary>Whether the prompts are independent, as far as is known.</summary>
    public bool None => error.Independent;

    /// <summary>The sign-flip test of the mean.</summary>
    /// <param name="d">The differences.</param>
    /// <param name="independent">What the test gives for independent prompts.</param>
    /// <param name="seed">Of the flips, where they are drawn.</param>
    public PValues Flipped(double[] d, PValues independent, ulong seed) =>
        Softened(clusters is null ? independent : SignFlip.Of(Sums(d, clusters), Flips, seed, 1).P);

    /// <summary>The signed-rank test, with the signs of ranks flipped by cluster.</summary>
    /// <inheritdoc cref="Flipped"/>
    public PValues SignedRank(double[] d, PValues independent, ulong seed) =>
        None ? independent
        : clusters is null ? Softened(independent)
        : Softened(SignFlip.Of(Sums(SignedRanksOf(d), clusters), Flips, seed, 1).P);

    private static double[] Sums(double[] values, int[] clusters)
    {
        var sums = new double[clusters.Max() + 1];
        for (var i = 0; i < values.Length; i++)
        {
            sums[clusters[i]] += values[i];
        }

        return Array.ConvertAll(sums, PairedDifferences.Rounded);
    }

    /// <summary>The signed ranks of the differences; 0 for those of 0, which are not ranked.</summary>
    private static double[] SignedRanksOf(double[] d)
    {
        var ranks = new double[d.Length];
        int[] ranked = [.. Enumerable.Range(0, d.Length).Where(i => d[i] != 0)];
        var sizes = Ranks.Of([.. ranked.Select(i => Math.Abs(d[i]))]);
        for (var k = 0; k < ranked.Length; k++)
        {
            ranks[ranked[k]] = Math.Sign(d[ranked[k]]) * sizes[k];
        }

        return ranks;
    }

    private PValues Softened(PValues p) =>
        error.SeedsWiden ? new PValues(2 * Soft(p.TwoSided / 2), Soft(p.Less), Soft(p.Greater)) : p;

    /// <summary>Limits as far from their estimate as the dependence asks for.</summary>
    /// <param name="estimate">Between the limits.</param>
    /// <param name="limits">For independent prompts.</param>
    /// <param name="tail">Chance beyond each.</param>
    public Interval Widened(double estimate, Interval limits, double tail)
    {
        var factor = error.Widening(tail, prompts);
        return new Interval(
            estimate - (factor * (estimate - limits.Low)),
            estimate + (factor * (limits.High - estimate))
        );
    }

    /// <summary>What to add to the name of a method; nothing where prompts are independent.</summary>
    public string Note(double tail) =>
        None
            ? ""
            : Invariant(
                $", limits {error.Widening(tail, prompts):0.##} times as far since prompts are not independent"
            );

    private double Soft(double p)
    {
        // Beyond a double's range nothing is left to be made larger.
        var z = p <= 0 ? 38 : -Normal.Quantile(Math.Min(p, 1 - 1e-16));
        var factor = error.StandardError / Math.Sqrt(error.PromptPart);
        return StudentT.UpperTail(z / factor, error.DegreesOfFreedom);
    }
}

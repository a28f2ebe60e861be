using System.Globalization;

namespace Semblance.Statistics;

/// <summary>
/// Is y at most a margin below x? Both tests are one-sided, against a mean (Student) or pseudomedian (Wilcoxon) of
/// y - x at or under -margin.
/// </summary>
/// <param name="Test">The paired t-test of y - x.</param>
/// <param name="Shifted">The paired t-test of y - x + margin, whose Greater p-value is the test's.</param>
/// <param name="Wilcoxon">The signed-rank test of y - x + margin, zeros dropped; the same.</param>
internal sealed record NonInferiorityTest(PairedTTest Test, PairedTTest Shifted, WilcoxonSignedRank Wilcoxon)
{
    /// <summary>The test of y against x.</summary>
    /// <param name="x">The baseline.</param>
    /// <param name="y">The candidate.</param>
    /// <param name="margin">Not negative; 0 tests superiority.</param>
    /// <exception cref="AssumptionException">
    /// Those of <see cref="PairedTTest"/>; OutOfRange where the margin is negative.
    /// </exception>
    public static NonInferiorityTest Of(ReadOnlySpan<double> x, ReadOnlySpan<double> y, double margin) =>
        OfDifferences(Sample.VaryingDifferences(x, y), margin);

    /// <summary>The test of differences that are already taken.</summary>
    /// <exception cref="AssumptionException">As of pairs.</exception>
    public static NonInferiorityTest OfDifferences(ReadOnlySpan<double> differences, double margin)
    {
        if (!(margin >= 0) || double.IsInfinity(margin))
        {
            throw new AssumptionException(
                Assumption.OutOfRange,
                string.Create(CultureInfo.InvariantCulture, $"The margin must not be negative, and is {margin}.")
            );
        }

        // In this order: (y - x) + margin, since another one may break ties.
        var shifted = differences.ToArray();
        for (var i = 0; i < shifted.Length; i++)
        {
            shifted[i] += margin;
        }

        return new NonInferiorityTest(
            PairedTTest.OfDifferences(differences),
            PairedTTest.OfDifferences(shifted),
            WilcoxonSignedRank.OfDifferences(shifted)
        );
    }
}

using System.Globalization;

namespace Semblance.Statistics;

/// <summary>
/// Two one-sided t-tests (Schuirmann 1987): is the mean of the paired differences d = y - x inside [lower, upper]? It is
/// at 5 percent exactly when the 90 percent interval of the mean lies inside.
/// </summary>
/// <param name="Test">The paired t-test under it.</param>
/// <param name="Lower">Lower margin.</param>
/// <param name="Upper">Upper margin.</param>
internal sealed record EquivalenceTest(PairedTTest Test, double Lower, double Upper)
{
    /// <summary>Statistic against a mean at the lower margin.</summary>
    public double TLower => Test.T(Lower);

    /// <summary>Statistic against a mean at the upper margin.</summary>
    public double TUpper => Test.T(Upper);

    /// <summary>That the mean is not above the lower margin.</summary>
    public double PLower => Test.P(Lower).Greater;

    /// <summary>That the mean is not below the upper margin.</summary>
    public double PUpper => Test.P(Upper).Less;

    /// <summary>The larger of the two.</summary>
    public double P => Math.Max(PLower, PUpper);

    /// <summary>The test of y against x.</summary>
    /// <exception cref="AssumptionException">
    /// Those of <see cref="PairedTTest"/>; OutOfRange where the lower margin is not below the upper one.
    /// </exception>
    public static EquivalenceTest Of(ReadOnlySpan<double> x, ReadOnlySpan<double> y, double lower, double upper) =>
        OfDifferences(Sample.VaryingDifferences(x, y), lower, upper);

    /// <summary>The test of differences that are already taken.</summary>
    /// <exception cref="AssumptionException">As of pairs.</exception>
    public static EquivalenceTest OfDifferences(ReadOnlySpan<double> differences, double lower, double upper) =>
        double.IsFinite(lower) && double.IsFinite(upper) && lower < upper
            ? new EquivalenceTest(PairedTTest.OfDifferences(differences), lower, upper)
            : throw new AssumptionException(
                Assumption.OutOfRange,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The lower margin {lower} must be below the upper margin {upper}, and both finite."
                )
            );
}

using Semblance.Statistics.Distributions;

namespace Semblance.Statistics;

/// <summary>Student's t-test of the mean of paired differences d = y - x (Student 1908).</summary>
/// <param name="Pairs">How many pairs, n.</param>
/// <param name="MeanDifference">Mean of d, in the unit of the values.</param>
/// <param name="StandardError">sd(d) / sqrt(n), sd with n - 1.</param>
public sealed record PairedTTest(int Pairs, double MeanDifference, double StandardError)
{
    /// <summary>Degrees of freedom, n - 1.</summary>
    public int Degrees => Pairs - 1;

    /// <summary>The test of y against x.</summary>
    /// <exception cref="AssumptionException">
    /// Empty, LengthMismatch, NotFinite, TooFew (under two pairs), NoVariation (all differences the same, but for rounding).
    /// </exception>
    public static PairedTTest Of(ReadOnlySpan<double> x, ReadOnlySpan<double> y) => Of(Sample.VaryingDifferences(x, y));

    /// <summary>The test of differences that are already taken.</summary>
    /// <exception cref="AssumptionException">Empty, NotFinite, TooFew (under two), NoVariation.</exception>
    public static PairedTTest Of(ReadOnlySpan<double> differences)
    {
        Sample.Require(differences, least: 2);
        Sample.RequireVariation(differences, "The differences");
        var (mean, error) = Descriptive.MeanWithError(differences);
        return new PairedTTest(differences.Length, mean, error);
    }

    /// <summary>The statistic against a true mean difference of <paramref name="mean"/>.</summary>
    public double T(double mean = 0) => (MeanDifference - mean) / StandardError;

    /// <summary>The p-values against a true mean difference of <paramref name="mean"/>.</summary>
    public PValues P(double mean = 0) => PValues.OfStudent(T(mean), Degrees);

    /// <summary>Confidence interval of the mean difference.</summary>
    /// <param name="level">Between 0 and 1.</param>
    /// <exception cref="AssumptionException">OutOfRange.</exception>
    public Interval Interval(double level = 0.95)
    {
        Sample.RequireFraction(level);
        return new(LowerLimit((1 + level) / 2), UpperLimit((1 + level) / 2));
    }

    /// <summary>The one-sided lower confidence limit of the mean difference.</summary>
    public double LowerLimit(double level = 0.95) =>
        MeanDifference + (StudentT.Quantile(1 - level, Degrees) * StandardError);

    /// <summary>The one-sided upper confidence limit of the mean difference.</summary>
    public double UpperLimit(double level = 0.95) =>
        MeanDifference - (StudentT.Quantile(1 - level, Degrees) * StandardError);
}

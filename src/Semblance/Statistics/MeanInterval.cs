using Semblance.Statistics.Distributions;

namespace Semblance.Statistics;

/// <summary>Student's confidence interval of a mean.</summary>
public static class MeanInterval
{
    /// <summary>mean +- t(n - 1) sd / sqrt(n), in the unit of the values.</summary>
    /// <param name="values">At least two independent values.</param>
    /// <param name="level">Coverage, between 0 and 1.</param>
    /// <exception cref="AssumptionException">Empty, TooFew, NotFinite; OutOfRange for the level.</exception>
    public static Interval Student(ReadOnlySpan<double> values, double level = 0.95)
    {
        Sample.Require(values, least: 2);
        Sample.RequireFraction(level);
        var (mean, error) = Descriptive.MeanWithError(values);
        var half = -StudentT.Quantile((1 - level) / 2, values.Length - 1) * error;
        return new(mean - half, mean + half);
    }
}

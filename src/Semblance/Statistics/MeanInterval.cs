using Semblance.Statistics.Distributions;

namespace Semblance.Statistics;

/// <summary>Student's confidence interval of a mean.</summary>
public static class MeanInterval
{
    /// <summary>[low, high] around the mean of <paramref name="values"/>.</summary>
    /// <param name="values">At least two independent values.</param>
    /// <param name="level">Coverage, between 0 and 1.</param>
    /// <exception cref="AssumptionException">Empty, TooFew, NotFinite; OutOfRange for the level.</exception>
    public static (double Low, double High) Student(IReadOnlyCollection<double> values, double level = 0.95)
    {
        ArgumentNullException.ThrowIfNull(values);
        Sample.Require([.. values], least: 2);
        Sample.RequireFraction(level, "The confidence level");
        var description = Description.Of([.. values]);
        var half = -StudentT.Quantile((1 - level) / 2, values.Count - 1) * description.StandardError;
        return (description.Mean - half, description.Mean + half);
    }
}

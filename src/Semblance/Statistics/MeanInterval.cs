using MathNet.Numerics.Distributions;

namespace Semblance.Statistics;

/// <summary>Student's confidence interval of a mean.</summary>
public static class MeanInterval
{
    /// <summary>[low, high] around the mean of <paramref name="values"/>.</summary>
    /// <param name="values">At least two independent values.</param>
    /// <param name="level">Coverage, between 0 and 1.</param>
    /// <exception cref="ArgumentException">Fewer than two values, or one that is not finite.</exception>
    public static (double Low, double High) Student(IReadOnlyCollection<double> values, double level = 0.95)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentOutOfRangeException.ThrowIfLessThan(values.Count, 2, nameof(values));
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(level, 0);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(level, 1);
        if (!values.All(double.IsFinite))
        {
            throw new ArgumentException("A mean of NaN or infinity has no interval.", nameof(values));
        }

        var half =
            StudentT.InvCDF(0, 1, values.Count - 1, (1 + level) / 2)
            * Descriptive.StandardDeviation(values)
            / Math.Sqrt(values.Count);
        var mean = values.Average();
        return (mean - half, mean + half);
    }
}

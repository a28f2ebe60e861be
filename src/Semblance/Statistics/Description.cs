namespace Semblance.Statistics;

/// <summary>A sample in numbers. What does not exist for its size or its lack of variation is NaN.</summary>
/// <param name="Count">How many values, n.</param>
/// <param name="Mean">Arithmetic mean.</param>
/// <param name="StandardDeviation">n - 1 form; NaN for one value.</param>
/// <param name="Minimum">Smallest value.</param>
/// <param name="Maximum">Largest value.</param>
/// <param name="Median">Middle value.</param>
/// <param name="InterquartileRange">Between the type-7 quantiles at 3/4 and 1/4.</param>
/// <param name="MedianDeviation">Median of |x - median|.</param>
/// <param name="Skewness">g1 = m3 / m2^1.5; NaN for constant values.</param>
/// <param name="KurtosisExcess">g2 = m4 / m2^2 - 3; NaN for constant values.</param>
internal sealed record Description(
    int Count,
    double Mean,
    double StandardDeviation,
    double Minimum,
    double Maximum,
    double Median,
    double InterquartileRange,
    double MedianDeviation,
    double Skewness,
    double KurtosisExcess
)
{
    // 1 / Phi^-1(3/4), which makes the median deviation of normal numbers their standard deviation.
    private const double Consistency = 1.482602218505602;

    /// <summary>The squared standard deviation.</summary>
    public double Variance => StandardDeviation * StandardDeviation;

    /// <summary>Standard deviation of the mean.</summary>
    public double StandardError => StandardDeviation / Math.Sqrt(Count);

    /// <summary>The median deviation on the scale of a normal distribution's standard deviation.</summary>
    public double NormalMedianDeviation => MedianDeviation * Consistency;

    /// <summary>G1 (Joanes and Gill 1998), from three values up.</summary>
    public double AdjustedSkewness =>
        Count < 3 ? double.NaN : Skewness * Math.Sqrt((double)Count * (Count - 1)) / (Count - 2);

    /// <summary>G2 (Joanes and Gill 1998), from four values up.</summary>
    public double AdjustedKurtosisExcess =>
        Count < 4 ? double.NaN : (((Count + 1) * KurtosisExcess) + 6) * (Count - 1) / ((Count - 2.0) * (Count - 3));

    /// <summary>Describes at least one value.</summary>
    /// <exception cref="AssumptionException">Empty or NotFinite.</exception>
    public static Description Of(ReadOnlySpan<double> values)
    {
        Sample.Require(values);
        var sorted = values.ToArray();
        Array.Sort(sorted);
        var median = Descriptive.QuantileOfSorted(sorted, 0.5);
        return new Description(
            sorted.Length,
            sorted[0] == sorted[^1] ? sorted[0] : Descriptive.Mean(sorted),
            sorted.Length < 2 ? double.NaN : Descriptive.StandardDeviation(sorted.AsSpan()),
            sorted[0],
            sorted[^1],
            median,
            Descriptive.QuantileOfSorted(sorted, 0.75) - Descriptive.QuantileOfSorted(sorted, 0.25),
            Descriptive.Median(sorted.Select(x => Math.Abs(x - median))),
            Descriptive.Skewness(sorted),
            Descriptive.KurtosisExcess(sorted)
        );
    }
}

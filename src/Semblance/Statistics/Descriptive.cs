namespace Semblance.Statistics;

/// <summary>Numbers that describe a sample.</summary>
public static class Descriptive
{
    /// <summary>Arithmetic mean of at least one value, from a compensated sum (Neumaier 1974).</summary>
    public static double Mean(ReadOnlySpan<double> values)
    {
        var sum = 0.0;
        var lost = 0.0;
        foreach (var value in values)
        {
            var next = sum + value;
            lost += Math.Abs(sum) >= Math.Abs(value) ? sum - next + value : value - next + sum;
            sum = next;
        }

        if (double.IsFinite(sum))
        {
            return (sum + lost) / values.Length;
        }

        // The sum left a double's range, the mean does not.
        var mean = 0.0;
        foreach (var value in values)
        {
            mean += value / values.Length;
        }

        return mean;
    }

    /// <summary>Mean and its standard error, sd / sqrt(n), of at least two values; the same to the bit in any order.</summary>
    internal static (double Mean, double Error) MeanWithError(ReadOnlySpan<double> values)
    {
        var sorted = values.ToArray();
        Array.Sort(sorted);
        var mean = sorted[0] == sorted[^1] ? sorted[0] : Mean(sorted);
        return (mean, StandardDeviation(sorted) / Math.Sqrt(sorted.Length));
    }

    /// <summary>The middle value, or the mean of the two middle values.</summary>
    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        var half = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }

    /// <summary>
    /// Type-7 quantile (numpy's linear, R's default) of ascending values: the value at depth (n - 1) p, interpolated.
    /// </summary>
    /// <param name="sorted">At least one value, ascending.</param>
    /// <param name="probability">0 to 1.</param>
    /// <exception cref="AssumptionException">OutOfRange for the probability.</exception>
    public static double QuantileOfSorted(ReadOnlySpan<double> sorted, double probability)
    {
        AssumptionException.ThrowUnless(
            probability is >= 0 and <= 1,
            Assumption.OutOfRange,
            $"The probability of a quantile lies in [0, 1], and is {probability}."
        );
        var depth = (sorted.Length - 1) * probability;
        var below = (int)depth;
        var share = depth - below;
        var (low, high) = (sorted[below], sorted[Math.Min(below + 1, sorted.Length - 1)]);

        // From the nearer end, as numpy does.
        return share < 0.5 ? low + ((high - low) * share) : high - ((high - low) * (1 - share));
    }

    /// <summary>Variance, n - 1 form, of at least two values.</summary>
    public static double Variance(ReadOnlySpan<double> values)
    {
        var moments = Moments.Of(values);
        return moments.Second * moments.Unit * moments.Unit * values.Length / (values.Length - 1);
    }

    /// <summary>Standard deviation, n - 1 form, of at least two values.</summary>
    public static double StandardDeviation(ReadOnlySpan<double> values)
    {
        var moments = Moments.Of(values);
        return moments.Unit * Math.Sqrt(moments.Second * values.Length / (values.Length - 1));
    }

    /// <summary>g1 = m3 / m2^1.5, of values that are not all the same; NaN if they are.</summary>
    public static double Skewness(ReadOnlySpan<double> values)
    {
        var moments = Moments.Of(values);
        return moments.Third / Math.Pow(moments.Second, 1.5);
    }

    /// <summary>g2 = m4 / m2^2 - 3, 0 for a normal law, of values that are not all the same; NaN if they are.</summary>
    public static double KurtosisExcess(ReadOnlySpan<double> values)
    {
        var moments = Moments.Of(values);
        return (moments.Fourth / (moments.Second * moments.Second)) - 3;
    }

    /// <summary>Central moments (with n) in a unit of about the largest deviation, in which no power leaves a double's range.</summary>
    private readonly record struct Moments(double Unit, double Second, double Third, double Fourth)
    {
        public static Moments Of(ReadOnlySpan<double> values)
        {
            var mean = Mean(values);
            var largest = 0.0;
            foreach (var value in values)
            {
                largest = Math.Max(largest, Math.Abs(value - mean));
            }

            // The mean of equal values may differ from them by a rounding.
            if (largest == 0 || values.IndexOfAnyExcept(values[0]) < 0)
            {
                return new Moments(1, 0, 0, 0);
            }

            var unit = Math.ScaleB(1, Math.ILogB(largest));
            var (second, third, fourth) = (0.0, 0.0, 0.0);
            foreach (var value in values)
            {
                var deviation = (value - mean) / unit;
                var square = deviation * deviation;
                second += square;
                third += square * deviation;
                fourth += square * square;
            }

            double n = values.Length;
            return new Moments(unit, second / n, third / n, fourth / n);
        }
    }
}

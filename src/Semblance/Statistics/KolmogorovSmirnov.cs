using Semblance.Statistics.Distributions;

namespace Semblance.Statistics;

/// <summary>
/// The two-sided Kolmogorov-Smirnov tests, of one sample against a normal distribution and of two independent samples, as
/// scipy gives them: the paper's tests, which say less than a signed-rank test does of scores paired by prompt.
/// </summary>
/// <param name="Statistic">D, the largest distance between two distribution functions, in [0, 1].</param>
/// <param name="P">Chance of a D at least this large.</param>
public sealed record KolmogorovSmirnov(double Statistic, double P)
{
    /// <summary>The exact law of two samples is counted while the larger one has at most this many values.</summary>
    public const int ExactLimit = 10_000;

    // Smaller masses are on their way to underflow and would only slow the counting down.
    private const double Negligible = 1e-307;

    /// <summary>
    /// Tests a sample against N(mean, sd) that was fixed beforehand, by the exact law of a continuous distribution
    /// (scipy.stats.kstest). Mean and sd must not come from the sample (<see cref="Lilliefors"/> is for that). Against
    /// N(0, 1) scores in the tens always give D = 1 and p = 0, which says nothing about their normality.
    /// </summary>
    /// <param name="values">At least one value.</param>
    /// <param name="mean">Mean of the normal distribution.</param>
    /// <param name="standardDeviation">Its standard deviation, above 0.</param>
    /// <exception cref="AssumptionException">Empty, NotFinite; OutOfRange for the mean or standard deviation.</exception>
    public static KolmogorovSmirnov AgainstNormal(
        ReadOnlySpan<double> values,
        double mean = 0,
        double standardDeviation = 1
    )
    {
        Sample.Require(values);
        AssumptionException.ThrowUnless(
            double.IsFinite(mean) && double.IsFinite(standardDeviation) && standardDeviation > 0,
            Assumption.OutOfRange,
            $"N({mean}, {standardDeviation}) is not a normal distribution: the standard deviation must be above 0."
        );
        var sorted = values.ToArray();
        Array.Sort(sorted);
        var statistic = DistanceToNormal(sorted, mean, standardDeviation);
        return new(statistic, Kolmogorov.UpperTail(statistic, sorted.Length));
    }

    /// <summary>
    /// Tests two independent samples (scipy.stats.ks_2samp): up to <see cref="ExactLimit"/> values the exact p-value as if
    /// there were no ties, which is too large with ties; beyond, the exact one-sample law at n1 n2 / (n1 + n2), rounded.
    /// </summary>
    /// <param name="x">At least one value.</param>
    /// <param name="y">At least one value.</param>
    /// <exception cref="AssumptionException">Empty or NotFinite.</exception>
    public static KolmogorovSmirnov TwoSample(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        Sample.Require(x);
        Sample.Require(y);
        var least = LargestDistance(x, y);
        double n1 = x.Length;
        double n2 = y.Length;
        var (larger, smaller) = (Math.Max(n1, n2), Math.Min(n1, n2));
        var statistic = least / (n1 * n2);
        if (larger <= ExactLimit)
        {
            return new(statistic, Exceedance(x.Length, y.Length, least));
        }

        var size = (int)Math.Round(larger * smaller / (larger + smaller), MidpointRounding.ToEven);
        return new(statistic, size == 0 ? double.NaN : Kolmogorov.UpperTail(statistic, size));
    }

    /// <summary>D of an ascending sample and a normal distribution.</summary>
    internal static double DistanceToNormal(ReadOnlySpan<double> sorted, double mean, double standardDeviation)
    {
        var largest = double.NegativeInfinity;
        for (var i = 0; i < sorted.Length; i++)
        {
            var expected = Normal.Cdf((sorted[i] - mean) / standardDeviation);
            var above = ((i + 1.0) / sorted.Length) - expected;
            var below = expected - ((double)i / sorted.Length);
            largest = Math.Max(largest, Math.Max(above, below));
        }

        return largest;
    }

    /// <summary>D of two samples in units of 1 / (n1 n2).</summary>
    private static long LargestDistance(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        var (a, b) = (x.ToArray(), y.ToArray());
        Array.Sort(a);
        Array.Sort(b);
        var largest = 0L;
        for (var (i, j) = (0, 0); i + j < a.Length + b.Length; )
        {
            var value =
                j == b.Length ? a[i]
                : i == a.Length ? b[j]
                : Math.Min(a[i], b[j]);
            for (; i < a.Length && a[i] == value; i++) { }

            for (; j < b.Length && b[j] == value; j++) { }

            largest = Math.Max(largest, Math.Abs(((long)i * b.Length) - ((long)j * a.Length)));
        }

        return largest;
    }

    /// <summary>
    /// The chance that a random split of n1 + n2 different values comes as far apart. The split is drawn value by value
    /// from the smallest on, x with chance (x left) / (values left); what reaches the distance is taken out and added up,
    /// so that a small chance keeps its digits (no 1 - ...). The paths are those of M. Schroeer and D. Trenkler, "Exact and
    /// randomization distributions of Kolmogorov-Smirnov tests two or three samples", Computational Statistics and Data
    /// Analysis 20 (1995).
    /// </summary>
    private static double Exceedance(int n1, int n2, long least)
    {
        if (least == 0)
        {
            return 1;
        }

        var total = n1 + n2;

        // mass[i + 1]: chance to have drawn i values of x so far and never to have been so far apart; [0] stays 0.
        var mass = new double[n1 + 2];
        mass[1] = 1;
        var (low, high) = (0, 0);
        var reached = 0.0;
        for (var drawn = 0; drawn < total && low <= high; drawn++)
        {
            double left = total - drawn;
            high = Math.Min(high + 1, n1);
            for (var i = high; i >= low; i--)
            {
                mass[i + 1] = ((mass[i + 1] * (n2 - drawn + i)) + (mass[i] * (n1 - i + 1))) / left;
            }

            // n1 n2 (Fx - Fy) for i of x among drawn + 1.
            long Apart(int i) => ((long)i * total) - ((drawn + 1L) * n1);
            for (; high >= low && Apart(high) >= least; high--)
            {
                reached += Taken(high);
            }

            for (; low <= high && -Apart(low) >= least; low++)
            {
                reached += Taken(low);
            }

            for (; low <= high && mass[high + 1] < Negligible; high--)
            {
                Taken(high);
            }

            for (; low <= high && mass[low + 1] < Negligible; low++)
            {
                Taken(low);
            }
        }

        return Math.Min(1, reached);

        double Taken(int i)
        {
            var chance = mass[i + 1];
            mass[i + 1] = 0;
            return chance;
        }
    }
}

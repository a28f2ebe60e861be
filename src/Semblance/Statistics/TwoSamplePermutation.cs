using System.Globalization;
using System.Numerics;

namespace Semblance.Statistics;

/// <summary>
/// The permutation test of mean(y) - mean(x) for independent samples: under the null hypothesis every split of the pooled
/// values is as good as another. Two-sided is the share of splits with as large a difference either way, which for
/// unequal sizes is not twice the smaller tail.
/// </summary>
internal static class TwoSamplePermutation
{
    private const double MostEnumerated = 1_000_000;
    private const double MostSums = 10_000_000;
    private const double MostCounted = 1_000_000_000;

    /// <summary>Tests y against x.</summary>
    /// <param name="x">At least one finite value.</param>
    /// <param name="y">At least one finite value.</param>
    /// <param name="resamples">Splits to draw where they can be neither enumerated nor counted on a decimal grid.</param>
    /// <param name="seed">Of the draws.</param>
    /// <param name="threads">0 for all cores; the result does not depend on it.</param>
    /// <exception cref="AssumptionException">Empty, NotFinite; OutOfRange without resamples.</exception>
    public static PermutationTest Of(
        ReadOnlySpan<double> x,
        ReadOnlySpan<double> y,
        int resamples = 99_999,
        ulong seed = 1,
        int threads = 0
    )
    {
        Sample.Require(x);
        Sample.Require(y);
        double[] pool = [.. x, .. y];
        var splits = Choose(pool.Length, x.Length);
        var difference = Descriptive.Mean(y) - Descriptive.Mean(x);
        if (splits <= MostEnumerated)
        {
            return new(difference, Enumerated(pool, x.Length, splits), splits, null);
        }

        if (DecimalGrid.Find(pool) is { } grid && IsCountable(grid, x.Length))
        {
            return new(difference, Counted(grid, x.Length), splits, null);
        }

        return MonteCarlo(x, y, resamples, seed, threads);
    }

    /// <summary>The same test by random splits, whether or not they could be counted.</summary>
    /// <exception cref="AssumptionException">Empty, NotFinite; OutOfRange without resamples.</exception>
    public static PermutationTest MonteCarlo(
        ReadOnlySpan<double> x,
        ReadOnlySpan<double> y,
        int resamples = 99_999,
        ulong seed = 1,
        int threads = 0
    )
    {
        Sample.Require(x);
        Sample.Require(y);
        if (resamples < 1)
        {
            throw new AssumptionException(
                Assumption.OutOfRange,
                string.Create(CultureInfo.InvariantCulture, $"Draw at least one split, not {resamples}.")
            );
        }

        double[] pool = [.. x, .. y];
        var (size, center) = (x.Length, Descriptive.Mean(pool));
        var observed = -Centred(x, center);
        var extreme = PermutationTest.Count(resamples, threads, Draws, observed, Slack(pool));
        return new(
            Descriptive.Mean(y) - Descriptive.Mean(x),
            PermutationTest.Estimate(extreme, resamples),
            Choose(pool.Length, size),
            resamples
        );

        Func<double> Draws(int block)
        {
            var random = new RandomStream(seed, (ulong)block);
            var values = pool.ToArray();
            return () =>
            {
                // The first places of a Fisher-Yates shuffle are a random first sample.
                for (var i = 0; i < size; i++)
                {
                    var j = i + random.Below(values.Length - i);
                    (values[i], values[j]) = (values[j], values[i]);
                }

                return -Centred(values.AsSpan(0, size), center);
            };
        }
    }

    // mean(y) - mean(x) falls as the sum of x rises, so that the sum of x about the pooled mean, negated, stands for it.
    private static double Centred(ReadOnlySpan<double> x, double center)
    {
        var sum = 0.0;
        foreach (var value in x)
        {
            sum += value - center;
        }

        return sum;
    }

    private static PValues Enumerated(double[] pool, int size, double splits)
    {
        var center = Descriptive.Mean(pool);
        var observed = -Centred(pool.AsSpan(0, size), center);
        var slack = Slack(pool);
        var (both, less, greater) = (0L, 0L, 0L);
        var chosen = Enumerable.Range(0, size).ToArray();
        while (true)
        {
            var value = 0.0;
            foreach (var i in chosen)
            {
                value -= pool[i] - center;
            }

            both += Math.Abs(value) >= Math.Abs(observed) - slack ? 1 : 0;
            less += value <= observed + slack ? 1 : 0;
            greater += value >= observed - slack ? 1 : 0;

            // The next combination in lexicographic order.
            var place = size - 1;
            while (place >= 0 && chosen[place] == pool.Length - size + place)
            {
                place--;
            }

            if (place < 0)
            {
                return new(both / splits, less / splits, greater / splits);
            }

            chosen[place]++;
            for (var i = place + 1; i < size; i++)
            {
                chosen[i] = chosen[i - 1] + 1;
            }
        }
    }

    // law[j][s]: in how many ways j of the values seen so far sum to s. At most 2^n ways; n is small where this is chosen.
    private static PValues Counted(long[] grid, int size)
    {
        var lowest = grid.Min();
        var values = grid.Select(k => (int)(k - lowest)).ToArray();
        var total = values.Sum();
        var law = new double[size + 1][];
        for (var j = 0; j <= size; j++)
        {
            law[j] = new double[total + 1];
        }

        law[0][0] = 1;
        var reach = 0;
        foreach (var value in values)
        {
            for (var j = size; j > 0; j--)
            {
                var (from, to) = (law[j - 1], law[j]);
                for (var s = reach; s >= 0; s--)
                {
                    to[s + value] += from[s];
                }
            }

            reach += value;
        }

        // Compared as whole numbers: n times the sum of x, less its share of the total.
        long n = values.Length;
        var share = (long)size * total;
        var observed = (n * values.Take(size).Sum()) - share;
        var (all, both, less, greater) = (0.0, 0.0, 0.0, 0.0);
        for (var s = 0; s <= total; s++)
        {
            var ways = law[size][s];
            var value = (n * s) - share;
            all += ways;
            both += Math.Abs(value) >= Math.Abs(observed) ? ways : 0;
            greater += value <= observed ? ways : 0;
            less += value >= observed ? ways : 0;
        }

        return new(both / all, less / all, greater / all);
    }

    private static bool IsCountable(long[] grid, int size)
    {
        var lowest = grid.Min();
        var sums = grid.Sum(k => (double)(k - lowest)) * size;
        return sums <= MostSums && sums * grid.Length <= MostCounted;
    }

    private static double Choose(int n, int k)
    {
        var ways = BigInteger.One;
        for (var i = 1; i <= k; i++)
        {
            ways = ways * (n - k + i) / i;
        }

        return (double)ways;
    }

    private static double Slack(double[] pool)
    {
        var center = Descriptive.Mean(pool);
        return 1e-12 * pool.Sum(value => Math.Abs(value - center));
    }
}

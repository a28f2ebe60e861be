using System.Globalization;
using Semblance.Statistics.Distributions;

namespace Semblance.Statistics;

/// <summary>
/// The permutation test of the mean of paired differences: under the null hypothesis each sign is as good as the other
/// (Fisher 1935). All 2^n sign vectors are counted where the differences are decimals or there are few of them; otherwise
/// they are drawn at random.
/// </summary>
internal static class SignFlip
{
    // Up to here half the signs at a time are enumerated: 2^17 sums for each half.
    private const int MostEnumerated = 34;

    // The sum of the differences on their grid, and n times that: 160 MB, and about a second of counting.
    private const long MostSums = 20_000_000;
    private const double MostCounted = 2_000_000_000;

    /// <summary>Tests differences y - x.</summary>
    /// <param name="differences">At least one finite difference; all may be zero, which gives p = 1.</param>
    /// <param name="resamples">Sign vectors to draw where they cannot be counted.</param>
    /// <param name="seed">Of the draws.</param>
    /// <param name="threads">0 for all cores; the result does not depend on it.</param>
    /// <exception cref="AssumptionException">Empty, NotFinite; OutOfRange without resamples.</exception>
    public static PermutationTest Of(
        ReadOnlySpan<double> differences,
        int resamples = 99_999,
        ulong seed = 1,
        Threads threads = default
    )
    {
        Sample.Require(differences);
        var d = differences.ToArray();
        var grid = DecimalGrid.Find(d);
        if (grid is not null)
        {
            var weights = grid.Select(Math.Abs).ToArray();
            var sums = SubsetSum.Size(weights);
            if (sums <= MostSums && (double)sums * d.Length <= MostCounted)
            {
                return Exact(d, Counted(grid, weights));
            }
        }

        if (d.Length > MostEnumerated)
        {
            return MonteCarlo(d, resamples, seed, threads);
        }

        // On the grid sums are whole numbers, and compare without rounding.
        return Exact(d, grid is null ? Enumerated(d, Slack(d)) : Enumerated([.. grid.Select(k => (double)k)], 0.5));
    }

    /// <summary>The same test by random sign vectors, whether or not they could be counted.</summary>
    /// <exception cref="AssumptionException">Empty, NotFinite; OutOfRange without resamples.</exception>
    public static PermutationTest MonteCarlo(
        ReadOnlySpan<double> differences,
        int resamples = 99_999,
        ulong seed = 1,
        Threads threads = default
    )
    {
        Sample.Require(differences);
        if (resamples < 1)
        {
            throw new AssumptionException(
                Assumption.OutOfRange,
                string.Create(CultureInfo.InvariantCulture, $"Draw at least one sign vector, not {resamples}.")
            );
        }

        var d = differences.ToArray();
        var bytes = (d.Length + 7) / 8;
        var tables = Tables(d, bytes);
        var extreme = PermutationTest.Count(resamples, threads, Draws, d.Sum(), Slack(d));
        return new PermutationTest(
            Descriptive.Mean(d),
            PermutationTest.Estimate(extreme, resamples),
            Math.Pow(2, d.Length),
            resamples
        );

        Func<double> Draws(int block)
        {
            var random = new RandomStream(seed, (ulong)block);
            return () =>
            {
                var sum = 0.0;
                var bits = 0UL;
                for (var b = 0; b < bytes; b++)
                {
                    bits = b % 8 == 0 ? random.Next() : bits >> 8;
                    sum += tables[(b << 8) + (int)(bits & 255)];
                }

                return sum;
            };
        }
    }

    private static PermutationTest Exact(double[] d, PValues p) =>
        new(Descriptive.Mean(d), p, Math.Pow(2, d.Length), null);

    // The sum of signed differences is twice the sum of those taken as positive, less the total.
    private static PValues Counted(long[] grid, long[] weights)
    {
        var law = new SubsetSum(weights);
        var observed = grid.Sum();
        var plus = grid.Where(k => k > 0).Sum();
        var larger = (Math.Abs(observed) + law.Total) / 2;
        return new(observed == 0 ? 1 : Math.Min(1, 2 * law.UpperTail(larger)), law.Cdf(plus), law.UpperTail(plus));
    }

    // Every sum is one of the first half plus one of the second: both sorted, pairs up to a limit are counted in one pass.
    private static PValues Enumerated(double[] d, double slack)
    {
        var (first, second) = (Sums(d.AsSpan(0, d.Length / 2)), Sums(d.AsSpan(d.Length / 2)));
        var observed = d.Sum();
        var all = (double)first.Length * second.Length;
        var less = UpTo(observed + slack) / all;
        var greater = UpTo(-observed + slack) / all;
        var either = Math.Abs(observed) <= slack ? 1 : 2 * UpTo(-Math.Abs(observed) + slack) / all;
        return new(either, less, greater);

        double UpTo(double limit)
        {
            var count = 0L;
            var j = second.Length;
            foreach (var sum in first)
            {
                while (j > 0 && sum + second[j - 1] > limit)
                {
                    j--;
                }

                count += j;
            }

            return count;
        }
    }

    private static double[] Sums(ReadOnlySpan<double> d)
    {
        var sums = new double[1 << d.Length];
        for (var i = 0; i < d.Length; i++)
        {
            for (var s = 0; s < 1 << i; s++)
            {
                (sums[s], sums[s + (1 << i)]) = (sums[s] - d[i], sums[s] + d[i]);
            }
        }

        Array.Sort(sums);
        return sums;
    }

    // For each eight differences the sums of all 256 choices of their signs: one look-up flips eight signs.
    private static double[] Tables(double[] d, int bytes)
    {
        var tables = new double[bytes << 8];
        for (var entry = 0; entry < tables.Length; entry++)
        {
            var start = (entry >> 8) * 8;
            for (var i = 0; i < 8 && start + i < d.Length; i++)
            {
                tables[entry] += (entry >> i & 1) == 1 ? d[start + i] : -d[start + i];
            }
        }

        return tables;
    }

    // Sums that are equal in decimals may differ in doubles.
    private static double Slack(double[] d) => 1e-12 * d.Sum(Math.Abs);
}

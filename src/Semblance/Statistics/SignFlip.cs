using Semblance.Statistics.Distributions;

namespace Semblance.Statistics;

/// <summary>
/// The sign-flip permutation test of the mean of paired differences: under the null hypothesis each sign is as likely as
/// the other (Fisher 1935). All 2^n sign vectors are counted where the differences are decimals or there are few of them;
/// otherwise they are drawn at random.
/// </summary>
/// <param name="MeanDifference">The observed mean of the differences.</param>
/// <param name="P">Share of sign vectors at least as extreme, the observed one among them.</param>
/// <param name="Resamples">How many were drawn at random; null where all were counted.</param>
public sealed record SignFlip(double MeanDifference, PValues P, int? Resamples)
{
    // Up to here half the signs at a time are enumerated: 2^17 sums for each half.
    private const int MostEnumerated = 34;

    // The sum of the differences on their grid, and n times that: 160 MB, and about a second of counting.
    private const long MostSums = 20_000_000;
    private const double MostCounted = 2_000_000_000;

    private const int BlockSize = 1000;

    /// <summary>Whether all sign vectors were counted, so that the p-values have no sampling error.</summary>
    public bool IsExact => Resamples is null;

    /// <summary>Standard error of a two-sided p-value that was drawn at random; null where it was counted.</summary>
    public double? StandardError => Resamples is { } draws ? Math.Sqrt(P.TwoSided * (1 - P.TwoSided) / draws) : null;

    /// <summary>Tests differences y - x.</summary>
    /// <param name="differences">At least one finite difference; all may be zero, which gives p = 1.</param>
    /// <param name="resamples">Sign vectors to draw where they cannot be counted.</param>
    /// <param name="seed">Of the draws.</param>
    /// <param name="threads">0 for all cores; the result does not depend on it.</param>
    /// <exception cref="AssumptionException">Empty, NotFinite; OutOfRange without resamples.</exception>
    public static SignFlip Of(
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
            var isCheaper = d.Length > MostEnumerated || sums <= 1L << (d.Length / 2);
            if (isCheaper && sums <= MostSums && (double)sums * d.Length <= MostCounted)
            {
                return new(Descriptive.Mean(d), Counted(grid, weights), null);
            }
        }

        // On the grid sums are whole numbers, and compare without rounding.
        return d.Length > MostEnumerated ? MonteCarlo(d, resamples, seed, threads)
            : grid is null ? new(Descriptive.Mean(d), Enumerated(d, Slack(d)), null)
            : new(Descriptive.Mean(d), Enumerated([.. grid.Select(k => (double)k)], 0.5), null);
    }

    /// <summary>
    /// The same test by random sign vectors, whether or not they could be counted: p = (b + 1) / (B + 1), the observed
    /// vector being one of the draws (Phipson and Smyth 2010).
    /// </summary>
    /// <inheritdoc cref="Of"/>
    public static SignFlip MonteCarlo(
        ReadOnlySpan<double> differences,
        int resamples = 99_999,
        ulong seed = 1,
        Threads threads = default
    )
    {
        Sample.Require(differences);
        AssumptionException.ThrowUnless(
            resamples >= 1,
            Assumption.OutOfRange,
            $"Draw at least one sign vector, not {resamples}."
        );
        var d = differences.ToArray();
        var bytes = (d.Length + 7) / 8;
        var tables = Tables(d, bytes);
        var (observed, slack) = (d.Sum(), Slack(d));
        var (both, less, greater) = (0L, 0L, 0L);

        // Blocks of draws with a random stream each, so that the counts depend neither on threads nor on their order.
        Parallel.For(
            0,
            (resamples + BlockSize - 1) / BlockSize,
            threads.Options,
            block =>
            {
                var random = new RandomStream(seed, (ulong)block);
                var (b, l, g) = (0L, 0L, 0L);
                for (var left = Math.Min(BlockSize, resamples - (block * BlockSize)); left > 0; left--)
                {
                    var sum = 0.0;
                    var bits = 0UL;
                    for (var at = 0; at < bytes; at++)
                    {
                        bits = at % 8 == 0 ? random.Next() : bits >> 8;
                        sum += tables[(at << 8) + (int)(bits & 255)];
                    }

                    b += Math.Abs(sum) >= Math.Abs(observed) - slack ? 1 : 0;
                    l += sum <= observed + slack ? 1 : 0;
                    g += sum >= observed - slack ? 1 : 0;
                }

                Interlocked.Add(ref both, b);
                Interlocked.Add(ref less, l);
                Interlocked.Add(ref greater, g);
            }
        );
        return new(Descriptive.Mean(d), new(Share(both), Share(less), Share(greater)), resamples);

        double Share(long extreme) => (extreme + 1.0) / (resamples + 1.0);
    }

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
        var either = Math.Abs(observed) <= slack ? 1 : 2 * UpTo(-Math.Abs(observed) + slack) / all;
        return new(either, UpTo(observed + slack) / all, UpTo(-observed + slack) / all);

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

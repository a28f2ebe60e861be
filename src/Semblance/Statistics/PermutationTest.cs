namespace Semblance.Statistics;

/// <summary>What a permutation test found.</summary>
/// <param name="MeanDifference">The observed difference of means.</param>
/// <param name="P">Share of rearrangements at least as extreme, the observed one among them.</param>
/// <param name="Arrangements">How many there are: 2^n sign vectors, or splits into two samples.</param>
/// <param name="Resamples">How many were drawn at random; null where all were counted.</param>
internal sealed record PermutationTest(double MeanDifference, PValues P, double Arrangements, int? Resamples)
{
    /// <summary>Whether all arrangements were counted.</summary>
    public bool IsExact => Resamples is null;

    /// <summary>Standard error of a two-sided p-value that was drawn at random; null where it was counted.</summary>
    public double? StandardError => Resamples is { } draws ? Math.Sqrt(P.TwoSided * (1 - P.TwoSided) / draws) : null;

    /// <summary>(b + 1) / (B + 1): the observed arrangement counts as one of the draws (Phipson and Smyth 2010).</summary>
    internal static PValues Estimate((long TwoSided, long Less, long Greater) extreme, int resamples) =>
        new(
            (extreme.TwoSided + 1.0) / (resamples + 1.0),
            (extreme.Less + 1.0) / (resamples + 1.0),
            (extreme.Greater + 1.0) / (resamples + 1.0)
        );

    /// <summary>
    /// Draws arrangements on all cores and counts the extreme ones. Draws come in blocks with a random stream each, so
    /// that counts depend neither on threads nor on their order.
    /// </summary>
    internal static (long TwoSided, long Less, long Greater) Count(
        int resamples,
        Threads threads,
        Func<int, Func<double>> drawsOfBlock,
        double observed,
        double slack
    )
    {
        const int block = 1000;
        var (both, less, greater) = (0L, 0L, 0L);
        Parallel.For(
            0,
            (resamples + block - 1) / block,
            threads.Options,
            number =>
            {
                var draw = drawsOfBlock(number);
                var (b, l, g) = (0L, 0L, 0L);
                for (var left = Math.Min(block, resamples - (number * block)); left > 0; left--)
                {
                    var value = draw();
                    b += Math.Abs(value) >= Math.Abs(observed) - slack ? 1 : 0;
                    l += value <= observed + slack ? 1 : 0;
                    g += value >= observed - slack ? 1 : 0;
                }

                Interlocked.Add(ref both, b);
                Interlocked.Add(ref less, l);
                Interlocked.Add(ref greater, g);
            }
        );
        return (both, less, greater);
    }
}

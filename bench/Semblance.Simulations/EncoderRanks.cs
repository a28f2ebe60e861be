using Semblance.Statistics;

namespace Semblance.Simulations;

/// <summary>
/// Coverage of the interval of Kendall's tau-b over prompts: two scores that are normal with correlation r, whose tau is
/// 2 asin(r) / pi (Kendall 1970, section 9.8), of independent prompts and of clusters of three with two scores that are each half the cluster's.
/// </summary>
internal static class EncoderRanks
{
    public static readonly int[] Sizes = [10, 20, 50, 100];

    public static IEnumerable<Rate> Everything(int runs, ulong seed, int threads) =>
        from correlation in new[] { 0, 0.5, 0.9 }
        from clustered in new[] { false, true }
        from prompts in Sizes
        where !clustered || prompts > 20
        select Of(correlation, clustered, prompts, runs, seed, threads);

    /// <summary>The share of intervals that hold tau; a study without an interval counts as held.</summary>
    /// <param name="correlation">r.</param>
    /// <param name="clustered">Whether prompts are in clusters of three.</param>
    /// <param name="prompts">n.</param>
    /// <param name="runs">Studies.</param>
    /// <param name="seed">Of the draws.</param>
    /// <param name="threads">0 for all cores.</param>
    public static Rate Of(double correlation, bool clustered, int prompts, int runs, ulong seed, int threads)
    {
        var tau = 2 * Math.Asin(correlation) / Math.PI;
        var holds = new bool[runs];
        int[]? clusters = clustered ? [.. Enumerable.Range(0, prompts).Select(i => i / 3)] : null;
        new Threads(threads).Run(
            runs,
            run =>
            {
                var draws = new Draws(seed, run);
                (double X, double Y) Pair()
                {
                    var x = draws.Normal();
                    return (x, (correlation * x) + (Math.Sqrt(1 - (correlation * correlation)) * draws.Normal()));
                }

                (double X, double Y)[] common = [.. Enumerable.Range(0, prompts).Select(_ => Pair())];
                (double X, double Y)[] own = [.. Enumerable.Range(0, prompts).Select(_ => Pair())];
                (double X, double Y)[] scores =
                [
                    .. own.Select((one, i) => clustered ? (one.X + common[i / 3].X, one.Y + common[i / 3].Y) : one),
                ];
                holds[run] =
                    KendallInterval.Of([.. scores.Select(one => one.X)], [.. scores.Select(one => one.Y)], clusters)
                        is not var (low, high)
                    || (low <= tau && tau <= high);
            }
        );
        return new Rate(
            "interval of tau-b covers it",
            FormattableString.Invariant($"correlation {correlation:0.0}{(clustered ? ", clusters of 3" : "")}"),
            prompts,
            0.95,
            false,
            holds.Count(one => one),
            runs
        );
    }
}

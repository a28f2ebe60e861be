using Semblance.Statistics.Distributions;

namespace Semblance.Statistics;

/// <summary>
/// The pseudomedian of paired differences d = y - x: the median of all Walsh averages (d_i + d_j) / 2, i &lt;= j, with
/// the interval of those shifts that the signed-rank test does not reject (Hodges and Lehmann 1963). Zeros are kept.
/// </summary>
/// <param name="Pseudomedian">The estimate.</param>
/// <param name="WalshCount">M = n (n + 1) / 2.</param>
/// <param name="ExactRank">
/// k, the smallest q with P(W+ &lt;= q) &gt;= (1 - level) / 2, at least 1; null above
/// <see cref="WilcoxonSignedRank.ExactLimit"/> pairs.
/// </param>
/// <param name="Exact">The k-th Walsh average from either end; null where the rank is.</param>
/// <param name="AchievedLevel">1 - 2 P(W+ &lt;= k - 1), below the wanted level when there are too few pairs; null where the rank is.</param>
/// <param name="ApproximateRank">k by the normal approximation.</param>
/// <param name="Approximate">The interval at that rank.</param>
public sealed record HodgesLehmann(
    double Pseudomedian,
    long WalshCount,
    long? ExactRank,
    Interval? Exact,
    double? AchievedLevel,
    long ApproximateRank,
    Interval Approximate
)
{
    /// <summary>The exact interval where it was counted, the approximate one beyond.</summary>
    public Interval Interval => Exact ?? Approximate;

    /// <summary>The estimate for y against x.</summary>
    /// <exception cref="AssumptionException">Empty, LengthMismatch, NotFinite; OutOfRange for the level.</exception>
    public static HodgesLehmann Of(ReadOnlySpan<double> x, ReadOnlySpan<double> y, double level = 0.95) =>
        Of(Sample.Differences(x, y), level);

    /// <summary>The estimate for differences that are already taken.</summary>
    /// <exception cref="AssumptionException">Empty, NotFinite; OutOfRange for the level.</exception>
    public static HodgesLehmann Of(ReadOnlySpan<double> differences, double level = 0.95)
    {
        Sample.Require(differences);
        Sample.RequireFraction(level);
        var walsh = new WalshAverages(differences);
        long n = differences.Length;
        var m = walsh.Count;

        var tail = Tail(level);
        var spread = Math.Sqrt(n * (n + 1.0) * ((2 * n) + 1) / 24);
        var approximateRank = Math.Max(1, (long)Math.Floor((m / 2.0) + (Normal.Quantile(tail) * spread)));
        var median = (walsh.At((m + 1) / 2) + walsh.At((m / 2) + 1)) / 2;
        var result = new HodgesLehmann(median, m, null, null, null, approximateRank, At(approximateRank));
        if (n > WilcoxonSignedRank.ExactLimit)
        {
            return result;
        }

        var law = SubsetSum.OfRanks((int)n);
        var rank = RankOf((int)n, level);
        return result with { ExactRank = rank, Exact = At(rank), AchievedLevel = 1 - (2 * law.Cdf(rank - 1)) };

        Interval At(long k) => new(walsh.At(k), walsh.At(m + 1 - k));
    }

    /// <summary><see cref="ExactRank"/> for a number of pairs; it does not depend on their differences.</summary>
    /// <param name="pairs">n, at most <see cref="WilcoxonSignedRank.ExactLimit"/>.</param>
    /// <param name="level">Of the interval.</param>
    internal static long RankOf(int pairs, double level)
    {
        var (law, tail) = (SubsetSum.OfRanks(pairs), Tail(level));
        return Math.Max(1, Bisection.Smallest(-1, law.Total, law.Total, sum => law.Cdf(sum) >= tail)!.Value);
    }

    // Rounded to ten digits, so that 1 - 0.9 is 0.1.
    private static double Tail(double level) => Math.Round(1 - level, 10) / 2;
}

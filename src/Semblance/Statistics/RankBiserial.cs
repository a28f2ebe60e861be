using Semblance.Statistics.Distributions;

namespace Semblance.Statistics;

/// <summary>
/// The matched-pairs rank-biserial correlation (Kerby 2014), (W+ - W-) / (W+ + W-) of the signed ranks; zeros are dropped
/// before ranking.
/// </summary>
/// <remarks>
/// W+ counts the pairs i &lt;= j with d_i + d_j &gt; 0 (half where it is 0), so that r is a mean over pairs, whose variance
/// the delete-one jackknife gives (J. N. Arvesen, "Jackknifing U-statistics", Annals of Mathematical Statistics 40 (1969));
/// Student's limits are taken of Fisher's z = artanh r, as R. Newson does ("Confidence intervals for rank statistics:
/// Somers' D and extensions", Stata Journal 6 (2006)). Where all differences have one sign there is nothing to jackknife.
/// With a chance q of that sign, r is 2 q^2 - 1 or more (two such differences have a sum of that sign), and n of n of them
/// put q above ((1 - level) / 2)^(1/n).
/// </remarks>
/// <param name="Value">In [-1, 1]: 1 where every difference is positive.</param>
/// <param name="Interval">Its confidence interval.</param>
/// <param name="OfSigns">Whether all differences have one sign, so that the interval rests on their number alone.</param>
public sealed record RankBiserial(double Value, Interval Interval, bool OfSigns)
{
    /// <summary>The correlation of differences y - x.</summary>
    /// <param name="differences">At least one that is not zero.</param>
    /// <param name="level">Of the interval, between 0 and 1.</param>
    /// <exception cref="AssumptionException">Empty, NotFinite, AllZero; OutOfRange for the level.</exception>
    public static RankBiserial Of(ReadOnlySpan<double> differences, double level = 0.95)
    {
        Sample.RequireFraction(level);
        var ranks = SignedRanks.Of(differences);
        var (up, down) = (ranks.Plus.Sum(), ranks.Minus.Sum());
        var r = (double)(up - down) / (up + down);
        var sorted = Array.FindAll(differences.ToArray(), d => d != 0);
        Array.Sort(sorted);
        var n = sorted.Length;
        if (sorted[0] > 0 || sorted[^1] < 0)
        {
            var least = (2 * Math.Pow((1 - level) / 2, 2.0 / n)) - 1;
            return new(r, r > 0 ? new Interval(least, 1) : new Interval(-1, -least), true);
        }

        // Without d_i, W+ lacks the pairs of d_i, itself included.
        var pairs = n * (n - 1.0) / 2;
        var plus = (1 + r) / 2 * n * (n + 1.0) / 2;
        var without = Array.ConvertAll(sorted, d => (2 * (plus - PairsAbove(sorted, d)) / pairs) - 1);
        var center = Descriptive.Mean(without);
        var error = Math.Sqrt((n - 1.0) / n * without.Sum(one => (one - center) * (one - center)));
        var half = StudentT.Quantile((1 + level) / 2, n - 1) * error / (1 - (r * r));
        return new(r, new Interval(Math.Tanh(Math.Atanh(r) - half), Math.Tanh(Math.Atanh(r) + half)), false);
    }

    // How many d_j, d_i among them, have d_i + d_j > 0, and half of those with d_i + d_j = 0.
    private static double PairsAbove(double[] sorted, double d) =>
        sorted.Length - ((Ranks.CountBelow(sorted, -d) + Ranks.CountBelow(sorted, Math.BitIncrement(-d))) / 2.0);
}

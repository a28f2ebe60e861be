namespace Semblance.Statistics;

/// <summary>The matched-pairs rank-biserial correlation (Kerby 2014).</summary>
internal static class RankBiserial
{
    /// <summary>(W+ - W-) / (W+ + W-), in [-1, 1]: 1 where every difference is positive.</summary>
    /// <param name="differences">y - x.</param>
    /// <param name="zeros">How zeros are ranked; their ranks count for neither side in any case.</param>
    /// <exception cref="AssumptionException">Empty, NotFinite, AllZero.</exception>
    public static double Of(ReadOnlySpan<double> differences, ZeroMethod zeros = ZeroMethod.Wilcoxon)
    {
        var ranks = SignedRanks.Of(differences, zeros);
        var (plus, minus) = (ranks.Plus.Sum(), ranks.Minus.Sum());
        return (double)(plus - minus) / (plus + minus);
    }
}

namespace Semblance.Statistics;

/// <summary>Twice the mid-ranks (whole numbers, ties or not) of the sizes of differences, by sign.</summary>
/// <param name="Plus">Of positive differences.</param>
/// <param name="Minus">Of negative differences.</param>
/// <param name="Zeros">Of zero differences; none where they are dropped before ranking.</param>
/// <param name="HasTies">Whether two differences other than zero have the same size.</param>
internal sealed record SignedRanks(
    IReadOnlyList<long> Plus,
    IReadOnlyList<long> Minus,
    IReadOnlyList<long> Zeros,
    bool HasTies
)
{
    /// <summary>Ranks at least one difference that is not zero.</summary>
    /// <exception cref="AssumptionException">Empty, NotFinite, AllZero.</exception>
    public static SignedRanks Of(ReadOnlySpan<double> differences, ZeroMethod zeros)
    {
        Sample.Require(differences);
        var all = differences.ToArray();
        if (Array.TrueForAll(all, d => d == 0))
        {
            throw new AssumptionException(
                Assumption.AllZero,
                "All differences are zero: signed ranks need at least one that is not."
            );
        }

        var ranked = zeros == ZeroMethod.Wilcoxon ? Array.FindAll(all, d => d != 0) : all;
        var ranks = Ranks.Of(ranked.Select(Math.Abs).ToArray());
        var sizes = all.Where(d => d != 0).Select(Math.Abs).ToArray();
        return new SignedRanks(
            Doubled(d => d > 0),
            Doubled(d => d < 0),
            Doubled(d => d == 0),
            sizes.Distinct().Count() < sizes.Length
        );

        long[] Doubled(Func<double, bool> wanted) =>
            [.. Enumerable.Range(0, ranked.Length).Where(i => wanted(ranked[i])).Select(i => (long)(2 * ranks[i]))];
    }
}

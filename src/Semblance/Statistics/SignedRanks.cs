namespace Semblance.Statistics;

/// <summary>Twice the mid-ranks (whole numbers, ties or not) of the sizes of differences, by sign; zeros are dropped first.</summary>
/// <param name="Plus">Of positive differences.</param>
/// <param name="Minus">Of negative differences.</param>
/// <param name="HasTies">Whether two differences other than zero have the same size.</param>
internal sealed record SignedRanks(IReadOnlyList<long> Plus, IReadOnlyList<long> Minus, bool HasTies)
{
    /// <summary>Ranks at least one difference that is not zero.</summary>
    /// <exception cref="AssumptionException">Empty, NotFinite, AllZero.</exception>
    public static SignedRanks Of(ReadOnlySpan<double> differences)
    {
        Sample.Require(differences);
        var ranked = Array.FindAll(differences.ToArray(), d => d != 0);
        AssumptionException.ThrowUnless(
            ranked.Length > 0,
            Assumption.AllZero,
            $"All differences are zero: signed ranks need at least one that is not."
        );
        var ranks = Ranks.Of(Array.ConvertAll(ranked, Math.Abs), out var ties);
        return new SignedRanks(Doubled(positive: true), Doubled(positive: false), ties > 0);

        long[] Doubled(bool positive) =>
            [
                .. Enumerable
                    .Range(0, ranked.Length)
                    .Where(i => ranked[i] > 0 == positive)
                    .Select(i => (long)(2 * ranks[i])),
            ];
    }
}

using Semblance.Statistics;

namespace Semblance.Agreement;

/// <summary>
/// Fleiss' kappa where every item has the same number of votes, with the error under no agreement (Fleiss, Nee and Landis,
/// Psychological Bulletin 86 (1979)). <see cref="AgreementCoefficient.Fleiss"/> takes other data too.
/// </summary>
/// <param name="Kappa">Agreement beyond chance, at most 1.</param>
/// <param name="Randolph">The same with chance 1 / q, whatever was chosen how often.</param>
/// <param name="StandardErrorNull">Of kappa, if there is no agreement.</param>
/// <param name="CategoryKappas">Of each category against all others; NaN for one that nobody chose.</param>
public sealed record FleissKappa(
    double Kappa,
    double Randolph,
    double StandardErrorNull,
    IReadOnlyList<double> CategoryKappas
)
{
    /// <summary>Kappa in units of its standard error.</summary>
    public double Z => Kappa / StandardErrorNull;

    /// <summary>Two-sided and normal, against no agreement.</summary>
    public double P => PValues.OfNormal(Z).TwoSided;

    /// <summary>Kappa of items that all have the same number of votes.</summary>
    /// <param name="counts">Votes, [item][category].</param>
    /// <exception cref="AssumptionException">
    /// Empty; LengthMismatch where items differ in their number of votes; TooFew for one vote; NoVariation where all fall in
    /// one category.
    /// </exception>
    public static FleissKappa Of(IReadOnlyList<int[]> counts)
    {
        RatingCounts.Require(counts);
        var (n, q, m) = (counts.Count, counts[0].Length, counts[0].Sum());
        AssumptionException.ThrowUnless(
            counts.All(row => row.Sum() == m),
            Assumption.LengthMismatch,
            $"Every item needs the same number of votes."
        );
        double[] share = [.. Enumerable.Range(0, q).Select(k => counts.Sum(row => row[k]) / (double)(n * m))];
        var chance = share.Sum(p => p * p);
        AssumptionException.ThrowUnless(
            !share.Contains(1),
            Assumption.NoVariation,
            $"All votes fall in one category, so that chance alone gives full agreement."
        );
        var raw = AgreementCoefficient.Raw(counts).Value;
        var spread = share.Sum(p => p * (1 - p));
        var skew = share.Sum(p => p * (1 - p) * (1 - (2 * p)));
        return new FleissKappa(
            (raw - chance) / (1 - chance),
            (raw - (1.0 / q)) / (1 - (1.0 / q)),
            Math.Sqrt(2 * ((spread * spread) - skew) / ((double)n * m * (m - 1))) / spread,
            [
                .. share.Select(
                    (p, k) =>
                        p is 0
                            ? double.NaN
                            : 1 - (counts.Sum(row => (double)row[k] * (m - row[k])) / (n * m * (m - 1.0) * p * (1 - p)))
                ),
            ]
        );
    }
}

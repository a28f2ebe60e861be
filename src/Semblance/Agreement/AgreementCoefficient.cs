using Semblance.Statistics;
using Semblance.Statistics.Distributions;

namespace Semblance.Agreement;

/// <summary>
/// Agreement beyond chance, (observed - chance) / (1 - chance): 1 for full agreement, 0 for what chance gives, below 0 for
/// less. Items may have different numbers of votes.
/// </summary>
/// <remarks>K. L. Gwet, "Handbook of Inter-Rater Reliability" (4th ed., 2014), chapters 2 to 6; also the standard errors.</remarks>
/// <param name="Value">The coefficient, at most 1.</param>
/// <param name="Observed">Mean over items of the weighted share of agreeing pairs of votes.</param>
/// <param name="Chance">What chance would give.</param>
/// <param name="StandardError">Over items, these raters being given; null below two items.</param>
/// <param name="Items">Items that it is over.</param>
public sealed record AgreementCoefficient(
    double Value,
    double Observed,
    double Chance,
    double? StandardError,
    int Items
)
{
    /// <summary>Student's interval with a degree of freedom less than there are items, cut at 1; null without an error.</summary>
    /// <param name="level">Between 0 and 1.</param>
    /// <exception cref="AssumptionException">OutOfRange.</exception>
    public Interval? Interval(double level = 0.95)
    {
        Sample.RequireFraction(level);
        if (StandardError is not { } error)
        {
            return null;
        }

        var half = StudentT.Quantile((1 + level) / 2, Items - 1) * error;
        return new Interval(Value - half, Math.Min(1, Value + half));
    }

    /// <summary>Two-sided p against no agreement beyond chance; null without an error, or where it is 0.</summary>
    public double? P =>
        StandardError is > 0 and { } error ? PValues.OfStudent(Value / error, Items - 1).TwoSided : null;

    /// <summary>Share of agreeing pairs of votes, nothing taken off for chance.</summary>
    /// <param name="counts">Votes, [item][category]; an item with fewer than two says nothing.</param>
    /// <param name="weights">How much two categories agree.</param>
    /// <exception cref="AssumptionException">Empty, LengthMismatch, OutOfRange, NoVariation, TooFew.</exception>
    public static AgreementCoefficient Raw(
        IReadOnlyList<int[]> counts,
        AgreementWeights weights = AgreementWeights.Identity
    ) => new RatingShares(counts, weights).Coefficient(0, null);

    /// <summary>
    /// Gwet's AC1 (identity) and AC2 (other weights): chance is sum(w) / (q (q - 1)) times the sum of pi (1 - pi). It
    /// stays high where nearly all votes fall in one category.
    /// </summary>
    /// <inheritdoc cref="Raw"/>
    public static AgreementCoefficient Gwet(
        IReadOnlyList<int[]> counts,
        AgreementWeights weights = AgreementWeights.Identity
    )
    {
        var shares = new RatingShares(counts, weights);
        var q = shares.Mean.Length;
        var factor = shares.SumOfWeights / (q * (q - 1.0));
        return shares.Coefficient(
            factor * shares.Mean.Sum(share => share * (1 - share)),
            item => factor * shares.Of(item).Zip(shares.Mean, (own, mean) => own * (1 - mean)).Sum()
        );
    }

    /// <summary>
    /// Fleiss' kappa, weighted if asked for: chance is the sum of w pi pi (J. L. Fleiss, Psychological Bulletin 76 (1971)).
    /// It is low where nearly all votes fall in one category, however much raters agree.
    /// </summary>
    /// <inheritdoc cref="Raw"/>
    public static AgreementCoefficient Fleiss(
        IReadOnlyList<int[]> counts,
        AgreementWeights weights = AgreementWeights.Identity
    )
    {
        var shares = new RatingShares(counts, weights);
        var weighted = shares.Weighted(shares.Mean);
        return shares.Coefficient(
            shares.Mean.Zip(weighted, (a, b) => a * b).Sum(),
            item => shares.Of(item).Zip(weighted, (a, b) => a * b).Sum()
        );
    }

    /// <summary>Brennan and Prediger's coefficient: chance is the mean weight, whatever was chosen how often.</summary>
    /// <inheritdoc cref="Raw"/>
    public static AgreementCoefficient BrennanPrediger(
        IReadOnlyList<int[]> counts,
        AgreementWeights weights = AgreementWeights.Identity
    )
    {
        var shares = new RatingShares(counts, weights);
        return shares.Coefficient(shares.SumOfWeights / (shares.Mean.Length * (double)shares.Mean.Length), null);
    }

    /// <summary>
    /// Krippendorff's alpha as 1 - D_o / D_e of weights, with an error over items. With identity weights it is nominal alpha,
    /// with quadratic ones interval alpha; <see cref="AgreementWeights.Ordinal"/> is not Krippendorff's own ordinal
    /// metric, which <see cref="KrippendorffAlpha"/> has.
    /// </summary>
    /// <inheritdoc cref="Raw"/>
    public static AgreementCoefficient Krippendorff(
        IReadOnlyList<int[]> counts,
        AgreementWeights weights = AgreementWeights.Identity
    ) => new RatingShares(counts, weights).Alpha();
}

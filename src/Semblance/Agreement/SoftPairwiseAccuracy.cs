using Semblance.Statistics;

namespace Semblance.Agreement;

/// <summary>
/// How alike people and a score are in how sure they are of each pair of models: the mean over pairs of 1 - |p_people -
/// p_score|, p one-sided from sign flips over prompts (B. Thompson et al., "Improving statistical significance in human
/// evaluation of automatic metrics via soft pairwise accuracy", WMT 2024). 0 to 1.
/// </summary>
public static class SoftPairwiseAccuracy
{
    /// <summary>The mean over pairs of models.</summary>
    /// <param name="pairs">For each pair of models, an item a value: people's preference, and the difference of scores.</param>
    /// <param name="resamples">Sign vectors, where they cannot be counted.</param>
    /// <param name="seed">Of the draws.</param>
    /// <exception cref="AssumptionException">TooFew below three pairs; Empty, NotFinite, LengthMismatch.</exception>
    public static double Of(
        IReadOnlyList<(double[] Human, double[] Score)> pairs,
        int resamples = 9_999,
        ulong seed = 1
    )
    {
        ArgumentNullException.ThrowIfNull(pairs);
        AssumptionException.ThrowUnless(
            pairs.Count >= 3,
            Assumption.TooFew,
            $"Soft pairwise accuracy needs three models or more, in all pairs; there are {pairs.Count} pairs."
        );
        return pairs.Average(pair =>
        {
            Sample.RequirePairs(pair.Human, pair.Score);
            return 1 - Math.Abs(P(pair.Human) - P(pair.Score));
        });

        double P(double[] differences) => SignFlip.MonteCarlo(differences, resamples, seed, 1).P.Greater;
    }
}

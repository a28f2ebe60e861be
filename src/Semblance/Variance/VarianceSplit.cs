using Semblance.Statistics;

namespace Semblance.Variance;

/// <summary>How much of the variance over prompts more prompts and more seeds would remove.</summary>
/// <param name="Total">Sample variance of the scores (or differences) over prompts: prompts and seeds together. An interval over prompts already has both.</param>
/// <param name="Seeds">Mean over prompts of the unbiased variance within a prompt: more seeds would shrink it.</param>
/// <param name="Prompts">Total less seeds, unbiased and so perhaps negative: only more prompts help.</param>
/// <param name="ShareFromSeeds">Seeds / total, held between 0 and 1; null where the total is 0.</param>
/// <param name="StandardErrorRandomPrompts">sqrt(total / n): the prompts are a sample.</param>
/// <param name="StandardErrorFixedPrompts">For exactly these prompts: only seeds vary. Null where their part is estimated below 0: it is then unknown, not 0.</param>
/// <param name="CommonSeeds">On how many prompts both models used the same seeds; null for one model.</param>
public sealed record VarianceSplit(
    double Total,
    double Seeds,
    double Prompts,
    double? ShareFromSeeds,
    double StandardErrorRandomPrompts,
    double? StandardErrorFixedPrompts,
    CommonSeeds? CommonSeeds
)
{
    /// <summary>
    /// Covariance of two prompts that comes from the seeds they share (<see cref="MeanError.SeedsCommon"/>): neither in the
    /// total, which is of prompts about their own mean, nor lessened by more prompts. Null where seeds are not known.
    /// </summary>
    public double? SeedsCommon { get; init; }

    /// <summary>
    /// Splits the variance. A score is the prompt's true score plus an error of mean 0 from its seeds, so the expected
    /// sample variance over prompts is the variance of the true scores plus the mean variance of the errors.
    /// </summary>
    /// <param name="scores">One score (or difference) per prompt, [n], at least 2.</param>
    /// <param name="seedVariances">
    /// Unbiased variance of each within its prompt, [n], negatives kept. For two models with independent seeds the
    /// variances of the two add; with common seeds it is that of <see cref="PairKernel.Minus"/>, with some in common the
    /// sum less twice the covariance of the two scores.
    /// </param>
    /// <param name="commonSeeds">To be kept in <see cref="CommonSeeds"/>.</param>
    /// <exception cref="AssumptionException">LengthMismatch, NotFinite, TooFew.</exception>
    public static VarianceSplit Of(
        IReadOnlyList<double> scores,
        IReadOnlyList<double> seedVariances,
        CommonSeeds? commonSeeds = null
    )
    {
        ArgumentNullException.ThrowIfNull(scores);
        ArgumentNullException.ThrowIfNull(seedVariances);
        Sample.RequirePairs([.. scores], [.. seedVariances], least: 2);
        var deviation = Descriptive.StandardDeviation([.. scores]);
        var total = deviation * deviation;
        var seeds = seedVariances.Average();
        return new VarianceSplit(
            total,
            seeds,
            total - seeds,
            total > 0 ? Math.Clamp(seeds / total, 0, 1) : null,
            deviation / Math.Sqrt(scores.Count),
            seeds >= 0 ? Math.Sqrt(seedVariances.Sum()) / scores.Count : null,
            commonSeeds
        );
    }
}

using Semblance.Statistics;
using Semblance.Statistics.Distributions;
using Semblance.Variance;

namespace Semblance.Planning;

/// <summary>The parts of a study's variance: what only more prompts would reduce, and what more seeds would.</summary>
/// <param name="PromptVariance">Variance over prompts of the true score (or true difference), squared score points, 0 or more.</param>
/// <param name="Seeds">
/// Components within a prompt, mean over prompts, 0 or more. For a difference of models with independent seeds the sum of
/// the two models' components, with common seeds those of the difference kernel.
/// </param>
/// <param name="Models">How many models' images each prompt and seed costs: 1 for a score, 2 for a difference.</param>
public sealed record StudyVariance(double PromptVariance, PairComponents Seeds, int Models)
{
    /// <summary>How many prompts the pilot had; null where the components were stated.</summary>
    public int? PilotPrompts { get; init; }

    /// <summary>How many seeds per prompt the pilot had (the fewest of a prompt and model); null where the components were stated.</summary>
    public int? PilotSeeds { get; init; }

    /// <summary>The most seeds that a prompt of a model had in the pilot; null where the components were stated.</summary>
    public int? PilotMostSeeds { get; init; }

    /// <summary>The variance over prompts as the pilot estimates it without bias, which may be negative; null where it was stated.</summary>
    public double? EstimatedPromptVariance { get; init; }

    /// <summary>The components as the pilot estimates them without bias, which may be negative; null where they were stated.</summary>
    public PairComponents? EstimatedSeeds { get; init; }

    /// <summary>Mean difference (second - first) that the pilot saw; null for one model or stated components.</summary>
    public double? PilotDifference { get; init; }

    /// <summary>
    /// On how many prompts both models of the pilot used the same seeds; null for one model or stated components. Where they
    /// share some, the plan is for studies in which both use the same seeds throughout.
    /// </summary>
    public CommonSeeds? CommonSeeds { get; init; }

    /// <summary>Whether the pilot's prompts had the same seeds, so that the plan's have them too; unknown where components were stated.</summary>
    public SeedDesign SeedDesign { get; init; }

    /// <summary>
    /// How many prompts a cluster has on average, and how many times the variance of the mean is what it would be if they
    /// were independent (the design effect, Kish 1965), 1 or more; both 1 without clusters. The plan is for prompts in
    /// clusters like the pilot's.
    /// </summary>
    public double PromptsPerCluster { get; init; } = 1;

    /// <inheritdoc cref="PromptsPerCluster"/>
    public double DesignEffect { get; init; } = 1;

    /// <summary>
    /// What prompts with the same seeds have in common: the covariance of two prompts with S seeds is this / S, in squared
    /// points, 0 or more. To leading order it is 4 Cov(k_p(s, t), k_q(s, u)) / S, as zeta1's part of one prompt is. Only
    /// more seeds lessen it.
    /// </summary>
    public double CommonSeedVariance { get; init; }

    /// <summary>Variance of the mean over P prompts: prompts and their own seeds over P, and what all prompts have in common.</summary>
    /// <param name="prompts">P, at least 2.</param>
    /// <param name="seeds">S, at least 2.</param>
    public double OfMean(int prompts, int seeds)
    {
        var (own, common) = Parts(prompts, seeds);
        return own + common;
    }

    /// <summary>Satterthwaite's degrees of freedom of <see cref="OfMean"/> (<see cref="MeanError"/>): P - 1 without seeds in common.</summary>
    /// <inheritdoc cref="OfMean"/>
    internal double Degrees(int prompts, int seeds)
    {
        var (own, common) = Parts(prompts, seeds);
        var total = own + common;
        var units = Math.Max(1, (prompts / PromptsPerCluster) - 1);
        return common == 0 ? units : total * total / ((own * own / units) + (common * common / (seeds - 1.0)));
    }

    /// <summary>
    /// The half width that a study of this size does not exceed with a chance of <paramref name="assurance"/>. Its variance is
    /// estimated anew and the pilot's was an estimate: for normal values their ratio follows F with the study's and the
    /// pilot's degrees of freedom, and its quantile takes the place of 1.
    /// </summary>
    /// <param name="prompts">P, at least 2.</param>
    /// <param name="seeds">S, at least 2.</param>
    /// <param name="level">Between 0 and 1.</param>
    /// <param name="assurance">Between 0 and 1.</param>
    /// <exception cref="AssumptionException">TooFew; OutOfRange for level or assurance; Undefined where there was no pilot.</exception>
    public double AssuredHalfWidth(int prompts, int seeds, double level, double assurance)
    {
        Sample.RequireFraction(assurance, "The assurance");
        AssumptionException.ThrowUnless(
            PilotPrompts is not null && PilotSeeds is not null,
            Assumption.Undefined,
            $"Assurance is about a pilot's uncertainty, and these components were stated."
        );
        var pilot = Degrees(PilotPrompts!.Value, PilotSeeds!.Value);
        return HalfWidth(prompts, seeds, level)
            * Math.Sqrt(FisherF.Quantile(assurance, Degrees(prompts, seeds), pilot));
    }

    /// <summary>Units that are independent as far as clusters go: prompts, or clusters of them.</summary>
    internal double Units(int prompts) => prompts / PromptsPerCluster;

    private (double Own, double Common) Parts(int prompts, int seeds)
    {
        var common = Math.Min(PerPrompt(seeds), CommonSeedVariance / seeds);
        return (DesignEffect * (PerPrompt(seeds) - common) / prompts, common);
    }

    /// <summary>Variance of one prompt's score (or difference) with this number of seeds: true spread and seeds together, 0 or more.</summary>
    /// <param name="seeds">At least 2.</param>
    /// <exception cref="AssumptionException">TooFew.</exception>
    public double PerPrompt(int seeds) => Math.Max(0, PromptVariance + Seeds.VarianceAt(seeds));

    /// <summary>
    /// Half of Student's interval of the mean over prompts: t(P - 1) sqrt(variance per prompt / P), and with seeds in common
    /// t sqrt(<see cref="OfMean"/>).
    /// </summary>
    /// <param name="prompts">P, at least 2.</param>
    /// <param name="seeds">S, at least 2.</param>
    /// <param name="level">Between 0 and 1.</param>
    /// <exception cref="AssumptionException">TooFew; OutOfRange for the level.</exception>
    public double HalfWidth(int prompts, int seeds, double level = 0.95)
    {
        Sample.RequireFraction(level);
        AssumptionException.ThrowUnless(
            prompts >= 2,
            Assumption.TooFew,
            $"An interval over prompts needs at least two, and there are {prompts}."
        );
        var quantile = StudentT.Quantile((1 + level) / 2, Degrees(prompts, seeds));
        return quantile * Math.Sqrt(OfMean(prompts, seeds));
    }
}

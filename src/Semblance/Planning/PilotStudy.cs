using Semblance.Comparison;
using Semblance.Statistics;
using Semblance.Variance;

namespace Semblance.Planning;

/// <summary>The components of variance, estimated from a pilot run.</summary>
public static class PilotStudy
{
    /// <summary>The variance of the mean score of one model.</summary>
    /// <param name="matrix">Two prompts or more, each with components (four images or more).</param>
    /// <param name="model">Name.</param>
    /// <exception cref="InputException">One prompt, or a prompt without components.</exception>
    /// <exception cref="UsageException">There is no such model.</exception>
    public static StudyVariance Of(ScoreMatrix matrix, string model)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        var index = matrix.IndexOf(model);
        var seeds = SeedVariances.Of(matrix, index) ?? throw WithoutComponents(matrix, index);
        var scores = matrix.Scores(index);
        return Make(scores, seeds, 1, new PromptErrors(matrix).OfMean(index, scores));
    }

    /// <summary>The variance of the mean difference of two models, second - first.</summary>
    /// <param name="matrix">Two prompts or more, each with components (four images or more).</param>
    /// <param name="first">Name.</param>
    /// <param name="second">Name.</param>
    /// <param name="shared">Components of the difference, where both models have seeds in common.</param>
    /// <exception cref="InputException">One prompt, or a prompt without components.</exception>
    /// <exception cref="UsageException">There is no such model.</exception>
    public static StudyVariance Of(
        ScoreMatrix matrix,
        string first,
        string second,
        IReadOnlyList<SharedSeedComponents>? shared = null
    )
    {
        ArgumentNullException.ThrowIfNull(matrix);
        var (a, b) = (matrix.IndexOf(first), matrix.IndexOf(second));
        var seeds =
            SeedVariances.Of(matrix, a, b, SeedVariances.ByPair(shared)) ?? throw WithoutComponents(matrix, a, b);
        var differences = Sample.Differences(matrix.Scores(a), matrix.Scores(b));
        return Make(differences, seeds, 2, new PromptErrors(matrix).OfDifference(a, b, differences)) with
        {
            PilotDifference = differences.Average(),
        };
    }

    /// <summary>
    /// Estimates may be negative, true components are not, and a plan made with negative ones would promise more than any
    /// number of seeds can give. So the plan uses the nearest possible components (0 &lt;= 2 zeta1 &lt;= zeta2, Hoeffding
    /// 1948), and takes from the prompts what that adds to the seeds: at the pilot's own size the plan has the pilot's spread.
    /// </summary>
    private static StudyVariance Make(double[] scores, SeedVariances seeds, int models, MeanError error)
    {
        var split = VarianceSplit.Of(scores, seeds.Variances);
        var estimated = seeds.Components;
        var zeta1 = Math.Max(0, estimated.Zeta1);
        var possible = new PairComponents(zeta1, Math.Max(2 * zeta1, estimated.Zeta2));
        var added = new PairComponents(possible.Zeta1 - estimated.Zeta1, possible.Zeta2 - estimated.Zeta2);
        // The spread of prompts about their own mean lacks what they have in common.
        var common = Math.Max(0, error.SeedsCommon ?? 0);
        var prompts = split.Prompts - seeds.Seeds.Average(added.VarianceAt) + common;
        return new StudyVariance(Math.Max(0, prompts), possible, models)
        {
            SeedDesign = error.SeedDesign,
            PromptsPerCluster = error.Clusters is { } clusters ? (double)scores.Length / clusters : 1,
            DesignEffect =
                error.PromptError > 0 ? Math.Max(1, error.PromptPart / (error.PromptError * error.PromptError)) : 1,
            CommonSeedVariance = common * seeds.Seeds.Average(),
            EstimatedPromptVariance = split.Prompts,
            EstimatedSeeds = estimated,
            PilotPrompts = scores.Length,
            PilotSeeds = seeds.Seeds.Min(),
            PilotMostSeeds = seeds.Most,
            CommonSeeds = seeds.Common,
        };
    }

    private static InputException WithoutComponents(ScoreMatrix matrix, params int[] models)
    {
        var row = models.SelectMany(m => matrix.Rows[m]).First(one => one.Components is null || one.Seeds is null);
        return new InputException(
            $"Model '{row.Model}' has no variance components on prompt '{row.Prompt}': a pilot needs embeddings of at least four images per prompt; score a run folder, or state the components."
        );
    }
}

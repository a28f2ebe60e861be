using System.Globalization;

namespace Semblance.Planning;

/// <summary>How many prompts and seeds a wanted precision needs.</summary>
public static class StudyPlanner
{
    /// <summary>Makes the plan.</summary>
    /// <param name="variance">From a pilot run, or stated.</param>
    /// <param name="options">What to reach, and at what cost; defaults where null.</param>
    public static PlanReport Plan(StudyVariance variance, PlanOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(variance);
        options ??= new PlanOptions();
        var table = options
            .Prompts.SelectMany(prompts => options.Seeds.Select(seeds => Design(variance, prompts, seeds, options)))
            .ToArray();
        return new PlanReport(
            variance,
            options,
            table,
            null,
            "prompts",
            string.Create(
                CultureInfo.InvariantCulture,
                $"Seeds add {variance.Seeds.VarianceAt(options.Seeds[0]):F2} to a variance over prompts of {variance.PromptVariance:F2}."
            ),
            []
        );
    }

    private static StudyDesign Design(StudyVariance variance, int prompts, int seeds, PlanOptions options)
    {
        var images = (long)variance.Models * prompts * seeds;
        return new StudyDesign(
            prompts,
            seeds,
            variance.HalfWidth(prompts, seeds, options.Level),
            null,
            images,
            (options.CostPerImage * images) + (options.CostPerPrompt * prompts)
        );
    }
}

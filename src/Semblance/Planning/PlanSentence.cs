using System.Globalization;

namespace Semblance.Planning;

/// <summary>A plan in words.</summary>
internal static class PlanSentence
{
    public static string Of(
        StudyVariance variance,
        PlanOptions options,
        StudyDesign? cheapest,
        int bestSeeds,
        string spendOn
    )
    {
        var seeds = variance.PilotSeeds ?? bestSeeds;
        var total = variance.PerPrompt(seeds);
        var share = total > 0 ? Math.Clamp(variance.Seeds.VarianceAt(seeds) / total, 0, 1) : 0;
        var what = variance.Models == 2 ? "difference" : "score";
        var sentences = new List<string>();
        if (cheapest is not null)
        {
            sentences.Add(Cheapest(options, cheapest));
        }

        sentences.Add(
            string.Create(
                CultureInfo.InvariantCulture,
                $"With {seeds} seeds per prompt, {100 * share:F0}% of the variance of a prompt's {what} comes from seeds; any precision is cheapest with {bestSeeds} seeds per prompt."
            )
        );
        sentences.Add(
            spendOn == "seeds" ? "Spend on seeds before adding prompts." : "Spend on more prompts, not on more seeds."
        );
        return string.Join(' ', sentences);
    }

    private static string Cheapest(PlanOptions options, StudyDesign design)
    {
        var reach = new List<string>();
        if (options.HalfWidth is not null)
        {
            reach.Add(string.Create(CultureInfo.InvariantCulture, $"a half width of {design.HalfWidth:F2} points"));
        }

        if (design.Power is { } power)
        {
            reach.Add(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"a power of {100 * power:F0}% for a true difference of {options.Effect:G4} points"
                )
            );
        }

        return string.Create(
            CultureInfo.InvariantCulture,
            $"The cheapest design is {design.Prompts} prompts with {design.Seeds} seeds ({design.Images} images, cost {design.Cost:G6}): {string.Join(" and ", reach)}."
        );
    }
}

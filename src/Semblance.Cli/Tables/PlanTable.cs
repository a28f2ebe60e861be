using Semblance.Cli.Terminal;
using Semblance.Planning;
using Semblance.Variance;

namespace Semblance.Cli.Tables;

/// <summary>A plan as a person reads it: prompts down, seeds across, the advice last.</summary>
internal static class PlanTable
{
    public static string Render(PlanReport plan, string? encoder, string? caution, Surface surface)
    {
        var page = new Page(surface);
        Heading(page, plan, encoder, caution);
        var level = Figures.Percent(plan.Settings.Level);
        page.Heading("Half width", $"of the {level} interval, in points; seeds per prompt across");
        Table(page, plan, design => Figures.Fixed(design.HalfWidth));
        if (plan.Settings.Assurance is { } assurance)
        {
            page.EndLine()
                .Heading(
                    "Half width",
                    $"that is not exceeded with a chance of {Figures.Percent(assurance)}, in points"
                );
            Table(page, plan, design => Figures.Fixed(design.AssuredHalfWidth));
        }

        if (plan.Table.Any(design => design.Power is not null))
        {
            var effect = plan.Settings.Effect ?? 0;
            page.EndLine()
                .Heading(
                    "Power",
                    plan.Settings.Goal == PlanGoal.Gate
                        ? $"of the gate to pass at a true difference of {Figures.Fixed(effect)} points"
                        : $"to see a true difference of {Figures.Fixed(effect)} points"
                );
            Table(page, plan, design => design.Power is { } power ? Figures.Fixed(100 * power, 0) + "%" : "-");
        }

        page.EndLine().Heading("Advice");
        page.Sentence(plan.Advice);
        return page.ToString();
    }

    private static void Heading(Page page, PlanReport plan, string? encoder, string? caution)
    {
        var variance = plan.Variance;
        var what = variance.Models == 2 ? "the mean difference of two models" : "the mean score of a model";
        page.Heading("Plan", $"for {what}");
        var source = variance is { PilotPrompts: { } prompts, PilotSeeds: { } fewest }
            ? $"pilot: {Figures.Count(prompts)} prompts with {Figures.Count(fewest)}"
                + (variance.PilotMostSeeds is { } most && most > fewest ? $" to {Figures.Count(most)}" : "")
                + $" seeds{Common(variance.CommonSeeds)}; encoder: {encoder ?? "unknown"}"
            : "components of variance as stated";
        page.Note(source);
        page.Note(
            $"variance over prompts {Figures.Fixed(variance.PromptVariance)}, within a prompt zeta1 {Figures.Fixed(variance.Seeds.Zeta1)} and zeta2 {Figures.Fixed(variance.Seeds.Zeta2)}"
        );
        if (variance.PilotPrompts is not null)
        {
            page.Note(
                variance.SeedDesign switch
                {
                    SeedDesign.Crossed or SeedDesign.Partly =>
                        $"seeds that prompts share add {Figures.Fixed(variance.CommonSeedVariance)} / seeds, which more prompts do not lessen",
                    SeedDesign.Nested =>
                        "no two prompts of the pilot share a seed, and the plan is for studies like that",
                    _ => "which seeds prompts share is unknown: the plan takes prompts as independent",
                }
            );
        }

        if (variance.PromptsPerCluster > 1)
        {
            page.Note(
                $"prompts in clusters of {Figures.Fixed(variance.PromptsPerCluster, 1)}, which make the variance {Figures.Fixed(variance.DesignEffect)} times as large"
            );
        }

        page.Cautions([caution, .. plan.Warnings]);
        page.EndLine();
    }

    private static string Common(CommonSeeds? seeds) =>
        seeds switch
        {
            null => "",
            _ when seeds.Everywhere() => ", the same for both models",
            { All: 0, Some: 0 } => "",
            _ => $" ({CommonSeedsText.Of(seeds)}; the plan has the same seeds in both models)",
        };

    private static void Table(Page page, PlanReport plan, Func<StudyDesign, string> cell)
    {
        var grid = new Grid(["prompts", .. plan.Settings.Seeds.Select(seeds => Figures.Count(seeds))]);
        foreach (var row in plan.Table.Chunk(plan.Settings.Seeds.Count))
        {
            grid.Row([Figures.Count(row[0].Prompts), .. row.Select(cell)]);
        }

        grid.AddTo(page);
    }
}

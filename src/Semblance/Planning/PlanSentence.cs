using Semblance.Comparison;
using static System.FormattableString;

namespace Semblance.Planning;

/// <summary>The advice of a plan, in a few sentences.</summary>
internal static class PlanSentence
{
    public static string Of(StudyVariance variance, PlanOptions options, StudyDesign? cheapest, int? bestSeeds)
    {
        var seeds = variance.PilotSeeds ?? cheapest?.Seeds ?? bestSeeds ?? options.Seeds.Max();
        var total = variance.PerPrompt(seeds);
        if (variance is { PromptVariance: 0, Seeds: { Zeta1: 0, Zeta2: 0 } })
        {
            return (cheapest is null ? "" : Cheapest(variance, options, cheapest) + " ")
                + "Nothing varies here, neither over prompts nor over seeds, so that neither more prompts nor more seeds would change anything; make sure that the scores are what you meant, as a true pilot varies.";
        }

        var share = total > 0 ? Math.Clamp(variance.Seeds.VarianceAt(seeds) / total, 0, 1) : 0;
        var what = variance.Models == 2 ? "difference" : "score";
        string[] sentences =
        [
            .. cheapest is null ? [] : (string[])[Cheapest(variance, options, cheapest)],
            Invariant(
                $"With {seeds} seeds per prompt, {100 * share:F0}% of the variance of a prompt's {what} comes from seeds: more seeds lessen that part, more prompts all of it."
            ),
            Turn(options, cheapest?.Seeds ?? bestSeeds),
            .. variance.PilotSeeds is { } own ? (string[])[Pilot(own, cheapest?.Seeds ?? bestSeeds)] : [],
        ];
        return string.Join(' ', sentences);
    }

    /// <summary>Up to how many seeds these are cheaper than prompts.</summary>
    private static string Turn(PlanOptions options, int? enough) =>
        enough switch
        {
            null =>
                "As prompts do not differ, no number of seeds is best: the same money buys at least as much with more seeds and fewer prompts, until there are so few that Student's interval widens.",
            2 => "Two seeds are the fewest that make a score, and from there on prompts are the cheaper way.",
            { } most when most == options.MostSeeds => Invariant(
                $"Seeds are the cheaper way up to {most} per prompt or more (no more were tried)."
            ),
            { } turn => Invariant($"Seeds are the cheaper way up to {turn} per prompt, prompts from there on."),
        };

    private static string Pilot(int own, int? enough) =>
        own < (enough ?? int.MaxValue)
            ? Invariant($"The pilot has {own}: spend on seeds first.")
            : Invariant($"The pilot has {own}: spend on more prompts, not on more seeds.");

    private static string Cheapest(StudyVariance variance, PlanOptions options, StudyDesign design)
    {
        var reach = new List<string>();
        if (options.HalfWidth is not null)
        {
            reach.Add(
                design.AssuredHalfWidth is { } assured
                    ? Invariant(
                        $"a half width of {design.HalfWidth:F2} points if the pilot's variance is the true one, and of {assured:F2} or less with a chance of {100 * options.Assurance:F0}%"
                    )
                    : Invariant($"a half width of {design.HalfWidth:F2} points")
            );
        }

        if (design.Power is { } power)
        {
            var difference = $"a true difference of {Verdicts.Points(options.Effect ?? 0)}";
            reach.Add(
                StudyPlanner.GoalOf(variance, options) switch
                {
                    PlanGoal.Gate => Invariant($"the gate passes with a chance of {100 * power:F0}% at {difference}"),
                    PlanGoal.Compare => Invariant(
                        $"a power of {100 * power:F0}% of the comparison's verdict for {difference}"
                    ),
                    _ => Invariant($"a power of {100 * power:F0}% for {difference}"),
                }
            );
        }

        return Invariant(
            $"The cheapest design is {design.Prompts} prompts with {design.Seeds} seeds ({design.Images} images, cost {design.Cost:G6}): {string.Join(" and ", reach)}."
        );
    }
}

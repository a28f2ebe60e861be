using Semblance.Cli.Terminal;
using Semblance.Comparison;
using Semblance.Consistency;

namespace Semblance.Cli.Tables;

/// <summary>What stands under the intervals of the models' mean scores (<see cref="ModelScore.Ci95"/>).</summary>
internal static class IntervalNote
{
    public static void Add(Page page, IReadOnlyList<ModelScore> models)
    {
        ModelScore[] own = [.. models.Where(model => model.Ci95 is not null)];
        if (own.Length == 0)
        {
            return;
        }

        page.Sentence(
            $"95% interval: Student's, of the mean over prompts; from {ModelComparison.FewestPromptsToResample} prompts on compare resamples them, and gives a slightly different one",
            Ink.Faint
        );
        ModelScore[] constant = [.. own.Where(model => model.SdScs == 0)];
        if (constant.Length > 0)
        {
            page.Sentence(
                $"caution: The prompts of {constant[0].Model} all score the same; an interval without width is no certainty.",
                Ink.Caution
            );
        }

        var fewest = own.Min(model => model.Prompts);
        if (fewest < ModelComparison.FewestPromptsToResample)
        {
            var leaves = own.Any(model => model.Ci95 is [< 0, _] or [_, > 100]);
            page.Sentence(
                $"caution: With only {Figures.Count(fewest, "prompt")} Student's interval trusts the scores to be about normal, and other prompts may say otherwise"
                    + (
                        leaves
                            ? "; beyond 0 and 100, where no score is, it shows no more than that these are too few."
                            : "."
                    ),
                Ink.Caution
            );
        }
    }
}

using Semblance.Cli.Terminal;
using Semblance.Comparison;
using Semblance.Consistency;

namespace Semblance.Cli.Tables;

/// <summary>Cautions about intervals of mean scores (<see cref="ModelScore.Ci95"/>) that rest on few prompts or on no spread.</summary>
internal static class FewPrompts
{
    /// <summary>Adds what a reader must know before the intervals of the models; nothing where there is nothing to say.</summary>
    public static void Warn(Page page, IReadOnlyList<ModelScore> models)
    {
        ModelScore[] own = [.. models.Where(model => model.Ci95 is not null)];
        if (own.FirstOrDefault(model => model.SdScs == 0) is { } constant)
        {
            page.Cautions(
                $"The prompts of {constant.Model} all score the same; an interval without width is not certainty."
            );
        }

        var fewest = own.Select(model => model.Prompts).DefaultIfEmpty(int.MaxValue).Min();
        if (fewest < ModelComparison.FewestPromptsForStudent)
        {
            page.Cautions(
                $"With only {Figures.Count(fewest, "prompt")} the interval assumes that scores are about normal; other prompts may say otherwise."
            );
        }
    }
}

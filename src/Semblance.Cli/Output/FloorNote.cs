using Semblance.Consistency;

namespace Semblance.Cli.Output;

/// <summary>What stands under a column of calibrated scores.</summary>
internal static class FloorNote
{
    public static void Add(Page page, ConsistencyFloor floor) =>
        page.Sentence(
            $"calibr.: 0 at the floor, 100 for identical images. Floor {Figures.Fixed(floor.Score)}: what images of different prompts score, over {Figures.Count(floor.PromptPairs)} pairs of these prompts",
            Ink.Faint
        );
}

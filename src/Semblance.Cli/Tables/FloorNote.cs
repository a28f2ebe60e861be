using Semblance.Cli.Terminal;
using Semblance.Consistency;

namespace Semblance.Cli.Tables;

/// <summary>What stands under a column of calibrated scores.</summary>
internal static class FloorNote
{
    public static void Add(Page page, ConsistencyFloor floor)
    {
        var over = $"over {Figures.Count(floor.PromptPairs, "pair")} of these prompts";
        page.Sentence(
            floor.Calibrate(floor.Score) is null
                ? $"Images of different prompts are as much alike as can be ({over}), so that scores cannot be calibrated."
                : $"calibr.: 0 at the floor, 100 for identical images. Floor {Figures.Fixed(floor.Score)}: what images of different prompts score, {over}",
            Ink.Faint
        );
    }
}

using Semblance.Cli.Terminal;
using Semblance.Consistency;

namespace Semblance.Cli.Tables;

/// <summary>What stands under a column of calibrated scores.</summary>
internal static class FloorNote
{
    public static void Add(Page page, ConsistencyFloor floor)
    {
        page.Note(
            floor.Calibrate(floor.Score) is null
                ? "Images of different prompts are as much alike as can be, so scores cannot be calibrated."
                : $"calibr.: 0 = floor ({Figures.Fixed(floor.Score)}, images of different prompts), 100 = identical images"
        );
    }
}

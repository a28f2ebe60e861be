using Semblance.Cli.Terminal;
using Semblance.Models.Hub;
using Semblance.Studies;

namespace Semblance.Cli.Progress;

/// <summary>How far a stage is, on one line.</summary>
/// <param name="What">For example <c>embedding</c>.</param>
/// <param name="Beside">What else is counted, such as <c>3/6 images</c>; empty for nothing.</param>
/// <param name="Count">For example <c>12/96 images</c>.</param>
/// <param name="Speed">For example <c>21.3 images/s</c>; empty as long as it is not known.</param>
/// <param name="Left">For example <c>0:31 left</c>; empty as long as it is not known.</param>
internal sealed record ProgressText(string What, string Beside, string Count, string Speed, string Left)
{
    /// <summary>The line for a stage.</summary>
    /// <param name="stage">What is counted.</param>
    /// <param name="count">How far it is.</param>
    /// <param name="pace">How fast it goes; null at its start.</param>
    public static ProgressText Of(StudyStage stage, StageCount count, Pace? pace) =>
        new(
            stage.What,
            count.OfImages > 0 ? $"{count.Images}/{Figures.Count(count.OfImages, "image")}" : count.Beside ?? "",
            stage.Unit == StageUnit.Bytes
                ? $"{ByteText.Of(count.Done)} of {ByteText.Of(count.Total)} ({100 * count.Done / Math.Max(1, count.Total)}%)"
                : $"{count.Done}/{count.Total} {NameOf(stage.Unit)}",
            pace?.Speed(stage.Unit) ?? "",
            pace?.Left(count.Total) ?? ""
        );

    /// <summary>The word for what a stage counts, in the plural.</summary>
    public static string NameOf(StageUnit unit) => unit.ToString().ToLowerInvariant();

    /// <summary>What is done of what: <c>generating 3/6 images: 60/120 steps</c>.</summary>
    public string Counts => Beside.Length > 0 ? $"{What} {Beside}: {Count}" : $"{What} {Count}";

    /// <summary>All of it, for a place that takes lines of any length.</summary>
    public string Whole => Joined(", ", Counts, Speed, Left);

    /// <summary>As much of it as there is room for: the speed goes first, then what is done, then the pieces.</summary>
    /// <param name="width">Cells.</param>
    public string Fit(int width)
    {
        string[] shorter =
        [
            Joined("  ", Counts, Joined(", ", Speed, Left)),
            Joined("  ", Counts, Left),
            Joined("  ", Joined(", ", Beside, Count), Left),
            Joined("  ", Beside.Length > 0 ? Beside : Count, Left),
        ];
        return shorter.FirstOrDefault(text => Cells.Width(text) <= width) ?? Cells.Cut(shorter[^1], width, "...");
    }

    private static string Joined(string between, params ReadOnlySpan<string> parts) =>
        string.Join(between, [.. parts.ToArray().Where(part => part.Length > 0)]);
}

using Semblance.Cli.Terminal;

namespace Semblance.Cli.Progress;

/// <summary>How far a countable job is, on one line.</summary>
/// <param name="What">For example <c>embedding</c>.</param>
/// <param name="Beside">What is counted beside the pieces, such as <c>3/6 images</c>; empty for nothing.</param>
/// <param name="Count">For example <c>12/96 images</c>.</param>
/// <param name="Speed">For example <c>21.3 images/s</c>; empty where nobody knows yet.</param>
/// <param name="Left">For example <c>0:31 left</c>; empty where nobody knows yet.</param>
internal sealed record ProgressText(string What, string Beside, string Count, string Speed, string Left)
{
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

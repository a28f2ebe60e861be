namespace Semblance.Runs;

/// <summary>Long lists of faults, cut so that the first ones stay on the screen.</summary>
internal static class Listing
{
    private const int Shown = 50;

    public static string Of(IReadOnlyCollection<string> lines) =>
        lines.Count <= Shown
            ? string.Join('\n', lines)
            : string.Join('\n', lines.Take(Shown)) + $"\n... and {lines.Count - Shown} more.";
}

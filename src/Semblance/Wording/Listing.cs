namespace Semblance.Wording;

/// <summary>Long lists of faults, cut so that the first ones stay on the screen.</summary>
public static class Listing
{
    private const int Shown = 50;

    /// <summary>One fault a line; what is beyond the first 50 is counted.</summary>
    public static string Of(IReadOnlyCollection<string> lines) =>
        lines.Count <= Shown
            ? string.Join('\n', lines)
            : string.Join('\n', lines.Take(Shown)) + $"\n... and {lines.Count - Shown} more.";
}

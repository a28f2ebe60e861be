namespace Semblance.Wording;

/// <summary>Lists in messages, cut where they are long.</summary>
public static class Listing
{
    private const int ShownLines = 50;

    /// <summary>Lines, of which those beyond the first 50 are counted.</summary>
    public static IReadOnlyCollection<string> Of(IReadOnlyCollection<string> lines)
    {
        ArgumentNullException.ThrowIfNull(lines);
        return lines.Count <= ShownLines
            ? lines
            : [.. lines.Take(ShownLines), $"... and {lines.Count - ShownLines} more."];
    }

    /// <summary><c>a</c>, <c>a and b</c>, <c>a, b and c</c>; above the most, <c>a, b, c and 7 more</c>.</summary>
    /// <param name="parts">At least one.</param>
    /// <param name="most">How many are named.</param>
    public static string Joined(IReadOnlyList<string> parts, int most = int.MaxValue)
    {
        ArgumentNullException.ThrowIfNull(parts);
        return parts.Count > most ? $"{string.Join(", ", parts.Take(most))} and {parts.Count - most} more"
            : parts.Count > 1 ? $"{string.Join(", ", parts.SkipLast(1))} and {parts[^1]}"
            : parts[0];
    }
}

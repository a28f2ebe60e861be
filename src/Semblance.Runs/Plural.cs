namespace Semblance.Runs;

/// <summary>Counts in sentences.</summary>
internal static class Plural
{
    /// <summary><c>1 cell</c>, <c>2 cells</c>.</summary>
    public static string Of(long count, string noun) => $"{count} {noun}{(count == 1 ? "" : "s")}";
}

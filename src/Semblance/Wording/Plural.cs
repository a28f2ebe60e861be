namespace Semblance.Wording;

/// <summary>A count with its noun, for sentences.</summary>
public static class Plural
{
    /// <summary>A regular noun: <c>1 cell</c>, <c>2 cells</c>.</summary>
    public static string Of(long count, string noun) => Of(count, noun, noun + "s");

    /// <summary>The same for a noun with another plural.</summary>
    public static string Of(long count, string one, string many) => $"{count} {(count == 1 ? one : many)}";
}

namespace Semblance.Runs.Formats;

/// <summary>Finds the columns of a table by name; case and spaces around a name do not matter.</summary>
internal static class ColumnNames
{
    /// <summary>The places of the columns of this name in a header, from 0.</summary>
    public static IEnumerable<int> Places(IReadOnlyList<string> header, string name) =>
        Enumerable
            .Range(0, header.Count)
            .Where(column => string.Equals(header[column].Trim(), name, StringComparison.OrdinalIgnoreCase));

    /// <summary>The place of the first column that has one of these names, the earlier ones first; -1 if there is none.</summary>
    public static int Find(IReadOnlyList<string> header, params IEnumerable<string> names) =>
        names.SelectMany(name => Places(header, name)).FirstOrDefault(-1);

    /// <summary>Refuses a table that has a column twice: it is not clear which one is meant.</summary>
    /// <exception cref="InputException">One of <paramref name="names"/> is given twice.</exception>
    public static void RequireOnce(string path, IReadOnlyList<string> header, IEnumerable<string> names)
    {
        if (names.FirstOrDefault(name => Places(header, name).Skip(1).Any()) is { } twice)
        {
            throw new InputException($"{path} has the column \"{twice}\" twice; keep one of them.");
        }
    }
}

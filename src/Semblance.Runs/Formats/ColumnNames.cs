using Semblance.Wording;

namespace Semblance.Runs.Formats;

/// <summary>Finds the columns of a table by name; case and spaces around a name do not matter.</summary>
internal static class ColumnNames
{
    /// <summary>So many columns are named in a message.</summary>
    private const int Shown = 20;

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

    /// <summary>The error for a table without a column that it needs, with the columns that it has and, where one of them may be it, that one.</summary>
    /// <param name="path">The table.</param>
    /// <param name="header">Its columns.</param>
    /// <param name="names">What the column may be called.</param>
    /// <param name="more">A sentence that follows; may be empty.</param>
    public static InputException Missing(
        string path,
        IReadOnlyList<string> header,
        IReadOnlyList<string> names,
        string more = ""
    )
    {
        (string Ours, string Theirs)[] likely =
        [
            .. names
                .Select(name => (name, ColumnMap.Likely(name, header)!))
                .Where(one => one.Item2 is not null)
                .Append((names[0], "COLUMN")),
        ];
        string[] quoted = [.. header.Take(Shown).Select(QuotedPrompt.Of)];
        var others = header.Count > Shown ? $" and {header.Count - Shown} more" : "";
        return new InputException(
            $"{path} has no column {string.Join(" or ", names.Select(QuotedPrompt.Of))}; its columns are {string.Join(", ", quoted)}{others}.{(more.Length > 0 ? " " + more : "")}"
        )
        {
            Remedies = [new Remedy(RemedyKind.NameColumn, $"{likely[0].Ours}={likely[0].Theirs}")],
        };
    }
}

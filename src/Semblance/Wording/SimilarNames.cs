namespace Semblance.Wording;

/// <summary>Which names a mistyped one may have meant.</summary>
public static class SimilarNames
{
    /// <summary>
    /// <c> Did you mean 'compare'?</c>, with the space before it, where a name is at most two edits away, letter case aside,
    /// or is the only one that begins with what was typed; else nothing.
    /// </summary>
    /// <param name="name">What was typed.</param>
    /// <param name="names">What there is.</param>
    public static string Hint(string name, IEnumerable<string> names)
    {
        string[] all = [.. names];
        var nearest = all.MinBy(Edits);
        string[] longer = [.. all.Where(known => known.StartsWith(name, StringComparison.OrdinalIgnoreCase))];
        return nearest is not null && Edits(nearest) <= 2 ? $" Did you mean '{nearest}'?"
            : name.Length > 2 && longer is [{ } only] ? $" Did you mean '{only}'?"
            : "";

        int Edits(string known) => Distance(known.ToLowerInvariant(), name.ToLowerInvariant());
    }

    /// <summary>
    /// Names that begin with what was typed, then names that contain it, then the others; each in the order of the edits
    /// that lead to them, fewest first. Letter case aside; ties by ordinal order.
    /// </summary>
    /// <param name="name">What was typed.</param>
    /// <param name="names">What there is.</param>
    public static IEnumerable<string> Ordered(string name, IEnumerable<string> names) =>
        names
            .OrderBy(known =>
                known.StartsWith(name, StringComparison.OrdinalIgnoreCase) ? 0
                : known.Contains(name, StringComparison.OrdinalIgnoreCase) ? 1
                : 2
            )
            .ThenBy(known => Distance(name.ToLowerInvariant(), known.ToLowerInvariant()))
            .ThenBy(known => known, StringComparer.Ordinal);

    /// <summary>Insertions, deletions and replacements that make one text the other (Levenshtein).</summary>
    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[b.Length];
    }
}

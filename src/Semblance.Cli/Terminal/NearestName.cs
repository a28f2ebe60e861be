namespace Semblance.Cli.Terminal;

/// <summary>What was probably meant by a mistyped word.</summary>
internal static class NearestName
{
    /// <summary>A sentence (with a space before it) that suggests the name at most two slips away, or nothing.</summary>
    public static string Hint(string word, IEnumerable<string> names)
    {
        var nearest = names.Where(name => Slips(name, word) <= 2).MinBy(name => Slips(name, word));
        return nearest is null ? "" : $" Did you mean '{nearest}'?";
    }

    /// <summary>Levenshtein distance.</summary>
    internal static int Slips(string a, string b)
    {
        int[] row = [.. Enumerable.Range(0, b.Length + 1)];
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var changed = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(changed, Math.Min(row[j - 1], row[j]) + 1);
            }
        }

        return row[^1];
    }
}

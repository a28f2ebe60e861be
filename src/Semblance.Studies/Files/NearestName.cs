namespace Semblance.Studies.Files;

/// <summary>The known name that a mistyped one most likely stands for.</summary>
internal static class NearestName
{
    /// <summary>Null where none is near.</summary>
    public static string? Of(string given, IEnumerable<string> known)
    {
        var limit = Math.Max(1, given.Length / 3);
        return known
            .Select(name => (Name: name, Distance: Distance(given.ToLowerInvariant(), name)))
            .Where(one => one.Distance <= limit || one.Name.StartsWith(given, StringComparison.OrdinalIgnoreCase))
            .OrderBy(one => one.Distance)
            .ThenBy(one => one.Name, StringComparer.Ordinal)
            .FirstOrDefault()
            .Name;
    }

    /// <summary>Letters to insert, delete, replace or swap with their neighbour (Damerau's distance, optimal alignment).</summary>
    private static int Distance(string one, string other)
    {
        var d = new int[one.Length + 1, other.Length + 1];
        for (var i = 0; i <= one.Length; i++)
        {
            for (var j = 0; j <= other.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    d[i, j] = i + j;
                    continue;
                }

                var same = one[i - 1] == other[j - 1];
                d[i, j] = Math.Min(Math.Min(d[i - 1, j], d[i, j - 1]) + 1, d[i - 1, j - 1] + (same ? 0 : 1));
                if (i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1])
                {
                    d[i, j] = Math.Min(d[i, j], d[i - 2, j - 2] + 1);
                }
            }
        }

        return d[one.Length, other.Length];
    }
}

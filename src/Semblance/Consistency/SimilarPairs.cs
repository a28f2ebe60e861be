namespace Semblance.Consistency;

/// <summary>
/// Of the pairs that are added those that say all about groups: the greatest spanning forest, and for each row the most
/// similar one before it. Both are contained in what parts keep, so nothing depends on who found a pair, and memory is for
/// a few pairs a row; equal rows would have n^2 / 2.
/// </summary>
/// <param name="rows">How many rows there are.</param>
internal sealed class SimilarPairs(int rows)
{
    private readonly int _most = Math.Max(4096, 4 * rows);

    private List<SimilarPair> _pairs = [];

    public void Add(SimilarPair pair)
    {
        _pairs.Add(pair);
        if (_pairs.Count > _most)
        {
            var sorted = Sorted(_pairs);
            _pairs = [.. Forest(sorted, new int[rows]).Union(NearestBefore(sorted))];
        }
    }

    /// <summary>The groups of all parts, by first row.</summary>
    public static IReadOnlyList<SimilarGroup> Groups(int rows, IEnumerable<SimilarPairs> parts)
    {
        var parents = new int[rows];
        var sorted = Sorted(parts.SelectMany(part => part._pairs));
        var weakest = Forest(sorted, parents)
            .GroupBy(pair => Root(parents, pair.First))
            .ToDictionary(group => group.Key, group => group.Min(pair => pair.Similarity));
        var nearest = NearestBefore(sorted).OrderBy(pair => pair.Second).ToLookup(pair => Root(parents, pair.First));
        return
        [
            .. Enumerable
                .Range(0, rows)
                .GroupBy(row => Root(parents, row))
                .Where(group => weakest.ContainsKey(group.Key))
                .Select(group => new SimilarGroup([.. group], [.. nearest[group.Key]], weakest[group.Key])),
        ];
    }

    /// <summary>The most similar first, rounding of equal ones aside.</summary>
    private static SimilarPair[] Sorted(IEnumerable<SimilarPair> pairs) =>
        [
            .. pairs
                .OrderByDescending(pair => Math.Round(pair.Similarity, 6))
                .ThenBy(pair => pair.Second)
                .ThenBy(pair => pair.First),
        ];

    private static List<SimilarPair> Forest(SimilarPair[] sorted, int[] parents)
    {
        for (var row = 0; row < parents.Length; row++)
        {
            parents[row] = row;
        }

        List<SimilarPair> kept = [];
        foreach (var pair in sorted)
        {
            var (first, second) = (Root(parents, pair.First), Root(parents, pair.Second));
            if (first != second)
            {
                parents[Math.Max(first, second)] = Math.Min(first, second);
                kept.Add(pair);
            }
        }

        return kept;
    }

    private static IEnumerable<SimilarPair> NearestBefore(SimilarPair[] sorted) =>
        sorted.DistinctBy(pair => pair.Second);

    private static int Root(int[] parents, int row)
    {
        while (parents[row] != row)
        {
            row = parents[row] = parents[parents[row]];
        }

        return row;
    }
}

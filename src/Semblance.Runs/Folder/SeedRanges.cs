using System.Globalization;

namespace Semblance.Runs.Folder;

/// <summary>Seeds in short form, such as <c>0..19,42</c>: ranges that do not touch, in rising order.</summary>
internal static class SeedRanges
{
    /// <summary>All seeds of one or several lists of ranges or of single seeds, each once.</summary>
    /// <exception cref="FormatException">A text is not a list of ranges.</exception>
    public static string Union(params IEnumerable<string> texts)
    {
        List<(long First, long Last)> joined = [];
        foreach ((var first, var last) in texts.SelectMany(Parse).Order())
        {
            if (joined.Count > 0 && first - 1 <= joined[^1].Last)
            {
                joined[^1] = (joined[^1].First, Math.Max(joined[^1].Last, last));
            }
            else
            {
                joined.Add((first, last));
            }
        }

        return string.Join(',', joined.Select(Show));
    }

    public static string Of(IEnumerable<long> seeds) =>
        Union(seeds.Select(seed => seed.ToString(CultureInfo.InvariantCulture)));

    /// <summary>Every seed, in rising order.</summary>
    public static IEnumerable<long> Each(string ranges)
    {
        foreach ((var first, var last) in Parse(ranges))
        {
            for (var seed = first; seed <= last; seed++)
            {
                yield return seed;
            }
        }
    }

    private static IEnumerable<(long First, long Last)> Parse(string text) =>
        text.Split(',')
            .Select(part => part.Split(".."))
            .Select(ends => (long.Parse(ends[0], NumberStyles.None), long.Parse(ends[^1], NumberStyles.None)));

    private static string Show((long First, long Last) range) =>
        range.First == range.Last
            ? range.First.ToString(CultureInfo.InvariantCulture)
            : string.Create(CultureInfo.InvariantCulture, $"{range.First}..{range.Last}");
}

using System.Globalization;

namespace Semblance.Cli.Commands;

/// <summary>Seeds as they are written on a command line: <c>0..19</c>, <c>1,2,7</c>, <c>0..9,42</c>.</summary>
internal static class SeedList
{
    private const int Most = 1_000_000;

    /// <summary>Reads them in the order in which they are written.</summary>
    /// <exception cref="UsageException">A part is no seed or range, a seed is negative, or comes twice.</exception>
    public static IReadOnlyList<long> Parse(string text)
    {
        List<long> seeds = [];
        HashSet<long> seen = [];
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            (var first, var last) = part.Split("..", 2, StringSplitOptions.TrimEntries) is [string from, string to]
                ? (Number(from, part), Number(to, part))
                : (Number(part, part), Number(part, part));
            if (last < first)
            {
                throw new UsageException($"--seeds: the range {part} ends before it begins; write {last}..{first}.");
            }

            if (last - first >= Most - seeds.Count)
            {
                throw new UsageException($"--seeds: {part} makes more than {Most} seeds.");
            }

            // Counted by the distance: the last seed may be the largest number there is.
            for (long step = 0; step <= last - first; step++)
            {
                var seed = first + step;
                if (!seen.Add(seed))
                {
                    throw new UsageException($"--seeds: the seed {seed} comes twice.");
                }

                seeds.Add(seed);
            }
        }

        return seeds;
    }

    private static long Number(string text, string part)
    {
        if (!long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
        {
            throw new UsageException(
                part.Length == 0
                    ? "--seeds: there is nothing between two commas, or before or behind one; write for example 1,2,7."
                : text.Length > 0 && text.All(char.IsAsciiDigit)
                    ? $"--seeds: {text} is too large; seeds go up to {long.MaxValue}."
                : $"--seeds: \"{part}\" is no seed and no range; write for example 0..19 or 1,2,7."
            );
        }

        return number >= 0
            ? number
            : throw new UsageException($"--seeds: {number} is negative; seeds are whole numbers from 0 on.");
    }
}

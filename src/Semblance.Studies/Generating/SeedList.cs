using System.Globalization;

namespace Semblance.Studies.Generating;

/// <summary>Seeds as they are written: <c>0..19</c>, <c>1,2,7</c>, <c>0..9,42</c>.</summary>
public static class SeedList
{
    private const int Most = 1_000_000;

    /// <summary>Reads them in the order in which they are written.</summary>
    /// <exception cref="UsageException">A part is not a seed or range, a seed is negative or given twice, or there are over a million.</exception>
    public static IReadOnlyList<long> Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        List<long> seeds = [];
        HashSet<long> seen = [];
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            (var first, var last) = part.Split("..", 2, StringSplitOptions.TrimEntries) is [string from, string to]
                ? (Number(from, part), Number(to, part))
                : (Number(part, part), Number(part, part));
            if (last < first)
            {
                throw new UsageException($"The range {part} ends before it begins; write {last}..{first}.");
            }

            if (last - first >= Most - seeds.Count)
            {
                throw new UsageException($"{part} makes more than {Most} seeds.");
            }

            // Counted by the distance: the last seed may be the largest number there is.
            for (long step = 0; step <= last - first; step++)
            {
                var seed = first + step;
                if (!seen.Add(seed))
                {
                    throw new UsageException($"The seed {seed} is given twice.");
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
                part.Length == 0 ? "A seed is missing before or after a comma; write for example 1,2,7."
                : text.Length > 0 && text.All(char.IsAsciiDigit)
                    ? $"{text} is too large; seeds go up to {long.MaxValue}."
                : $"\"{part}\" is not a seed or a range; write for example 0..19 or 1,2,7."
            );
        }

        return number >= 0
            ? number
            : throw new UsageException($"{number} is negative; seeds are whole numbers from 0 on.");
    }
}

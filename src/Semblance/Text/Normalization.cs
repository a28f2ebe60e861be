using System.Globalization;
using System.Reflection;
using System.Text;

namespace Semblance.Text;

/// <summary>
/// Unicode normalisation forms C and KC (UAX 15). <see cref="string.Normalize()"/> does nothing without ICU, which these programs
/// run without, so the tables are part of this library (Unicode 14, fixed, so that keys never change).
/// </summary>
public static class Normalization
{
    private const int HangulBase = 0xAC00;
    private const int LeadBase = 0x1100;
    private const int VowelBase = 0x1161;
    private const int TrailBase = 0x11A7;
    private const int LeadCount = 19;
    private const int VowelCount = 21;
    private const int TrailCount = 28;
    private const int HangulCount = LeadCount * VowelCount * TrailCount;

    private static readonly Lazy<Tables> Loaded = new(Load);

    private sealed record Tables(
        Dictionary<int, int[]> Canonical,
        Dictionary<int, int[]> Compatible,
        Dictionary<(int First, int Second), int> Pairs,
        Dictionary<int, byte> Classes
    );

    /// <summary>Canonical decomposition, then canonical composition. Half surrogate pairs become U+FFFD.</summary>
    public static string FormC(string text) => Normalize(text, compatible: false);

    /// <summary>Compatibility decomposition, then canonical composition. Half surrogate pairs become U+FFFD.</summary>
    public static string FormKC(string text) => Normalize(text, compatible: true);

    private static string Normalize(string text, bool compatible)
    {
        if (Ascii.IsValid(text))
        {
            return text;
        }

        var tables = Loaded.Value;
        var codes = new List<int>(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            Decompose(rune.Value, compatible, tables, codes);
        }

        Order(codes, tables);
        Compose(codes, tables);
        var result = new StringBuilder(text.Length);
        foreach (var code in codes)
        {
            result.Append(new Rune(code));
        }

        return result.ToString();
    }

    private static void Decompose(int code, bool compatible, Tables tables, List<int> codes)
    {
        var syllable = code - HangulBase;
        if (syllable is >= 0 and < HangulCount)
        {
            codes.Add(LeadBase + (syllable / (VowelCount * TrailCount)));
            codes.Add(VowelBase + (syllable / TrailCount % VowelCount));
            if (syllable % TrailCount != 0)
            {
                codes.Add(TrailBase + (syllable % TrailCount));
            }
        }
        else if (
            tables.Canonical.TryGetValue(code, out var parts)
            || (compatible && tables.Compatible.TryGetValue(code, out parts))
        )
        {
            foreach (var part in parts)
            {
                Decompose(part, compatible, tables, codes);
            }
        }
        else
        {
            codes.Add(code);
        }
    }

    /// <summary>Sorts each run of combining marks by class, keeping the order within a class.</summary>
    private static void Order(List<int> codes, Tables tables)
    {
        for (var start = 0; start < codes.Count; start++)
        {
            var end = start;
            while (end < codes.Count && Class(codes[end], tables) != 0)
            {
                end++;
            }

            if (end - start > 1)
            {
                var sorted = codes.GetRange(start, end - start).OrderBy(code => Class(code, tables)).ToArray();
                for (var i = 0; i < sorted.Length; i++)
                {
                    codes[start + i] = sorted[i];
                }
            }

            start = end;
        }
    }

    private static void Compose(List<int> codes, Tables tables)
    {
        var starter = -1;
        var kept = 0;
        var before = 0;
        for (var i = 0; i < codes.Count; i++)
        {
            var code = codes[i];
            var own = Class(code, tables);
            // Blocked: a mark of the same or a higher class, or another starter, stands between.
            var adjoins = kept - 1 == starter;
            if (
                starter >= 0
                && (adjoins || (before != 0 && before < own))
                && Pair(codes[starter], code, tables) is { } composed
            )
            {
                codes[starter] = composed;
                continue;
            }

            if (own == 0)
            {
                starter = kept;
            }

            before = own;
            codes[kept++] = code;
        }

        codes.RemoveRange(kept, codes.Count - kept);
    }

    private static int? Pair(int first, int second, Tables tables)
    {
        if (first - LeadBase is >= 0 and < LeadCount && second - VowelBase is >= 0 and < VowelCount)
        {
            return HangulBase + ((((first - LeadBase) * VowelCount) + second - VowelBase) * TrailCount);
        }

        if (
            first - HangulBase is >= 0 and < HangulCount
            && (first - HangulBase) % TrailCount == 0
            && second - TrailBase is > 0 and < TrailCount
        )
        {
            return first + second - TrailBase;
        }

        return tables.Pairs.TryGetValue((first, second), out var composed) ? composed : null;
    }

    private static byte Class(int code, Tables tables) => tables.Classes.GetValueOrDefault(code);

    private static Tables Load()
    {
        var tables = new Tables([], [], [], []);
        using var stream =
            Assembly.GetExecutingAssembly().GetManifestResourceStream("Semblance.Unicode.normalization.txt")
            ?? throw new InvalidOperationException("The normalisation tables are missing from the assembly.");
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
        {
            var at = line.AsSpan().IndexOfAny("=!~:");
            if (line.StartsWith('#'))
            {
                continue;
            }

            if (line[at] == ':')
            {
                var (first, last) = (Hex(line[..line.IndexOf(' ')]), Hex(line[(line.IndexOf(' ') + 1)..at]));
                for (var code = first; code <= last; code++)
                {
                    tables.Classes.Add(code, byte.Parse(line.AsSpan(at + 1), CultureInfo.InvariantCulture));
                }

                continue;
            }

            var parts = Array.ConvertAll(line[(at + 1)..].Split(' '), Hex);
            (line[at] == '~' ? tables.Compatible : tables.Canonical).Add(Hex(line[..at]), parts);
            if (line[at] == '=')
            {
                tables.Pairs.Add((parts[0], parts[1]), Hex(line[..at]));
            }
        }

        return tables;

        static int Hex(string digits) =>
            int.Parse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
    }
}

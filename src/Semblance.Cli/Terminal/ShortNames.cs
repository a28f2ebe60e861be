using System.Globalization;

namespace Semblance.Cli.Terminal;

/// <summary>Names and prompts cut to a number of cells that are still distinct.</summary>
internal static class ShortNames
{
    /// <summary>
    /// Each name as <see cref="Cells.CutMiddle"/> has it; of names that are then the same, what sets them apart, from where
    /// they begin to differ.
    /// </summary>
    /// <param name="names">As they are shown in full.</param>
    /// <param name="width">Cells for each; at least two more than the ellipsis has, for names to stay distinct.</param>
    /// <param name="ellipsis">What stands for the cut part.</param>
    public static IReadOnlyDictionary<string, string> Of(IEnumerable<string> names, int width, string ellipsis)
    {
        var shortened = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (
            var same in names
                .Distinct(StringComparer.Ordinal)
                .GroupBy(name => Cells.CutMiddle(name, width, ellipsis), StringComparer.Ordinal)
        )
        {
            Part([.. same], same.Key, "", width, ellipsis, shortened);
        }

        return shortened;
    }

    /// <summary>
    /// Each prompt as <see cref="Cells.Cut"/> has it; of prompts that are then the same, a shorter beginning and what sets them
    /// apart, from where they begin to differ.
    /// </summary>
    /// <inheritdoc cref="Of"/>
    public static IReadOnlyDictionary<string, string> OfPrompts(IEnumerable<string> prompts, int width, string ellipsis)
    {
        var shortened = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (
            var same in prompts
                .Distinct(StringComparer.Ordinal)
                .GroupBy(prompt => Cells.Cut(prompt, width, ellipsis), StringComparer.Ordinal)
        )
        {
            Part([.. same], same.Key, Cells.Cut(same.Key, width / 3, ""), width, ellipsis, shortened);
        }

        return shortened;
    }

    /// <summary>Names that look the same up to here; before each next difference stands the character that set the last ones apart.</summary>
    private static void Part(
        string[] names,
        string common,
        string lead,
        int width,
        string ellipsis,
        Dictionary<string, string> shortened
    )
    {
        var before = lead + ellipsis;
        if (names.Length == 1 || Cells.Width(before) >= width)
        {
            foreach (var name in names)
            {
                shortened[name] = common;
            }

            return;
        }

        var start = FirstDifference(names);
        foreach (
            var same in names.GroupBy(
                name => start < name.Length ? StringInfo.GetNextTextElement(name, start) : "",
                StringComparer.Ordinal
            )
        )
        {
            string[] own = [.. same];
            Part(
                own,
                Cells.Cut(before + own[0][start..], width, ellipsis),
                before + same.Key,
                width,
                ellipsis,
                shortened
            );
        }
    }

    /// <summary>Where the names begin to differ, at the beginning of a character as a reader sees it; perhaps the end of the shortest.</summary>
    private static int FirstDifference(string[] names)
    {
        var common = names.Skip(1).Min(name => names[0].AsSpan().CommonPrefixLength(name));
        return names.Min(name =>
            StringInfo.ParseCombiningCharacters(name).Append(name.Length).Last(start => start <= common)
        );
    }
}

using System.Globalization;
using System.Text;
using Semblance.Text;
using Wcwidth;

namespace Semblance.Cli.Terminal;

/// <summary>The width of text in the cells of a terminal.</summary>
internal static class Cells
{
    /// <summary>How many cells <paramref name="text"/> takes; two for wide characters and emoji.</summary>
    public static int Width(string text) => Ascii.IsValid(text) ? text.Length : Elements(text).Sum(ElementWidth);

    /// <summary><paramref name="text"/>, or its beginning and <paramref name="ellipsis"/>, in at most <paramref name="width"/> cells.</summary>
    public static string Cut(string text, int width, string ellipsis)
    {
        if (Width(text) <= width)
        {
            return text;
        }

        return string.Concat(Fitting(Elements(text), width - ellipsis.Length)).TrimEnd() + ellipsis;
    }

    /// <summary>
    /// <paramref name="text"/>, or its beginning and end around <paramref name="ellipsis"/>, in at most
    /// <paramref name="width"/> cells: names of models often differ in their end.
    /// </summary>
    public static string CutMiddle(string text, int width, string ellipsis)
    {
        if (Width(text) <= width)
        {
            return text;
        }

        var end = string.Concat(Fitting(Elements(text).Reverse(), (width - ellipsis.Length) / 2).Reverse());
        return Cut(text, width - Width(end), ellipsis) + end;
    }

    /// <summary><paramref name="text"/> broken at spaces into lines of at most <paramref name="width"/> cells; one at least. A longer word stays whole.</summary>
    public static IEnumerable<string> Wrap(string text, int width)
    {
        var words = text.Split(' ');
        var line = words[0];
        foreach (var word in words.Skip(1))
        {
            if (line.Length > 0 && Width(line) + 1 + Width(word) > width)
            {
                yield return line;
                line = word;
            }
            else
            {
                line += line.Length > 0 ? " " + word : word;
            }
        }

        yield return line;
    }

    public static string PadRight(string text, int width) => text + new string(' ', Math.Max(0, width - Width(text)));

    public static string PadLeft(string text, int width) => new string(' ', Math.Max(0, width - Width(text))) + text;

    /// <summary>On one line, and without characters that could steer a terminal: names come from strangers' files.</summary>
    public static string OneLine(string text) => Replace(text, keepLines: false);

    /// <summary>Without characters that could steer a terminal, line ends kept.</summary>
    public static string Harmless(string text) => Replace(text, keepLines: true);

    private static string Replace(string text, bool keepLines) =>
        !ControlCharacters.AreIn(text)
            ? text
            : string.Create(
                text.Length,
                (text, keepLines),
                static (span, from) =>
                {
                    for (var i = 0; i < span.Length; i++)
                    {
                        var c = from.text[i];
                        span[i] =
                            !ControlCharacters.Contains(c) || (from.keepLines && c is '\n' or '\t') ? c
                            : c is '\n' or '\r' or '\t' or '\u2028' or '\u2029' ? ' '
                            : '\ufffd';
                    }
                }
            );

    private static IEnumerable<string> Elements(string text)
    {
        for (var elements = StringInfo.GetTextElementEnumerator(text); elements.MoveNext(); )
        {
            yield return elements.GetTextElement();
        }
    }

    /// <summary>The first elements that take no more than <paramref name="room"/> cells.</summary>
    private static IEnumerable<string> Fitting(IEnumerable<string> elements, int room) =>
        elements.TakeWhile(element => (room -= ElementWidth(element)) >= 0);

    // A cluster of emoji joined into one glyph takes two cells, however many code points it has.
    private static int ElementWidth(string element) =>
        element.Contains('\ufe0f', StringComparison.Ordinal)
            ? 2
            : Math.Min(2, element.EnumerateRunes().Sum(rune => Math.Max(0, UnicodeCalculator.GetWidth(rune.Value))));
}

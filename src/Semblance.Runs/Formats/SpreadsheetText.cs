using System.Globalization;
using System.Text;
using Semblance.Text;

namespace Semblance.Runs.Formats;

/// <summary>
/// Text in CSV that people open in a spreadsheet or print on a terminal. What a spreadsheet would run (a cell that begins with
/// =, +, -, @ or a tab) gets an apostrophe before it. Control characters but tabs and line ends become <c>\u001b</c>, and
/// backslashes before such a code are doubled; so do the first characters of what CI servers obey. All of it can be undone.
/// </summary>
internal static class SpreadsheetText
{
    private const int CodeLength = 5;

    /// <summary>The text of a cell.</summary>
    public static string Write(string text)
    {
        var cell = new StringBuilder(text.Length + 1);
        if (IsFormula(text))
        {
            cell.Append('\'');
        }

        for (var at = 0; at < text.Length; )
        {
            var slashes = Slashes(text, at);
            at += slashes;
            var coded = at < text.Length && MustBeCoded(text, at);
            var literal = slashes > 0 && IsCode(text, at);
            cell.Append('\\', coded || literal ? 2 * slashes : slashes);
            if (at < text.Length)
            {
                _ = coded ? cell.Append(ControlCharacters.CodeOf(text[at])) : cell.Append(text[at]);
                at++;
            }
        }

        return cell.ToString();
    }

    /// <summary>The text that <see cref="Write"/> made a cell of.</summary>
    public static string Read(string cell)
    {
        var marked = cell is ['\'', ..] && IsFormula(cell);
        if (!marked && !cell.Contains('\\', StringComparison.Ordinal))
        {
            return cell;
        }

        var text = new StringBuilder(cell.Length);
        for (var at = marked ? 1 : 0; at < cell.Length; )
        {
            var slashes = Slashes(cell, at);
            at += slashes;
            if (slashes > 0 && IsCode(cell, at))
            {
                text.Append('\\', slashes / 2);
                if (slashes % 2 == 1)
                {
                    text.Append(Coded(cell, at));
                    at += CodeLength;
                    continue;
                }
            }
            else
            {
                text.Append('\\', slashes);
            }

            if (at < cell.Length)
            {
                text.Append(cell[at++]);
            }
        }

        return text.ToString();
    }

    /// <summary>Whether a spreadsheet would run it, or it is such a text with apostrophes before it.</summary>
    private static bool IsFormula(string text) =>
        text.AsSpan().TrimStart('\'') is ['=' or '+' or '-' or '@' or '\t', ..];

    /// <summary>Whether a character steers a terminal, or makes a line that CI servers obey: <c>::</c> at its beginning, <c>##[</c> anywhere.</summary>
    private static bool MustBeCoded(string text, int at) =>
        text[at] switch
        {
            '\n' => text.AsSpan(at).TrimStart().StartsWith("::"),
            ':' => text.AsSpan(at).StartsWith("::") && text.AsSpan(0, at).IsWhiteSpace(),
            '#' => text.AsSpan(at).StartsWith("##["),
            var other => IsCoded(other),
        };

    private static bool IsCoded(char character) =>
        character is ':' or '#' || (character != '\t' && ControlCharacters.Contains(character));

    private static int Slashes(string text, int at)
    {
        var rest = text.AsSpan(at);
        var other = rest.IndexOfAnyExcept('\\');
        return other < 0 ? rest.Length : other;
    }

    /// <summary>Whether the code of a control character, without its backslash, stands there.</summary>
    private static bool IsCode(string text, int at) =>
        at + CodeLength <= text.Length
        && text[at] == 'u'
        && text.AsSpan(at + 1, CodeLength - 1).IndexOfAnyExceptInRange('0', 'f') < 0
        && ushort.TryParse(
            text.AsSpan(at + 1, CodeLength - 1),
            NumberStyles.AllowHexSpecifier,
            CultureInfo.InvariantCulture,
            out var code
        )
        && IsCoded((char)code);

    private static char Coded(string text, int at) =>
        (char)
            ushort.Parse(
                text.AsSpan(at + 1, CodeLength - 1),
                NumberStyles.AllowHexSpecifier,
                CultureInfo.InvariantCulture
            );
}

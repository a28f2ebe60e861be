using System.Buffers;
using System.Globalization;
using System.Text;

namespace Semblance.Text;

/// <summary>
/// Characters that steer a terminal or reorder what is shown: C0 and C1, U+2028 and U+2029, and the embeddings, overrides
/// and isolates of direction (U+202A to U+202E, U+2066 to U+2069). Names and prompts come from strangers' files.
/// </summary>
public static class ControlCharacters
{
    private static readonly SearchValues<char> All = SearchValues.Create([
        .. Enumerable
            .Range(0, 0x20)
            .Concat(Enumerable.Range(0x7f, 0x21))
            .Concat(Enumerable.Range(0x2028, 7))
            .Concat(Enumerable.Range(0x2066, 4))
            .Select(code => (char)code),
    ]);

    /// <summary>Whether a character is one of them.</summary>
    public static bool Contains(char character) => All.Contains(character);

    /// <summary>Whether a text has one of them.</summary>
    public static bool AreIn(ReadOnlySpan<char> text) => text.ContainsAny(All);

    /// <summary>The text with <c>\n</c>, <c>\r</c>, <c>\t</c> or <c>\u202e</c> in the place of each of them.</summary>
    public static string Escaped(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (!AreIn(text))
        {
            return text;
        }

        var escaped = new StringBuilder(text.Length + 16);
        foreach (var character in text)
        {
            _ = character switch
            {
                '\n' => escaped.Append("\\n"),
                '\r' => escaped.Append("\\r"),
                '\t' => escaped.Append("\\t"),
                _ when Contains(character) => escaped.Append(CodeOf(character)),
                _ => escaped.Append(character),
            };
        }

        return escaped.ToString();
    }

    /// <summary>A character as JSON escapes it: <c>\u202e</c>.</summary>
    public static string CodeOf(char character) =>
        string.Create(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}");
}

using System.Globalization;
using System.Text;

namespace Semblance.Models.Diffusion.Captions;

/// <summary>Functions of Python's <c>str</c> and <c>urllib</c>, where those of .NET differ at the edges.</summary>
internal static class PythonText
{
    /// <summary>White space for <c>str.strip</c> and <c>\s</c>: .NET's, and the information separators U+001C to U+001F.</summary>
    public static bool IsSpace(char c) => char.IsWhiteSpace(c) || c is >= '\u001C' and <= '\u001F';

    /// <summary><c>str.strip</c>.</summary>
    public static string Strip(string text)
    {
        var (start, end) = (0, text.Length);
        while (start < end && IsSpace(text[start]))
        {
            start++;
        }
        while (end > start && IsSpace(text[end - 1]))
        {
            end--;
        }
        return text[start..end];
    }

    /// <summary><c>str.lower</c>: a capital sigma at the end of a word becomes a final one, and İ becomes two characters.</summary>
    public static string Lower(string text)
    {
        var runes = text.EnumerateRunes().ToArray();
        var lower = new StringBuilder(text.Length);
        for (var i = 0; i < runes.Length; i++)
        {
            switch (runes[i].Value)
            {
                case 0x130:
                    lower.Append("i\u0307");
                    break;
                case 0x3A3:
                    lower.Append(IsFinal(runes, i) ? '\u03C2' : '\u03C3');
                    break;
                default:
                    lower.Append(Rune.ToLowerInvariant(runes[i]));
                    break;
            }
        }
        return lower.ToString();
    }

    /// <summary><c>urllib.parse.unquote_plus</c>: plus signs are spaces; what follows a percent sign is UTF-8 in hexadecimal.</summary>
    public static string UnquotePlus(string text)
    {
        text = text.Replace('+', ' ');
        if (!text.Contains('%', StringComparison.Ordinal))
        {
            return text;
        }
        var result = new StringBuilder(text.Length);
        var bytes = new List<byte>();
        for (var i = 0; i < text.Length; i++)
        {
            // Runs of ASCII are decoded by themselves.
            if (!char.IsAscii(text[i]))
            {
                Flush();
                result.Append(text[i]);
            }
            else if (
                text[i] == '%'
                && i + 2 < text.Length
                && char.IsAsciiHexDigit(text[i + 1])
                && char.IsAsciiHexDigit(text[i + 2])
            )
            {
                bytes.Add(byte.Parse(text.AsSpan(i + 1, 2), NumberStyles.HexNumber));
                i += 2;
            }
            else
            {
                bytes.Add((byte)text[i]);
            }
        }
        Flush();
        return result.ToString();

        void Flush()
        {
            result.Append(Encoding.UTF8.GetString([.. bytes]));
            bytes.Clear();
        }
    }

    /// <summary>Final_Sigma of the Unicode Standard, section 3.13: a cased letter before, none after, whatever is ignorable between.</summary>
    private static bool IsFinal(Rune[] runes, int at)
    {
        var before = at - 1;
        while (before >= 0 && IsIgnorable(runes[before]))
        {
            before--;
        }
        var after = at + 1;
        while (after < runes.Length && IsIgnorable(runes[after]))
        {
            after++;
        }
        return before >= 0 && IsCased(runes[before]) && (after == runes.Length || !IsCased(runes[after]));
    }

    private static bool IsCased(Rune rune) =>
        Rune.GetUnicodeCategory(rune)
            is UnicodeCategory.UppercaseLetter
                or UnicodeCategory.LowercaseLetter
                or UnicodeCategory.TitlecaseLetter;

    private static bool IsIgnorable(Rune rune) =>
        Rune.GetUnicodeCategory(rune)
            is UnicodeCategory.NonSpacingMark
                or UnicodeCategory.EnclosingMark
                or UnicodeCategory.Format
                or UnicodeCategory.ModifierLetter
                or UnicodeCategory.ModifierSymbol
        || rune.Value is '\'' or '.' or ':' or 0xB7 or 0x387 or 0x2018 or 0x2019 or 0x2024 or 0x2027;
}

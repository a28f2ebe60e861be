using System.Globalization;
using System.Text;

namespace Semblance.Models.Tokenizers;

/// <summary>
/// Cuts a normalised text into words by CLIP's pattern <c>&lt;\|startoftext\|&gt;|&lt;\|endoftext\|&gt;|'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+</c>,
/// white space dropped. By hand, over whole characters: .NET's own expressions see half a surrogate pair where a letter
/// beyond U+FFFF stands.
/// </summary>
internal static class ClipWords
{
    private static readonly string[] Contractions = ["'s", "'t", "'re", "'ve", "'m", "'ll", "'d"];

    /// <summary>
    /// Names that the pattern takes whole and the byte-level step after it cuts again, at letters; only a text that
    /// spells them in a way that is not a special token comes here.
    /// </summary>
    private static readonly string[] Names = ["startoftext", "endoftext"];

    private enum Kind
    {
        Space,
        Letter,
        Number,
        Other,
    }

    /// <summary>Ranges of the text, in order.</summary>
    public static IEnumerable<Range> Split(string text)
    {
        for (var at = 0; at < text.Length; )
        {
            if (Name(text, at) is { } name)
            {
                var inner = at + 2;
                yield return at..inner;
                yield return inner..(inner + name.Length);
                at = inner + name.Length + 2;
                yield return (at - 2)..at;
                continue;
            }

            var contraction = Array.Find(Contractions, end => StartsWith(text, at, end));
            if (contraction is not null)
            {
                yield return at..(at += contraction.Length);
                continue;
            }

            var start = at;
            var kind = Take(text, ref at);
            while (kind is Kind.Letter or Kind.Other && at < text.Length)
            {
                var next = at;
                if (Take(text, ref next) != kind)
                {
                    break;
                }

                at = next;
            }

            if (kind != Kind.Space)
            {
                yield return start..at;
            }
        }
    }

    private static string? Name(string text, int at) =>
        StartsWith(text, at, "<|")
            ? Array.Find(Names, name => StartsWith(text, at + 2, name) && StartsWith(text, at + 2 + name.Length, "|>"))
            : null;

    private static bool StartsWith(string text, int at, string part) =>
        string.CompareOrdinal(text, at, part, 0, part.Length) == 0;

    private static Kind Take(string text, ref int at)
    {
        Rune.DecodeFromUtf16(text.AsSpan(at), out var rune, out var length);
        at += length;
        if (IsSpace(rune.Value))
        {
            return Kind.Space;
        }

        return Rune.GetUnicodeCategory(rune) switch
        {
            UnicodeCategory.UppercaseLetter
            or UnicodeCategory.LowercaseLetter
            or UnicodeCategory.TitlecaseLetter
            or UnicodeCategory.ModifierLetter
            or UnicodeCategory.OtherLetter => Kind.Letter,
            UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber =>
                Kind.Number,
            _ => Kind.Other,
        };
    }

    /// <summary>Unicode's White_Space: U+0085 is in it; U+001C to U+001F, U+180E and U+200B are not.</summary>
    private static bool IsSpace(int code) =>
        code
            is (>= 0x09 and <= 0x0d)
                or 0x20
                or 0x85
                or 0xa0
                or 0x1680
                or (>= 0x2000 and <= 0x200a)
                or 0x2028
                or 0x2029
                or 0x202f
                or 0x205f
                or 0x3000;
}

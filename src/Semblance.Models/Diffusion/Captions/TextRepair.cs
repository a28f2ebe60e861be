using System.Text;
using System.Text.RegularExpressions;
using Semblance.Unicode;

namespace Semblance.Models.Diffusion.Captions;

/// <summary>Mends what encodings, copying and typography do to text, as ftfy 6.3's <c>fix_text</c> does by default.</summary>
internal static class TextRepair
{
    private static readonly Dictionary<char, string> Ligatures = new()
    {
        ['Ĳ'] = "IJ",
        ['ĳ'] = "ij",
        ['ŉ'] = "ʼn",
        ['Ǳ'] = "DZ",
        ['ǲ'] = "Dz",
        ['ǳ'] = "dz",
        ['Ǆ'] = "DŽ",
        ['ǅ'] = "Dž",
        ['ǆ'] = "dž",
        ['Ǉ'] = "LJ",
        ['ǈ'] = "Lj",
        ['ǉ'] = "lj",
        ['Ǌ'] = "NJ",
        ['ǋ'] = "Nj",
        ['ǌ'] = "nj",
        ['ﬀ'] = "ff",
        ['ﬁ'] = "fi",
        ['ﬂ'] = "fl",
        ['ﬃ'] = "ffi",
        ['ﬄ'] = "ffl",
        ['ﬅ'] = "ſt",
        ['ﬆ'] = "st",
    };

    private static readonly Regex Entity = Pattern("&#?[0-9A-Za-z]{1,24};");
    private static readonly Regex TerminalEscape = Pattern(@"\x1B\[(?:\p{Nd}|;)*[a-zA-Z]");
    private static readonly Regex SingleQuotes = Pattern("[\u02BC\u2018-\u201B]");
    private static readonly Regex DoubleQuotes = Pattern("[\u201C-\u201F]");
    private static readonly Regex LineBreaks = Pattern("\r\n|[\r\u2028\u2029\u0085]");

    // Control characters that do not break lines, deprecated Arabic ones, marks of annotations and of byte order.
    private static readonly Regex Controls = Pattern(
        "[\0-\u0008\u000B\u000E-\u001F\u007F\u206A-\u206F\uFEFF\uFFF9-\uFFFC]"
    );

    /// <summary>Mends line by line. From the first line with a less-than sign on, character references are left as they are.</summary>
    public static string Fix(string text)
    {
        var result = new StringBuilder(text.Length);
        var references = true;
        for (var start = 0; start < text.Length; )
        {
            var end = text.IndexOf('\n', start) + 1;
            end = end == 0 ? text.Length : end;
            var line = text[start..end];
            references &= !line.Contains('<', StringComparison.Ordinal);
            result.Append(FixLine(line, references));
            start = end;
        }
        return result.ToString();
    }

    /// <summary>All mends in their order, until none changes anything.</summary>
    private static string FixLine(string text, bool references)
    {
        while (true)
        {
            var before = text;
            text = references ? Entity.Replace(text, match => Unescaped(match.Value)) : text;
            text = Mojibake.WithoutControls(Mojibake.Fix(text));
            text = Replaced(text, c => Ligatures.GetValueOrDefault(c));
            text = Replaced(text, OfOrdinaryWidth);
            text = SingleQuotes.Replace(DoubleQuotes.Replace(text, "\""), "'");
            text = LineBreaks.Replace(text, "\n");
            text = TerminalEscape.Replace(text, "");
            text = Normalization.FormC(Controls.Replace(text, ""));
            if (text == before)
            {
                return text;
            }
        }
    }

    private static string Unescaped(string reference)
    {
        if (HtmlEntities.Find(reference[1..^1]) is { } named)
        {
            return named;
        }
        if (reference[1] != '#')
        {
            return reference;
        }
        var unescaped = HtmlEntities.Unescape(reference);
        return unescaped.Contains(';', StringComparison.Ordinal) ? reference : unescaped;
    }

    /// <summary>Full-width letters and half-width kana, and the ideographic space.</summary>
    private static string? OfOrdinaryWidth(char c) =>
        c == '\u3000' ? " "
        : c is >= '\uFF01' and < '\uFFF0' ? Normalization.FormKC(c.ToString())
        : null;

    private static string Replaced(string text, Func<char, string?> replacement)
    {
        var result = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            if (replacement(c) is { } other)
            {
                result.Append(other);
            }
            else
            {
                result.Append(c);
            }
        }
        return result.ToString();
    }

    private static Regex Pattern(string pattern) =>
        new(pattern, RegexOptions.CultureInvariant, TimeSpan.FromSeconds(10));
}

using System.Text;
using System.Text.RegularExpressions;
using Semblance.Text;

namespace Semblance.Models.Diffusion.Captions;

/// <summary>Fixes what encodings, copying and typography do to text, as ftfy 6.3's <c>fix_text</c> does by default.</summary>
internal static class TextRepair
{
    private static readonly Regex Entity = PythonText.Pattern("&#?[0-9A-Za-z]{1,24};");

    // Letters that are two in one, full-width letters, half-width kana, and the ideographic space.
    private static readonly Regex Compatible = PythonText.Pattern("[ĲĳŉǄ-ǌǱ-ǳﬀ-ﬄﬆ\u3000\uFF01-\uFFEF]");
    private static readonly Regex DoubleQuotes = PythonText.Pattern("[\u201C-\u201F]");
    private static readonly Regex SingleQuotes = PythonText.Pattern("[\u02BC\u2018-\u201B]");
    private static readonly Regex LineBreaks = PythonText.Pattern("\r\n|[\r\u2028\u2029\u0085]");
    private static readonly Regex TerminalEscape = PythonText.Pattern(@"\x1B\[(?:\p{Nd}|;)*[a-zA-Z]");

    // Control characters that do not break lines, deprecated Arabic ones, marks of annotations and of byte order.
    private static readonly Regex Controls = PythonText.Pattern(
        "[\0-\u0008\u000B\u000E-\u001F\u007F\u206A-\u206F\uFEFF\uFFF9-\uFFFC]"
    );

    /// <summary>Fixes line by line. From the first line with a less-than sign on, character references are left as they are.</summary>
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

    /// <summary>All fixes in their order, until none changes anything.</summary>
    private static string FixLine(string text, bool references)
    {
        while (true)
        {
            var before = text;
            text = references ? Entity.Replace(text, match => Unescaped(match.Value)) : text;
            text = Mojibake.WithoutControls(Mojibake.Fix(text));
            text = text.Replace("ﬅ", "ſt", StringComparison.Ordinal);
            text = Compatible.Replace(text, match => Normalization.FormKC(match.Value));
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

    private static string Unescaped(string reference) =>
        HtmlEntities.Named(reference[1..^1])
        ?? (
            HtmlEntities.Unescape(reference) is var text && !text.Contains(';', StringComparison.Ordinal)
                ? text
                : reference
        );
}

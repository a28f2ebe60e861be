using System.Net;
using System.Text.RegularExpressions;

namespace Semblance.Models.Diffusion.Captions;

/// <summary>
/// What PixArt does to a prompt before the tokenizer (diffusers' <c>_text_preprocessing</c> with ftfy and Beautiful Soup
/// installed). The rules come from DeepFloyd IF, where they cleaned captions found on the web.
/// </summary>
internal static class CaptionCleaning
{
    private const string W = FoldedText.Word;
    private const string D = FoldedText.Digit;
    private const string S = FoldedText.Space;
    private const string B = FoldedText.Edge;
    private const string Files = "(?:png|jpg|jpeg|bmp|webp|eps|pdf|apk|mp4)";

    private const string Host = @"[a-zA-Z0-9.\-]+[.](?:com|co|ru|net|org|edu|gov|it)[" + W + @"/-]*" + B + "/?(?!@)";

    private static readonly (Regex Pattern, string With)[] Links =
    [
        Rule($"{B}((?:https?:(?:/{{1,3}}|[a-zA-Z0-9%])|{Host}))", ""),
        Rule($"{B}((?:www:(?:/{{1,3}}|[a-zA-Z0-9%])|{Host}))", ""),
    ];

    private static readonly (Regex Pattern, string With)[] Signs =
    [
        Rule($"@[{W}]+{B}", ""), // nicknames
        // CJK strokes to ideographs, and what lies between.
        Rule("[\u31C0-\u9FFF]+", ""),
        Rule(
            "[\u002D\u058A\u05BE\u1400\u1806\u2010-\u2015\u2E17\u2E1A\u2E3A\u2E3B\u2E40\u301C\u3030\u30A0\uFE31\uFE32\uFE58\uFE63\uFF0D]+",
            "-"
        ),
        Rule("[`´«»“”¨]", "\""),
        Rule("[‘’]", "'"),
        Rule("&quot;?", ""),
        Rule("&amp", ""),
        Rule($@"[{D}]{{1,3}}\.[{D}]{{1,3}}\.[{D}]{{1,3}}\.[{D}]{{1,3}}", " "), // IP addresses
        Rule($"[{D}]:[{D}][{D}][{S}]+$", ""),
        Rule(@"\\n", " "),
        Rule($"#[{D}]{{1,3}}{B}", ""),
        Rule($"#[{D}]{{5,}}{B}", ""),
        Rule($"{B}[{D}]{{6,}}{B}", ""),
        Rule($@"[^{S}]+\.{Files}", ""),
        Rule("[\"']{2,}", "\""),
        Rule(@"[\.]{2,}", " "),
        Rule(@"[#®•©™&@·º½¾¿¡§~\)\(\]\[\}\{\|\\/\*]{1,}", " "),
        Rule($@"[{S}]+\.[{S}]+", " "),
    ];

    private static readonly Regex Joints = PythonText.Pattern("[-_]");

    private static readonly (Regex Pattern, string With)[] Words =
    [
        // Article numbers: jc6640, jc6640vc, 6640vc231.
        Rule($"{B}[a-zA-Z]{{1,3}}[{D}]{{3,15}}{B}", ""),
        Rule($"{B}[a-zA-Z]+[{D}]+[a-zA-Z]+{B}", ""),
        Rule($"{B}[{D}]+[a-zA-Z]+[{D}]+{B}", ""),
        Rule($"(worldwide[{S}]+)?(free[{S}]+)?shipping", ""),
        Rule($"(free[{S}])?download([{S}]free)?", ""),
        Rule($"{B}click{B}[{S}](?:for|on)[{S}][{W}]+", ""),
        Rule($"{B}{Files}([{S}]image[s]?)?", ""),
        Rule($"{B}page[{S}]+[{D}]+{B}", ""),
        Rule($"{B}[{D}]*[a-zA-Z]+[{D}]+[a-zA-Z]+[{D}]+[a-zA-Z{D}]*{B}", " "),
        Rule($@"{B}[{D}]+\.?[{D}]*[xх×][{D}]+\.?[{D}]*{B}", ""), // sizes
        Rule($"{B}[{S}]+:[{S}]+", ": "),
        Rule($@"([^{D}][,\./]){B}", "$1 "),
        Rule($"[{S}]+", " "),
        // What is left at the edges.
        Rule("^[\"']([\\s\\S]+)[\"']$", "$1"),
        Rule(@"^['_,\-:;]", ""),
        Rule(@"['_,\-:\-\+]$", ""),
        Rule($@"^\.[^{S}]+$", ""),
    ];

    /// <summary>The text in lower case without white space around it: all that is done without cleaning.</summary>
    public static string Plain(string text) => PythonText.Strip(PythonText.Lower(text));

    /// <summary>Cleans twice, as the reference does.</summary>
    /// <exception cref="InputException">The text is so long or so odd that a rule takes more than two seconds.</exception>
    public static string Clean(string text)
    {
        try
        {
            return Once(Once(text));
        }
        catch (RegexMatchTimeoutException e)
        {
            throw new InputException(
                $"The prompt \"{(text.Length > 60 ? text[..60] + "..." : text)}\" takes too long to clean; shorten it or turn the cleaning of captions off.",
                e
            );
        }
    }

    private static string Once(string text)
    {
        text = PythonText.Lower(PythonText.Strip(WebUtility.UrlDecode(text)));
        text = text.Replace("<person>", "person", StringComparison.Ordinal);
        text = Apply(Links, text);
        text = HtmlText.Of(text);
        text = Apply(Signs, text);
        // As in this-is-my-cute-cat.
        text = Joints.Count(text) > 3 ? Joints.Replace(text, " ") : text;
        text = TextRepair.Fix(text);
        text = HtmlEntities.Unescape(HtmlEntities.Unescape(text));
        return PythonText.Strip(Apply(Words, text));
    }

    private static string Apply((Regex Pattern, string With)[] rules, string text)
    {
        var folded = new FoldedText();
        text = folded.Fold(text);
        foreach (var (pattern, with) in rules)
        {
            text = pattern.Replace(text, with);
        }

        return folded.Unfold(text);
    }

    private static (Regex, string) Rule(string pattern, string with) => (PythonText.Pattern(pattern), with);
}

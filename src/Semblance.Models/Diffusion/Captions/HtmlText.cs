using System.Text;
using System.Text.RegularExpressions;
using AngleSharp.Html;
using AngleSharp.Html.Parser;
using AngleSharp.Html.Parser.Tokens;
using AngleSharp.Text;

namespace Semblance.Models.Diffusion.Captions;

/// <summary>
/// The text of a piece of HTML as Beautiful Soup gives it with Python 3.11's <c>html.parser</c>. AngleSharp finds the
/// tags. It follows the HTML Standard, so what the older parser does differently is done here: CDATA is text, and so is
/// markup that never ends, or a reference at the very end. Not copied: after <c>&amp;#</c> without a number, html.parser
/// may take all that follows for text, tags included.
/// </summary>
internal sealed class HtmlText
{
    // Comments, declarations and instructions. The content of CDATA is text.
    private static readonly Regex Declaration = PythonText.Pattern(
        $@"\G(?:<!--[\s\S]*?--[{FoldedText.Space}]*>|<!\[(?:if|else|endif)[\s\S]*?\][{FoldedText.Space}]*>"
            + $@"|<!\[(?i:cdata)\[(?<text>[\s\S]*?)\][{FoldedText.Space}]*\][{FoldedText.Space}]*>|<(?!!--|!\[)[^>]*>)"
    );

    // A reference is followed by a character; if that is a semicolon, it belongs to the reference. html.parser loses an
    // ampersand before the very last letter ("r&b", but not "r&b music").
    private static readonly Regex Reference = PythonText.Pattern(
        @"&(?:#([0-9]+|[xX][0-9a-fA-F]+)(?:;|(?=[^0-9a-fA-F]))|([a-zA-Z][-.a-zA-Z0-9]*)(?:;|(?=[^a-zA-Z0-9]))|(?=[a-zA-Z]\z))"
    );

    private static readonly HashSet<string> Hidden = ["rt", "rp", "script", "style", "template"];

    /// <summary>Characters that are read of one text: a prompt of 5,000 characters may begin markup 3,000 times.</summary>
    private const long MostRead = 1 << 24;

    private readonly StringBuilder _text = new();
    private readonly List<string> _open = [];

    private HtmlText() { }

    private bool IsHidden => _open.Exists(Hidden.Contains);

    /// <summary>All strings that are not in a script, a style sheet, a template, or the reading aid of a ruby.</summary>
    public static string Of(string html)
    {
        var soup = new HtmlText();
        long read = 0;
        for (var start = 0; start < html.Length; )
        {
            // Each unfinished piece of markup makes the rest be read again.
            read += html.Length - start;
            if (read > MostRead)
            {
                throw new RegexMatchTimeoutException("it holds too much markup that never ends");
            }

            start += soup.Read(html[start..]);
        }

        return soup._text.ToString();
    }

    /// <summary>Reads to the end of the next declaration or unfinished tag, or else all.</summary>
    /// <returns>How many characters were read.</returns>
    private int Read(string html)
    {
        using var tokenizer = new HtmlTokenizer(new TextSource(html), HtmlEntityProvider.Resolver)
        {
            IsNotConsumingCharacterReferences = true,
        };
        while (true)
        {
            var token = tokenizer.Get();
            var start = token.Position.Index;
            var last = tokenizer.GetCurrentPosition().Index;
            switch (token.Type)
            {
                case HtmlTokenType.StartTag when !((HtmlTagToken)token).IsSelfClosing:
                    _open.Add(token.Name);
                    tokenizer.State = token.Name is "script" or "style" ? HtmlParseMode.Rawtext : HtmlParseMode.PCData;
                    break;
                case HtmlTokenType.EndTag when _open.LastIndexOf(token.Name) is >= 0 and var at:
                    _open.RemoveRange(at, _open.Count - at);
                    break;
                case HtmlTokenType.Character when !IsHidden:
                    Add(token.Data, atEnd: last == html.Length - 1);
                    break;
                case HtmlTokenType.Comment or HtmlTokenType.Doctype:
                    return AddDeclaration(html, start);
                case HtmlTokenType.EndOfFile:
                    return start < html.Length ? AddMarkup(html, start) : html.Length;
            }
        }
    }

    /// <summary>Adds a string with its references decoded. White space alone becomes one space or line break.</summary>
    private void Add(string data, bool atEnd)
    {
        if (
            data is not ""
            && data.Trim(' ', '\n', '\t', '\f', '\r') is ""
            && !_open.Exists(tag => tag is "pre" or "textarea")
        )
        {
            _text.Append(data.Contains('\n', StringComparison.Ordinal) ? '\n' : ' ');
            return;
        }

        _text.Append(Reference.Replace(atEnd ? data : data + '<', Decoded));
        _text.Length -= atEnd ? 0 : 1;
    }

    private int AddDeclaration(string html, int start)
    {
        var match = Declaration.Match(html, start);
        if (!match.Success)
        {
            return AddMarkup(html, start);
        }

        _text.Append(match.Groups["text"].Value);
        return start + match.Length;
    }

    /// <summary>Adds markup that never ends as text: up to the next <c>&gt;</c>, or else to the next <c>&lt;</c>.</summary>
    private int AddMarkup(string html, int start)
    {
        var end = html.IndexOf('>', start) + 1;
        end = end > 0 ? end : EndWithoutClose(html, start);
        _text.Append(IsHidden ? "" : html[start..end]);
        return end;
    }

    /// <summary>
    /// Where no <c>&gt;</c> follows, no markup ever ends: all that begin in the rest are read over at once, since each alone
    /// would read to the end of the text.
    /// </summary>
    private static int EndWithoutClose(string html, int start)
    {
        for (; ; )
        {
            var next = html.IndexOf('<', start + 1);
            if (next < 0)
            {
                return start + 1;
            }

            if (next + 1 == html.Length || !(char.IsAsciiLetter(html[next + 1]) || html[next + 1] is '/' or '!' or '?'))
            {
                return next;
            }

            start = next;
        }
    }

    private static string Decoded(Match match) =>
        match.Groups[1].Success ? HtmlEntities.Numbered(match.Groups[1].Value)
        : match.Groups[2].Success ? HtmlEntities.Named(match.Groups[2].Value) ?? match.Value.TrimEnd(';')
        : "";
}

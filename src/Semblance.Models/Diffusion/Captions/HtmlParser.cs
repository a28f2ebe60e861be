using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Semblance.Models.Diffusion.Captions;

/// <summary>
/// Takes HTML apart as Python 3.11's <c>html.parser</c> does under Beautiful Soup, step for step, its leniency included.
/// </summary>
internal sealed class HtmlParser
{
    private const string Space = FoldedText.Space;

    private static readonly Regex StartTagOpen = Pattern(@"\G<[a-zA-Z]");
    private static readonly Regex TagName = Pattern($@"\G([a-zA-Z][^\t\n\r\f />\x00]*)(?:[{Space}]|/(?!>))*");
    private static readonly Regex Attribute = Pattern(
        $@"\G((?<=['""{Space}/])[^{Space}/>][^{Space}/=>]*)([{Space}]*=+[{Space}]*('[^']*'|""[^""]*""|(?!['""])[^>{Space}]*))?(?:[{Space}]|/(?!>))*"
    );
    private static readonly Regex StartTagPattern = Pattern(
        $@"\G<[a-zA-Z][^\t\n\r\f />\x00]*(?:[{Space}/]*(?:(?<=['""{Space}/])[^{Space}/>][^{Space}/=>]*"
            + $@"(?:[{Space}]*=+[{Space}]*(?:'[^']*'|""[^""]*""|(?!['""])[^>{Space}]*)[{Space}]*)?(?:[{Space}]|/(?!>))*)*)?[{Space}]*"
    );
    private static readonly Regex EndTagPattern = Pattern($@"\G</[{Space}]*([a-zA-Z][-.a-zA-Z0-9:_]*)[{Space}]*>");
    private static readonly Regex Number = Pattern(@"\G&#(?:[0-9]+|[xX][0-9a-fA-F]+)[^0-9a-fA-F]");
    private static readonly Regex Name = Pattern(@"\G&([a-zA-Z][-.a-zA-Z0-9]*)[^a-zA-Z0-9]");
    private static readonly Regex Incomplete = Pattern(@"\G&[a-zA-Z#]");
    private static readonly Regex CommentEnd = Pattern($@"--[{Space}]*>");
    private static readonly Regex SectionEnd = Pattern($@"\][{Space}]*\][{Space}]*>");
    private static readonly Regex ConditionEnd = Pattern($@"\][{Space}]*>");
    private static readonly Regex SectionName = Pattern($@"\G[a-zA-Z][-_.a-zA-Z0-9]*[{Space}]*");

    private readonly HtmlText _soup;
    private string _raw;
    private string? _verbatim;

    /// <summary>Sets out.</summary>
    /// <param name="html">Any text.</param>
    /// <param name="soup">Receives what is found.</param>
    public HtmlParser(string html, HtmlText soup) => (_raw, _soup) = (html, soup);

    /// <summary>Parses all of it.</summary>
    public void Parse()
    {
        GoAhead(end: false);
        GoAhead(end: true);
    }

    /// <summary>Parses as far as it can be sure; at the end, whatever is left is text.</summary>
    private void GoAhead(bool end)
    {
        var i = 0;
        var n = _raw.Length;
        while (i < n)
        {
            var next = Interesting(i);
            if (next < 0 && _verbatim is not null)
            {
                break;
            }
            next = next < 0 ? n : next;
            _soup.Add(_raw.AsSpan(i, next - i));
            i = next;
            if (i == n)
            {
                break;
            }
            if (_raw[i] == '<')
            {
                if (Markup(i) is not { } k)
                {
                    break;
                }
                if (k < 0)
                {
                    if (!end)
                    {
                        break;
                    }
                    k = _raw.IndexOf('>', i + 1) + 1;
                    if (k == 0)
                    {
                        k = _raw.IndexOf('<', i + 1);
                        k = k < 0 ? i + 1 : k;
                    }
                    _soup.Add(_raw.AsSpan(i, k - i));
                }
                i = k;
            }
            else if (!Reference(ref i, end))
            {
                break;
            }
        }
        if (end && i < n && _verbatim is null)
        {
            _soup.Add(_raw.AsSpan(i, n - i));
            i = n;
        }
        _raw = _raw[i..];
    }

    /// <summary>Where the next markup or reference is; in a script or a style sheet, its end tag.</summary>
    private int Interesting(int from) =>
        _verbatim is null
            ? _raw.AsSpan(from).IndexOfAny('&', '<') is >= 0 and var at
                ? from + at
                : -1
            : Pattern($"</[{Space}]*{_verbatim}[{Space}]*>", RegexOptions.IgnoreCase).Match(_raw, from)
                is { Success: true } match
                ? match.Index
                : -1;

    /// <summary>Reads what begins with a less-than sign.</summary>
    /// <returns>Where it ends; less than 0 where it does not; null where more text would be needed to tell.</returns>
    private int? Markup(int i)
    {
        if (StartTagOpen.IsMatch(_raw, i))
        {
            return StartTag(i);
        }
        if (At(i, "</"))
        {
            return EndTag(i);
        }
        if (At(i, "<!--"))
        {
            return Dropped(CommentEnd.Match(_raw, i + 4), i + 4);
        }
        if (At(i, "<?"))
        {
            return DroppedUpTo(i + 2);
        }
        if (At(i, "<!["))
        {
            return Section(i);
        }
        if (At(i, "<!"))
        {
            return DroppedUpTo(i + 2);
        }
        if (i + 1 < _raw.Length)
        {
            _soup.Add("<");
            return i + 1;
        }
        return null;
    }

    /// <summary>Reads what begins with an ampersand. False where more text would be needed to tell.</summary>
    private bool Reference(ref int i, bool end)
    {
        if (At(i, "&#"))
        {
            if (Number.Match(_raw, i) is { Success: true } number)
            {
                _soup.Add(Numbered(number.Value[2..^1]));
                i = After(number);
                return true;
            }
            if (_raw.IndexOf(';', i) >= 0)
            {
                _soup.Add("&#");
                i += 2;
            }
            return false;
        }
        if (Name.Match(_raw, i) is { Success: true } name)
        {
            _soup.Add(HtmlEntities.Find(name.Groups[1].Value) ?? "&" + name.Groups[1].Value);
            i = After(name);
            return true;
        }
        if (Incomplete.IsMatch(_raw, i))
        {
            // Two characters at the very end: the ampersand is lost.
            i += end && i + 2 == _raw.Length ? 1 : 0;
            return false;
        }
        if (i + 1 < _raw.Length)
        {
            _soup.Add("&");
            i++;
            return true;
        }
        return false;

        // A semicolon belongs to the reference, any other character after it does not.
        int After(Match match) => match.Index + match.Length - (match.Value[^1] == ';' ? 0 : 1);
    }

    private int StartTag(int i)
    {
        var stop = StartTagEnd(i);
        if (stop < 0)
        {
            return stop;
        }
        var name = TagName.Match(_raw, i + 1);
        var tag = name.Groups[1].Value.ToLowerInvariant();
        var k = name.Index + name.Length;
        while (k < stop && Attribute.Match(_raw, k) is { Success: true } attribute)
        {
            k = attribute.Index + attribute.Length;
        }
        var rest = k < stop ? PythonText.Strip(_raw[k..stop]) : "";
        if (rest is not (">" or "/>"))
        {
            _soup.Add(_raw.AsSpan(i, stop - i));
            return stop;
        }
        if (rest == "/>")
        {
            _soup.OpenAndClose(tag);
            return stop;
        }
        _soup.Open(tag);
        _verbatim = tag is "script" or "style" ? tag : null;
        return stop;
    }

    private int StartTagEnd(int i)
    {
        var match = StartTagPattern.Match(_raw, i);
        var j = match.Index + match.Length;
        return j == _raw.Length ? -1
            : _raw[j] == '>' ? j + 1
            : _raw[j] == '/' ? (At(j, "/>") ? j + 2 : -1)
            : char.IsAsciiLetter(_raw[j]) || _raw[j] == '=' ? -1
            : Math.Max(j, i + 1);
    }

    private int EndTag(int i)
    {
        var stop = _raw.IndexOf('>', i + 1) + 1;
        if (stop == 0)
        {
            return -1;
        }
        if (EndTagPattern.Match(_raw, i) is { Success: true } match)
        {
            var tag = match.Groups[1].Value.ToLowerInvariant();
            if (_verbatim is not null && tag != _verbatim)
            {
                _soup.Add(_raw.AsSpan(i, stop - i));
                return stop;
            }
            _soup.Close(tag);
            _verbatim = null;
            return stop;
        }
        if (_verbatim is not null)
        {
            _soup.Add(_raw.AsSpan(i, stop - i));
            return stop;
        }
        if (TagName.Match(_raw, i + 2) is { Success: true } name)
        {
            _soup.Close(name.Groups[1].Value.ToLowerInvariant());
            return _raw.IndexOf('>', name.Index + name.Length) + 1;
        }
        return At(i, "</>") ? i + 3 : DroppedUpTo(i + 2);
    }

    /// <summary>A marked section: of CDATA the content is text, of others it is dropped.</summary>
    private int Section(int i)
    {
        var name = SectionName.Match(_raw, i + 3);
        if (!name.Success || name.Index + name.Length == _raw.Length)
        {
            return -1;
        }
        var keyword = PythonText.Strip(name.Value).ToLowerInvariant();
        if (keyword is "if" or "else" or "endif")
        {
            return Dropped(ConditionEnd.Match(_raw, i + 3), i + 3);
        }
        var match = SectionEnd.Match(_raw, i + 3);
        // The reference gives up altogether on other words; here they stay text.
        if (!match.Success || keyword is not ("temp" or "cdata" or "ignore" or "include" or "rcdata"))
        {
            return -1;
        }
        var content = _raw[(i + 3)..match.Index];
        if (content.StartsWith("cdata[", StringComparison.OrdinalIgnoreCase))
        {
            _soup.AddSection(content["cdata[".Length..]);
        }
        else
        {
            _soup.Drop();
        }
        return match.Index + match.Length;
    }

    private int DroppedUpTo(int from)
    {
        var stop = _raw.IndexOf('>', from);
        if (stop < 0)
        {
            return -1;
        }
        _soup.Drop();
        return stop + 1;
    }

    private int Dropped(Match end, int from)
    {
        if (!end.Success || end.Index < from)
        {
            return -1;
        }
        _soup.Drop();
        return end.Index + end.Length;
    }

    private static string Numbered(string digits)
    {
        var hexadecimal = digits[0] is 'x' or 'X';
        var parsed = hexadecimal
            ? int.TryParse(digits.AsSpan(1), NumberStyles.AllowHexSpecifier, null, out var code)
            : int.TryParse(digits, NumberStyles.None, null, out code);
        return !parsed || !Rune.IsValid(code) ? "\uFFFD"
            : code < 256 ? SingleByteCode.Windows1252.Decode((byte)code).ToString()
            : new Rune(code).ToString();
    }

    private bool At(int i, string text) => string.CompareOrdinal(_raw, i, text, 0, text.Length) == 0;

    private static Regex Pattern(string pattern, RegexOptions options = RegexOptions.None) =>
        new(pattern, options | RegexOptions.CultureInvariant, TimeSpan.FromSeconds(10));
}

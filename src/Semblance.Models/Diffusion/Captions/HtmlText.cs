using System.Text;

namespace Semblance.Models.Diffusion.Captions;

/// <summary>
/// The text of a piece of HTML as Beautiful Soup has it: what is no tag to <see cref="HtmlParser"/> is text, what is
/// script, style, template or comment is dropped.
/// </summary>
internal sealed class HtmlText
{
    private static readonly HashSet<string> Void =
    [
        "area",
        "base",
        "basefont",
        "bgsound",
        "br",
        "col",
        "command",
        "embed",
        "frame",
        "hr",
        "image",
        "img",
        "input",
        "isindex",
        "keygen",
        "link",
        "menuitem",
        "meta",
        "nextid",
        "param",
        "source",
        "spacer",
        "track",
        "wbr",
    ];

    /// <summary>Elements whose strings are not text.</summary>
    private static readonly HashSet<string> Hidden = ["rt", "rp", "script", "style", "template"];

    private readonly StringBuilder _text = new();
    private readonly StringBuilder _data = new();
    private readonly List<string> _open = [];
    private readonly List<string> _closedAlready = [];

    private HtmlText() { }

    private bool Visible => !_open.Exists(Hidden.Contains);

    /// <summary>All strings one after another.</summary>
    public static string Of(string html)
    {
        var soup = new HtmlText();
        new HtmlParser(html, soup).Parse();
        soup.EndData(soup.Visible);
        return soup._text.ToString();
    }

    /// <summary>More of the present string.</summary>
    public void Add(ReadOnlySpan<char> data) => _data.Append(data);

    /// <summary>A start tag.</summary>
    public void Open(string tag)
    {
        EndData(Visible);
        _open.Add(tag);
        if (Void.Contains(tag))
        {
            CloseOpen(tag);
            _closedAlready.Add(tag);
        }
    }

    /// <summary>A tag that starts and ends an element at once.</summary>
    public void OpenAndClose(string tag)
    {
        EndData(Visible);
        _open.Add(tag);
        Close(tag);
    }

    /// <summary>An end tag. That of an element without content, which was closed on opening, is overlooked once.</summary>
    public void Close(string tag)
    {
        if (!_closedAlready.Remove(tag))
        {
            CloseOpen(tag);
        }
    }

    /// <summary>A comment, declaration or instruction: it is no text, but ends the string before it.</summary>
    public void Drop() => EndData(Visible);

    /// <summary>A section of character data, which is text wherever it stands.</summary>
    public void AddSection(string data)
    {
        EndData(Visible);
        _data.Append(data);
        EndData(shown: true);
    }

    /// <summary>Closes an element and all that is open within it, if it is open at all.</summary>
    private void CloseOpen(string tag)
    {
        EndData(Visible);
        var at = _open.LastIndexOf(tag);
        if (at >= 0)
        {
            _open.RemoveRange(at, _open.Count - at);
        }
    }

    /// <summary>Ends a string. White space alone becomes one space or line break.</summary>
    private void EndData(bool shown)
    {
        var data = _data.ToString();
        _data.Clear();
        if (!shown)
        {
            return;
        }
        var blank = data.Length > 0 && data.All(c => c is ' ' or '\n' or '\t' or '\f' or '\r');
        var preserved = _open.Exists(tag => tag is "pre" or "textarea");
        _text.Append(
            !blank || preserved ? data
            : data.Contains('\n', StringComparison.Ordinal) ? "\n"
            : " "
        );
    }
}

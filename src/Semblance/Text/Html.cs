using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace Semblance.Text;

/// <summary>
/// Markup that is safe to write as it is. It is made from literals of this program and from texts that are encoded on the
/// way in: a text of a prompt, model or file cannot become markup.
/// </summary>
public readonly record struct Html
{
    private readonly string? _markup;

    private Html(string markup) => _markup = markup;

    /// <summary>From a literal with holes: texts in the holes are encoded, markup is not.</summary>
    public static Html Of(HtmlHandler handler) => new(handler.ToString());

    /// <summary>Markup that this program wrote with its own care for what it encodes: a drawing.</summary>
    public static Html Trusted(string markup) => new(markup);

    /// <summary>Parts after one another, nothing between them.</summary>
    public static Html Join(IEnumerable<Html> parts)
    {
        var text = new StringBuilder();
        foreach (var part in parts)
        {
            text.Append(part._markup);
        }

        return new Html(text.ToString());
    }

    /// <summary>The markup, to be written as it is.</summary>
    public override string ToString() => _markup ?? "";

    /// <summary>Writes text as content or as the value of an attribute in double quotes.</summary>
    internal static void Encode(StringBuilder target, ReadOnlySpan<char> text)
    {
        Span<char> chars = stackalloc char[2];
        foreach (var rune in text.EnumerateRunes())
        {
            switch (rune.Value)
            {
                case '&':
                    target.Append("&amp;");
                    break;
                case '<':
                    target.Append("&lt;");
                    break;
                case '>':
                    target.Append("&gt;");
                    break;
                case '"':
                    target.Append("&quot;");
                    break;
                case '\'':
                    target.Append("&#39;");
                    break;
                case 0 or (< 32 and not (9 or 10)) or (>= 0x7f and < 0xa0):
                    target.Append('\uFFFD');
                    break;
                default:
                    target.Append(chars[..rune.EncodeToUtf16(chars)]);
                    break;
            }
        }
    }
}

/// <summary>Collects the parts of an interpolated literal for <see cref="Html.Of"/>.</summary>
/// <param name="literalLength">Characters of the literals.</param>
/// <param name="holes">How many there are.</param>
[InterpolatedStringHandler]
public readonly ref struct HtmlHandler(int literalLength, int holes)
{
    private readonly StringBuilder _text = new(literalLength + (holes * 16));

    /// <summary>Markup of the program itself, which is written as it is.</summary>
    public void AppendLiteral(string markup) => _text.Append(markup);

    /// <summary>A text, encoded so that it stays a text.</summary>
    public void AppendFormatted(string? text) => Html.Encode(_text, text);

    /// <summary>Markup, which is safe already and not encoded again.</summary>
    public void AppendFormatted(Html markup) => _text.Append(markup.ToString());

    /// <summary>Parts after one another, with nothing between them.</summary>
    public void AppendFormatted(IEnumerable<Html> parts)
    {
        foreach (var part in parts)
        {
            _text.Append(part.ToString());
        }
    }

    /// <summary>A number, the same in every locale.</summary>
    public void AppendFormatted(int number) => _text.Append(CultureInfo.InvariantCulture, $"{number}");

    /// <summary>The markup collected so far.</summary>
    public override string ToString() => _text.ToString();
}

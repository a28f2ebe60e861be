using Microsoft.AspNetCore.Html;

namespace Semblance.Studio.Pages;

/// <summary>Markup from literals of this program, in whose holes every text is encoded.</summary>
internal static class Markup
{
    /// <summary>Texts in the holes are encoded, markup is not.</summary>
    public static IHtmlContent Of(FormattableString markup) =>
        new HtmlFormattableString(markup.Format, markup.GetArguments());

    public static IHtmlContent Join(IEnumerable<IHtmlContent> parts)
    {
        var all = new HtmlContentBuilder();
        foreach (var part in parts)
        {
            all.AppendHtml(part);
        }

        return all;
    }

    public static IHtmlContent Nothing { get; } = HtmlString.Empty;

    /// <summary>Paragraphs of a text, parted by blank lines.</summary>
    public static IHtmlContent Paragraphs(string text) =>
        Join(
            text.ReplaceLineEndings("\n")
                .Split("\n\n", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                .Select(part => Of($"<p>{part}</p>\n"))
        );
}

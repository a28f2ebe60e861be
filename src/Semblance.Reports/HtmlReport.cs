using Semblance.Reports.Content;
using Semblance.Reports.Figures;
using Semblance.Reports.Pages;
using Semblance.Reports.Selection;
using Semblance.Wording;

namespace Semblance.Reports;

/// <summary>The page: one HTML file that shows a run, explains it and can be handed on.</summary>
public static class HtmlReport
{
    /// <summary>The usual name of the file in a run folder.</summary>
    public const string FileName = "report.html";

    /// <summary>The whole file. The same content gives the same text.</summary>
    public static string Of(ReportContent content)
    {
        ArgumentNullException.ThrowIfNull(content);
        Figure?[] figures = [FigureSelection.Differences(content), FigureSelection.Raincloud(content)];
        var main = Html.Of(
            $"""
            {Opening.Keys(content)}
            <section aria-labelledby="figures"><h2 id="figures">What carries the verdict</h2>
            {figures.OfType<Figure>().Select(FigureBlock.Of)}</section>
            <section aria-labelledby="every-prompt"><h2 id="every-prompt">Every prompt</h2>
            {PromptTable.Of(content)}</section>
            {Cautions(content)}
            """
        );
        return Page.Of(
            $"{content.Name}: Semblance report",
            Opening.Verdict(content),
            main,
            Html.Of($"<p>{Plural.Of(content.Prompts.Count, "prompt")}. Made with Semblance.</p>")
        );
    }

    private static Html Cautions(ReportContent content) =>
        content.Cautions.Count == 0
            ? default
            : Html.Of(
                $"""
                <section aria-labelledby="careful"><h2 id="careful">What to be careful about</h2>
                <ul class="notes">{content.Cautions.Select(one => Html.Of($"<li><bdi>{one}</bdi></li>"))}</ul></section>
                """
            );
}

using System.Text;
using Semblance.Reports.Content;
using Semblance.Reports.Selection;
using Semblance.Reports.Tables;
using Semblance.Runs.Comparing;
using Semblance.Text;

namespace Semblance.Reports.Pages;

/// <summary>The numbers of the page as files within it, which a browser saves.</summary>
internal static class DataLinks
{
    public static Html Of(ReportContent content)
    {
        var scores = Link("scores.csv", "text/csv", CsvFile.Of(TableSelection.Sets(content)), "every score as CSV");
        var comparison = content.Comparison is { } result
            ? Html.Of(
                $"<li>{Link("comparison.json", "application/json", ComparisonJson.Of(result), "every statistic as JSON")}</li>"
            )
            : default;
        return Html.Of(
            $"""
            <ul class="notes"><li>{scores}</li>{comparison}</ul>
            <div class="copies" id="copies"></div>
            <details><summary>The models' table for LaTeX</summary><pre id="latex" tabindex="0" role="region" aria-label="Table for LaTeX">{LatexTable.Of(
                TableSelection.Models(content),
                "Semantic Consistency Score of each model.",
                "scs"
            )}</pre></details>
            <details><summary>The models' table in Markdown</summary><pre id="markdown" tabindex="0" role="region" aria-label="Table in Markdown">{MarkdownTable.Of(
                TableSelection.Models(content)
            )}</pre></details>
            """
        );
    }

    private static Html Link(string file, string type, string text, string what) =>
        Html.Of(
            $"<a download=\"{file}\" href=\"data:{type};charset=utf-8;base64,{Convert.ToBase64String(Encoding.UTF8.GetBytes(text))}\">{file}</a>, {what}"
        );
}

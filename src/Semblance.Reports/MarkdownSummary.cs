using Semblance.Reports.Content;
using Semblance.Reports.Pages;
using Semblance.Reports.Selection;
using Semblance.Reports.Tables;

namespace Semblance.Reports;

/// <summary>The report in a few lines of Markdown, for the summary of a CI job.</summary>
public static class MarkdownSummary
{
    /// <summary>Verdict, the models, the prompts that lost and gained most, and what to be careful about.</summary>
    public static string Of(ReportContent content)
    {
        ArgumentNullException.ThrowIfNull(content);
        var (finding, numbers) = Opening.Split(content);
        List<string> parts = [$"### {Text(content.Decision ?? finding)}"];
        if (content.Decision is not null)
        {
            parts.Add(Text(finding));
        }

        parts.Add(Text(numbers));
        parts.Add(MarkdownTable.Of(TableSelection.Models(content)).TrimEnd());
        if (TableSelection.Extremes(content) is { } extremes)
        {
            parts.Add(MarkdownTable.Of(extremes).TrimEnd());
        }

        if (content.Cautions.Count > 0)
        {
            parts.Add(string.Join("\n", content.Cautions.Select(caution => $"- {Text(caution)}")));
        }

        parts.Add($"_{Text(FigureSelection.Facts(content).ToString())}_");
        return string.Join("\n\n", parts) + "\n";
    }

    private static string Text(string raw) => MarkdownTable.Escaped(raw);
}

using Semblance.Consistency;
using Semblance.Runs.Folder;
using Semblance.Runs.Formats;

namespace Semblance.Runs.Scoring;

/// <summary>The sets of a report as CSV (RFC 4180, UTF-8 without mark, LF): one line per model, prompt and encoder.</summary>
public static class ScoreCsv
{
    /// <summary>The text with its header line.</summary>
    public static string Of(ScoreReport report) => Of(ScoreTable.Lines(report));

    internal static string Of(IEnumerable<ScoreLine> lines) =>
        CsvText.Of([.. ScoreLine.Columns.Select(column => (column.Name, column.Of))], lines);
}

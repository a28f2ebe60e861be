using Semblance.Consistency;
using Semblance.Runs.Folder;

namespace Semblance.Runs.Scoring;

/// <summary>The sets of a report as CSV (RFC 4180, UTF-8 without byte order mark, LF): one line per model, prompt and encoder.</summary>
public static class ScoreCsv
{
    /// <summary>The text with its header line.</summary>
    /// <param name="reports">One for each encoder.</param>
    public static string Of(params IReadOnlyList<ScoreReport> reports) =>
        StoredScores.Csv(reports.SelectMany(StoredScores.Lines));
}

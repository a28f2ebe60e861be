using Semblance.Comparison;
using Semblance.Reports;
using Semblance.Reports.Content;
using Semblance.Studies.Comparing;

namespace Semblance.Studies.Reporting;

/// <summary>A report as a <see cref="ReportStudy"/> made it.</summary>
/// <param name="Page">The HTML file.</param>
/// <param name="File">Where it belongs: into the run folder, or here for a table.</param>
/// <param name="Verdict">What the page begins with.</param>
public sealed record ReportOutcome(string Page, string File, string Verdict);

/// <summary>Find the scores, compare where there is something to compare, and put it on one page.</summary>
public static class ReportStudy
{
    /// <summary>Makes the page of a source; nothing is written but scores of images that had none.</summary>
    /// <exception cref="InputException">There are no scores, or they cannot be read.</exception>
    /// <exception cref="UsageException">A name that fits nothing, or too many models for all pairs.</exception>
    public static async Task<ReportOutcome> RunAsync(
        ScoreSource source,
        ComparisonOptions options,
        StudyHost host,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(host);
        (var input, _) = await source.OpenAsync(host, cancellationToken);
        using (input)
        {
            var folder = input.Run?.Path;
            var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder ?? source.Paths[0])));
            var content = ContentReader.Read(name, input, source.Match, options, cancellationToken);
            return new ReportOutcome(
                HtmlReport.Of(content),
                folder is null ? HtmlReport.FileName : Path.Combine(folder, HtmlReport.FileName),
                content.Comparison?.Report.Verdict ?? ""
            );
        }
    }
}

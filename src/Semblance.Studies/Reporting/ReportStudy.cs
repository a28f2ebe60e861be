using Semblance.Comparison;
using Semblance.Reports;
using Semblance.Reports.Content;
using Semblance.Runs.Comparing;
using Semblance.Runs.Folder;
using Semblance.Studies.Comparing;

namespace Semblance.Studies.Reporting;

/// <summary>What a report or figures are made of.</summary>
/// <param name="Content">All that they show.</param>
/// <param name="File">Where a page belongs: into the run folder, or here for a table.</param>
public sealed record ReportOutcome(ReportContent Content, string File);

/// <summary>Find the scores, compare where there is something to compare, and gather what a report shows.</summary>
public static class ReportStudy
{
    /// <summary>Gathers the content of a source; nothing is written but scores of images that had none.</summary>
    /// <param name="source">What to report; images are scored first.</param>
    /// <param name="options">Level, resamples, seed.</param>
    /// <param name="host">Receives messages.</param>
    /// <param name="beside">A scored run folder or table to put beside it; null for none.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="InputException">There are no scores, or they cannot be read.</exception>
    /// <exception cref="UsageException">A name that fits nothing, or too many models for all pairs.</exception>
    public static async Task<ReportOutcome> RunAsync(
        ScoreSource source,
        ComparisonOptions options,
        StudyHost host,
        string? beside = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(host);
        if (beside is not null && !CompareInput.IsScored(beside))
        {
            throw new UsageException(
                $"{beside} holds no scores; name a run folder or a table of scores to put beside."
            );
        }

        (var input, _) = await source.OpenAsync(host, cancellationToken);
        using (input)
        {
            var content = ContentReader.Read(source.Name(input), input, source.Match, options, cancellationToken);
            if (beside is not null)
            {
                using var other = CompareInput.Read([beside], source.Encoder, host.Warning);
                content = content with
                {
                    Beside = BesideContent.Of(
                        content,
                        ContentReader.Read(ScoreSource.NameOf(beside), other, source.Match, options, cancellationToken),
                        options
                    ),
                };
            }

            return new ReportOutcome(
                content,
                input.Run is { } run ? Path.Combine(run.Path, HtmlReport.FileName) : HtmlReport.FileName
            );
        }
    }

    /// <summary>Where the page of a run folder that is there goes, before it is read; null for other sources.</summary>
    public static string? FileOf(ScoreSource source)
    {
        ArgumentNullException.ThrowIfNull(source);
        return source.Paths is [var only] && RunFolder.IsRun(only) ? Path.Combine(only, HtmlReport.FileName) : null;
    }
}

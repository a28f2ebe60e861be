using System.CommandLine;
using System.Text;
using Semblance.Cli.Terminal;
using Semblance.Reports;
using Semblance.Reports.Content;

namespace Semblance.Cli.Options;

/// <summary>The options of commands that show their results on a page as well, or in the summary of a CI job.</summary>
/// <param name="command">Gets them.</param>
internal sealed class PageOptions(Command command)
{
    /// <summary>Where GitHub's runner reads the summary of a step from.</summary>
    private const string SummaryVariable = "GITHUB_STEP_SUMMARY";

    private readonly Option<string?> _report = command
        .Text("--report", "Also write a page to read and to hand on (HTML)", "FILE")
        .NotEmpty();

    private readonly Option<bool> _summary = command.Flag(
        "--summary",
        "Also add a summary in Markdown to the job of GitHub Actions"
    );

    /// <summary>Whether any of them is given. The summary's file must be known before long work begins.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="inputs">What the command reads; null for what is not given.</param>
    /// <exception cref="UsageException">A summary is asked for outside GitHub Actions, or the page would overwrite what is read.</exception>
    /// <exception cref="ResourceException">A file cannot be written.</exception>
    public bool AreGiven(ParseResult parsed, IEnumerable<string?> inputs)
    {
        if (OutputFile.Of(_report, parsed, inputs) is null && parsed.GetValue(_report) is not null)
        {
            throw new UsageException("--report takes a file; standard output is for the results.");
        }

        if (parsed.GetValue(_summary) && SummaryFile() is null)
        {
            throw new UsageException(
                $"--summary writes to the file that {SummaryVariable} names, and it names none: set it, or write a page with --report FILE."
            );
        }

        if (parsed.GetValue(_summary))
        {
            ResultOutput.RequireFile(SummaryFile()!);
        }

        return parsed.GetValue(_summary) || parsed.GetValue(_report) is not null;
    }

    /// <summary>Writes what was asked for.</summary>
    /// <exception cref="ResourceException">A file cannot be written.</exception>
    public void Write(ParseResult parsed, ReportContent content, Messages heard, CancellationToken cancellationToken)
    {
        if (parsed.GetValue(_report) is { } file)
        {
            var page = HtmlReport.Of(content, cancellationToken: cancellationToken);
            ResultOutput.ToFile(Encoding.UTF8.GetBytes(page.Text), file);
            heard.Warnings(page.Notes);
            heard.Note($"the report is {file}");
        }

        if (parsed.GetValue(_summary))
        {
            ResultOutput.AppendTo(MarkdownSummary.Of(content), SummaryFile()!);
        }
    }

    private static string? SummaryFile() =>
        Environment.GetEnvironmentVariable(SummaryVariable) is { Length: > 0 } file ? file : null;
}

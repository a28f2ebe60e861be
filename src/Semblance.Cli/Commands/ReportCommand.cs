using System.CommandLine;
using System.Text;
using Semblance.Cli.Options;
using Semblance.Cli.Progress;
using Semblance.Cli.Terminal;
using Semblance.Comparison;
using Semblance.Reports;
using Semblance.Reports.Images;
using Semblance.Studies.Reporting;

namespace Semblance.Cli.Commands;

/// <summary><c>semblance report</c>: one page that shows, explains and can be handed on.</summary>
internal static class ReportCommand
{
    public const string Examples = """
        Examples:
          semblance report                        ./semblance-run into ./semblance-run/report.html
          semblance report runs/may -o may.html   another run folder, another file
          semblance report scores.csv             a table of scores: no images, but all numbers
          semblance report --compare-with runs/april    what changed since another run
        """;

    public static Command Build(Messages messages)
    {
        var command = new Command("report", "One self-contained HTML page of a run, to read and to hand on");
        var output = command.Added(
            new Option<string?>("--output", "-o")
            {
                Description = "The file to write [default: report.html in the run folder]",
                HelpName = "FILE",
            }.NotEmpty()
        );
        var images = command.OneOf(
            "--images",
            "Thumbnails of all images, of medoid and outlier of each set, or none",
            "all",
            "few",
            "none"
        );
        var megabytes = command.Number(
            "--max-mb",
            "The largest page in megabytes; thumbnails get smaller or fewer to keep it [default: 5]"
        );
        var beside = command.Text("--compare-with", "A second run (or table of scores) beside it", "RUN");
        var models = command.Texts("--model", "Only these models, in this order (repeatable)", "NAME");
        var shared = new SourceOptions(command, hasResults: false);
        command.SetAction(
            async (parsed, cancellationToken) =>
            {
                var heard = shared.Heard(parsed, messages);
                var given = OutputFile.Of(output, parsed, [.. shared.Read(parsed), parsed.GetValue(beside)]);
                var source = shared.Source(parsed, models);
                if (parsed.GetValue(output) is null && ReportStudy.FileOf(source) is { } usual)
                {
                    ResultOutput.RequireFile(usual);
                }

                if (parsed.GetValue(megabytes) is <= 0)
                {
                    throw new UsageException("--max-mb takes a number above 0.");
                }

                var outcome = await ReportStudy.RunAsync(
                    source,
                    new ComparisonOptions { Threads = source.Threads },
                    StudyView.Of(heard),
                    parsed.GetValue(beside),
                    cancellationToken
                );
                var page = HtmlReport.Of(
                    outcome.Content,
                    new ReportOptions
                    {
                        Images = Enum.Parse<ImageUse>(parsed.GetRequiredValue(images), ignoreCase: true),
                        MaxMegabytes = parsed.GetValue(megabytes) ?? new ReportOptions().MaxMegabytes,
                        Threads = source.Threads,
                        Command = "semblance " + string.Join(' ', parsed.Tokens.Select(token => Word(token.Value))),
                    },
                    cancellationToken
                );
                heard.Warnings(page.Notes);
                if (parsed.GetValue(output) is OutputFile.StandardOutput)
                {
                    ResultOutput.ToStandardOutput(page.Text);
                    return;
                }

                var file = given ?? outcome.File;
                ResultOutput.ToFile(Encoding.UTF8.GetBytes(page.Text), file);
                ResultOutput.ToStandardOutput(file + "\n");
            }
        );
        return command;
    }

    /// <summary>As it would be typed.</summary>
    private static string Word(string word) =>
        word.Length > 0 && word.All(c => char.IsLetterOrDigit(c) || "-_./=,:".Contains(c)) ? word : $"\"{word}\"";
}

using System.CommandLine;
using System.Text;
using Semblance.Cli.Options;
using Semblance.Cli.Progress;
using Semblance.Cli.Terminal;
using Semblance.Comparison;
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
        var models = command.Texts("--model", "Only these models, in this order (repeatable)", "NAME");
        var shared = new SourceOptions(command, hasResults: false);
        command.SetAction(
            async (parsed, cancellationToken) =>
            {
                var heard = shared.Heard(parsed, messages);
                var given = OutputFile.Of(output, parsed, shared.Read(parsed));
                var source = shared.Source(parsed);
                var outcome = await ReportStudy.RunAsync(
                    source with
                    {
                        Match = source.Match with { Models = parsed.GetValue(models) ?? [] },
                    },
                    new ComparisonOptions { Threads = source.Threads },
                    StudyView.Of(heard),
                    cancellationToken
                );
                if (parsed.GetValue(output) is OutputFile.StandardOutput)
                {
                    ResultOutput.ToStandardOutput(outcome.Page);
                    return;
                }

                var file = given ?? outcome.File;
                ResultOutput.ToFile(Encoding.UTF8.GetBytes(outcome.Page), file);
                ResultOutput.ToStandardOutput(file + "\n");
            }
        );
        return command;
    }
}

using System.CommandLine;
using Semblance.Cli.Options;
using Semblance.Cli.Progress;
using Semblance.Cli.Tables;
using Semblance.Cli.Terminal;
using Semblance.Studies.Linting;

namespace Semblance.Cli.Commands;

/// <summary><c>semblance lint</c>: what is wrong with a data set before it is scored.</summary>
internal static class LintCommand
{
    public const string Examples = """
        Examples:
          semblance lint images/                    a folder, or several; a table; a run folder
          semblance lint study.yaml                 the images of a study, and its prompts
          semblance lint images/ --fail-on warning  exit code 1 for warnings too
          semblance lint images/ --format json      schema semblance.lint/1
        """;

    public static Command Build(Messages messages)
    {
        var command = new Command("lint", "What is wrong with a data set before it is scored, and what to do");
        var paths = command.Paths(
            "Image folders, tables of images, a run folder, or a study file",
            ArgumentArity.ZeroOrMore
        );
        var failOn = command.OneOf(
            "--fail-on",
            "From which severity on the exit code is 1",
            "error",
            "warning",
            "note",
            "never"
        );
        var format = command.OneOf("--format", "How the findings are written", "table", "json");
        var threads = command.Threads(". Nothing that is found depends on it");
        var maxMemory = command.Memory();
        var quiet = command.Quiet();
        command.SetAction(
            async (parsed, cancellationToken) =>
            {
                var heard = messages with { Quiet = parsed.GetValue(quiet) };
                var given = parsed.GetValue(paths) ?? [];
                if (given.Length == 0)
                {
                    throw new UsageException(
                        "Nothing to look at: name a folder of images, a table, a run or a study file."
                    );
                }

                var report = await LintStudy.RunAsync(
                    given,
                    parsed.GetValue(threads) ?? 0,
                    StudyView.Of(heard, offline: true),
                    parsed.GetValue(maxMemory),
                    cancellationToken
                );
                ResultOutput.ToStandardOutput(
                    parsed.GetRequiredValue(format) == "json"
                        ? report.ToJson()
                        : LintTable.Render(report, Surface.OfStandardOutput())
                );
                return
                    Enum.TryParse<Severity>(parsed.GetRequiredValue(failOn), ignoreCase: true, out var least)
                    && report.Findings.Any(finding => finding.Severity >= least)
                    ? ExitCode.GateFailed
                    : ExitCode.Done;
            }
        );
        return command;
    }
}

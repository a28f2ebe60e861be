using System.CommandLine;
using Semblance.Cli.Ci;
using Semblance.Cli.Tables;
using Semblance.Cli.Terminal;
using Semblance.Comparison;
using Semblance.Runs.Comparing;

namespace Semblance.Cli.Commands;

/// <summary><c>semblance gate</c>: may the candidate replace the baseline? The exit code says it.</summary>
internal static class GateCommand
{
    public const string Examples = """
        Examples:
          semblance gate scores.csv --baseline sdxl --candidate sdxl-turbo --margin 1.0
          semblance gate --baseline v1 --candidate v2 --superior       v2 must be more consistent
          semblance gate --baseline v1 --candidate v2 --equivalent     within the margin, either way
          semblance gate --baseline v1 --candidate v2 --junit gate.xml --github

        Exit codes: 0 pass, 1 fail or inconclusive (with --inconclusive-ok only fail), 2 usage, 3 bad input
        """;

    public static Command Build()
    {
        var shared = new SharedOptions();
        var baseline = new Option<string>("--baseline")
        {
            Description = "The model to hold against",
            HelpName = "NAME",
            Required = true,
        };
        var candidate = new Option<string>("--candidate")
        {
            Description = "The model to judge",
            HelpName = "NAME",
            Required = true,
        };
        var margin = SharedOptions.Number(
            "--margin",
            "Points of SCS that do not matter\n[default: 1.0; 0 with --superior]"
        );
        var superior = new Option<bool>("--superior") { Description = "The candidate must be more consistent" };
        var equivalent = new Option<bool>("--equivalent")
        {
            Description = "The candidate must be as consistent, no more and no less (TOST)",
        };
        var alpha = SharedOptions.Number("--alpha", "Chance of a false pass\n[default: 0.05, one-sided]");
        var test = new Option<string>("--test")
        {
            Description = "Limits of the mean difference, or those of the signed-rank test",
            HelpName = "student|wilcoxon",
            DefaultValueFactory = _ => "student",
        };
        var inconclusiveOk = new Option<bool>("--inconclusive-ok")
        {
            Description = "Exit with 0 where the data settle nothing",
        };
        var junit = new Option<string?>("--junit") { Description = "Also write JUnit XML", HelpName = "FILE" };
        var github = new Option<bool>("--github")
        {
            Description = "Also write an annotation for GitHub Actions, to standard error",
        };
        SharedOptions.OneOf(test, "student", "wilcoxon");
        var command = new Command("gate", "A statistical pass or fail for CI: is the candidate no less consistent?");
        shared.AddTo(
            command,
            baseline,
            candidate,
            margin,
            superior,
            equivalent,
            alpha,
            test,
            inconclusiveOk,
            junit,
            github
        );
        command.Validators.Add(result =>
        {
            if (result.GetValue(superior) && result.GetValue(equivalent))
            {
                result.AddError("--superior and --equivalent exclude each other.");
            }
        });
        command.SetAction(
            (parsed, cancellationToken) =>
            {
                var better = parsed.GetValue(superior);
                return RunAsync(
                    shared.Read(parsed),
                    new GateRequest(
                        parsed.GetRequiredValue(baseline),
                        parsed.GetRequiredValue(candidate),
                        new GateOptions
                        {
                            Claim =
                                better ? GateClaim.Superiority
                                : parsed.GetValue(equivalent) ? GateClaim.Equivalence
                                : GateClaim.NonInferiority,
                            Margin = parsed.GetValue(margin) ?? (better ? 0 : 1.0),
                            Alpha = parsed.GetValue(alpha) ?? 0.05,
                            Test = parsed.GetValue(test) is "wilcoxon" ? GateTest.Wilcoxon : GateTest.Student,
                        },
                        parsed.GetValue(inconclusiveOk),
                        parsed.GetValue(junit),
                        parsed.GetValue(github)
                    ),
                    cancellationToken
                );
            }
        );
        return command;
    }

    private static async Task<int> RunAsync(SourceRequest source, GateRequest gate, CancellationToken cancellationToken)
    {
        (var input, var caution) = await CompareSource.OpenAsync(source, cancellationToken);
        using (input)
        {
            var decision = GateStage.Run(
                input,
                CompareSource.Match(source),
                gate.Baseline,
                gate.Candidate,
                gate.Options,
                cancellationToken
            );
            var passed =
                decision.Outcome == GateOutcome.Pass
                || (decision.Outcome == GateOutcome.Inconclusive && gate.InconclusiveOk);
            var text = source.Format switch
            {
                "json" => GateJson.Of(decision, passed, input.EncoderName),
                "csv" => GateCsv.Of(decision, passed, input.EncoderName),
                _ => GateTable.Render(decision, passed, input.EncoderName, caution, CompareSource.SurfaceOf(source)),
            };
            if (gate.JUnit is not null)
            {
                ResultOutput.ToFile(JUnitXml.Of(decision, passed), gate.JUnit);
            }

            ResultOutput.Write(text, source.Output);
            if (source.Format is not "table")
            {
                CompareSource.Warn(decision.Warnings);
            }

            if (gate.GitHub)
            {
                // The runner reads annotations from either stream; only standard error never mixes with results.
                Messages.Line(GitHubAnnotation.Of(decision, passed));
            }

            return passed ? ExitCode.Done : ExitCode.GateFailed;
        }
    }

    private sealed record GateRequest(
        string Baseline,
        string Candidate,
        GateOptions Options,
        bool InconclusiveOk,
        string? JUnit,
        bool GitHub
    );
}

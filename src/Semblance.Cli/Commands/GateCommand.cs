using System.CommandLine;
using Semblance.Cli.Ci;
using Semblance.Cli.Options;
using Semblance.Cli.Progress;
using Semblance.Cli.Tables;
using Semblance.Cli.Terminal;
using Semblance.Comparison;
using Semblance.Runs.Comparing;
using Semblance.Studies.Comparing;

namespace Semblance.Cli.Commands;

/// <summary><c>semblance gate</c>: may the candidate replace the baseline? The exit code says it.</summary>
internal static class GateCommand
{
    public const string Examples = """
        Examples:
          semblance gate scores.csv --baseline sdxl --candidate sdxl-turbo --margin 1.0
          semblance gate --baseline v1 --candidate v2 --superior       v2 must be more consistent
          semblance gate --baseline v1 --candidate v2 --equivalent     within the margin, either way
          semblance gate --baseline v1 --candidate v2 --variety        v2 must not be more uniform
          semblance gate --baseline v1 --candidate v2 --junit gate.xml --github

        Exit codes: 0 pass, 1 fail or inconclusive (with --inconclusive-ok only fail), 2 usage, 3 bad input
        """;

    public static Command Build(Messages messages)
    {
        var command = new Command("gate", "A statistical pass or fail for CI: is the candidate no less consistent?");
        var baseline = Required(command, "--baseline", "The model to compare with");
        var candidate = Required(command, "--candidate", "The model that passes or fails");
        var margin = command.Number("--margin", "Points of SCS that do not matter\n[default: 1.0; 0 with --superior]");
        var superior = command.Flag("--superior", "The candidate must be more consistent");
        var equivalent = command.Flag(
            "--equivalent",
            "The candidate must be as consistent, no more and no less (TOST)"
        );
        var variety = command.Flag(
            "--variety",
            "The candidate must not be more uniform: a high score is no good there"
        );
        var alpha = command.Number("--alpha", "Chance of a false pass\n[default: 0.05, one-sided]");
        var looks = command.Count<int>(
            "--looks",
            "Asked at most N times while prompts are added, all together at alpha [default: 1]"
        );
        var anytime = command.Flag("--anytime", "Asked whenever, all together at alpha; takes about twice the prompts");
        var test = command.OneOf(
            "--test",
            "Limits of the mean difference, or those of the signed-rank test",
            "student",
            "wilcoxon"
        );
        var inconclusiveOk = command.Flag("--inconclusive-ok", "Exit with 0 if the gate is inconclusive");
        var junit = command.Text("--junit", "Also write JUnit XML", "FILE");
        var github = command.Flag("--github", "Also write an annotation for GitHub Actions, to standard error");
        var page = new PageOptions(command);
        var shared = new SourceOptions(command);
        command.Validators.Add(result =>
        {
            if (new[] { superior, equivalent, variety }.Count(result.GetValue) > 1)
            {
                result.AddError("--superior, --equivalent and --variety exclude each other.");
            }
        });
        command.SetAction(
            async (parsed, cancellationToken) =>
            {
                var heard = shared.Heard(parsed, messages);
                var results = shared.Results(parsed);
                var junitFile = OutputFile.Of(junit, parsed, [.. shared.Read(parsed), results.File]);
                if (parsed.GetValue(junit) is OutputFile.StandardOutput)
                {
                    throw new UsageException("--junit takes a file; standard output is for the decision.");
                }

                var better = parsed.GetValue(superior);
                (var decision, var encoder, var caution, var content) = await GateStudy.RunAsync(
                    new GateRequest(
                        shared.Source(parsed),
                        parsed.GetRequiredValue(baseline),
                        parsed.GetRequiredValue(candidate),
                        new GateOptions
                        {
                            Claim =
                                better ? GateClaim.Superiority
                                : parsed.GetValue(equivalent) ? GateClaim.Equivalence
                                : parsed.GetValue(variety) ? GateClaim.Variety
                                : GateClaim.NonInferiority,
                            Margin = parsed.GetValue(margin) ?? (better ? 0 : 1.0),
                            Alpha = parsed.GetValue(alpha) ?? 0.05,
                            Looks = parsed.GetValue(looks) ?? 1,
                            Anytime = parsed.GetValue(anytime),
                            Test = parsed.GetValue(test) is "wilcoxon" ? GateTest.Wilcoxon : GateTest.Student,
                        }
                    )
                    {
                        ForReport = page.AreGiven(parsed, shared.Read(parsed)),
                    },
                    StudyView.Of(heard),
                    cancellationToken
                );
                var named = ClusterOptions.Named(decision.Warnings, decision.LookAlike);
                decision = decision with
                {
                    Warnings = ClusterOptions.Named(named, decision.AnotherLook, "--looks K or --anytime"),
                };
                var passed =
                    decision.Outcome == GateOutcome.Pass
                    || (decision.Outcome == GateOutcome.Inconclusive && parsed.GetValue(inconclusiveOk));
                if (junitFile is { } file)
                {
                    ResultOutput.ToFile(JUnitXml.Of(decision, passed), file);
                }

                if (content is not null)
                {
                    page.Write(parsed, content, heard, cancellationToken);
                }

                results.Write(
                    surface => GateTable.Render(decision, passed, encoder, caution, surface),
                    () => GateJson.Of(decision, passed, encoder),
                    () => GateCsv.Of(decision, passed, encoder)
                );
                heard.Warnings(results.IsTable ? [] : decision.Warnings);
                if (parsed.GetValue(github))
                {
                    // The runner reads annotations from either stream; only standard error never mixes with results.
                    heard.Command(GitHubAnnotation.Of(decision, passed));
                }

                return passed ? ExitCode.Done : ExitCode.GateFailed;
            }
        );
        return command;
    }

    private static Option<string> Required(Command command, string name, string description) =>
        command.Added(
            new Option<string>(name)
            {
                Description = description,
                HelpName = "NAME",
                Required = true,
            }.NotEmpty()
        );
}

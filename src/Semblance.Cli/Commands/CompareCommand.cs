using System.CommandLine;
using Semblance.Cli.Options;
using Semblance.Cli.Progress;
using Semblance.Cli.Tables;
using Semblance.Cli.Terminal;
using Semblance.Comparison;
using Semblance.Runs.Comparing;
using Semblance.Studies.Comparing;

namespace Semblance.Cli.Commands;

/// <summary><c>semblance compare</c>: is that model really more consistent?</summary>
internal static class CompareCommand
{
    public const string Examples = """
        Examples:
          semblance compare                              the models scored into ./semblance-run
          semblance compare scores.csv                   a table with model, prompt, scs (and encoder, seed_count)
          semblance compare images/                      images/<model>/<prompt>/<seed>.png, scored first
          semblance compare sdxl/ pixart/                two folders of prompts, scored first
          semblance compare vectors/                     embeddings, vectors/<model>/<prompt>.npy
          semblance compare lora.csv --strip-suffix "LoRA=in the style of TOK"
          semblance compare scores.csv --mode paper      the paper's own tests beside the right ones
          semblance compare scores.csv --format json     every statistic (schema semblance.comparison/1)
        """;

    public static Command Build(Messages messages)
    {
        var command = new Command(
            "compare",
            "Compare models, paired by prompt: which is more consistent, and how sure is that"
        );
        var models = command.Texts("--model", "Only these models, in this order (repeatable)", "NAME");
        var against = command.Text("--against", "Compare every other model with this one only", "NAME");
        var mode = command.OneOf(
            "--mode",
            "'paper' adds exactly the tests of arXiv 2404.08799, faults included",
            "corrected",
            "paper"
        );
        var perPrompt = command.Flag("--per-prompt", "Show the difference of every prompt");
        var level = command.Number("--level", "Level of the intervals\n[default: 0.95]");
        var human = command.Text(
            "--human",
            "A curve of votes (agreement --curve): how many people would see the difference",
            "CURVE.json"
        );
        var resamples = command.Count<int>(
            "--resamples",
            "How often the prompts are resampled [default: 10000]",
            least: 100
        );
        var seed = command.Count<ulong>(
            "--seed",
            "The same seed gives the same numbers, to the bit [default: 1]",
            least: 0
        );
        var page = new PageOptions(command);
        var shared = new SourceOptions(command);
        command.SetAction(
            async (parsed, cancellationToken) =>
            {
                var heard = shared.Heard(parsed, messages);
                var results = shared.Results(parsed);
                var source = shared.Source(parsed, models);
                var usual = new ComparisonOptions();
                (var result, var caution, var notKept, var content) = await CompareStudy.RunAsync(
                    new CompareRequest(
                        source,
                        usual with
                        {
                            Level = parsed.GetValue(level) ?? usual.Level,
                            Resamples = parsed.GetValue(resamples) ?? usual.Resamples,
                            Seed = parsed.GetValue(seed) ?? usual.Seed,
                            Threads = source.Threads,
                            Against = parsed.GetValue(against),
                            Paper = parsed.GetValue(mode) is "paper",
                        }
                    )
                    {
                        HumanCurve = parsed.GetValue(human),
                        ForReport = page.AreGiven(parsed, shared.Read(parsed)),
                    },
                    StudyView.Of(heard),
                    cancellationToken
                );
                if (content is not null)
                {
                    page.Write(parsed, content, heard, cancellationToken);
                }

                result = result with { Warnings = ClusterOptions.Named(result.Warnings, result.Report.LookAlike) };
                results.Write(
                    surface => ComparisonTable.Render(result, caution, parsed.GetValue(perPrompt), surface),
                    () => ComparisonJson.Of(result),
                    () => ComparisonCsv.Of(result)
                );
                heard.Warnings(results.IsTable ? [] : result.Warnings);
                if (notKept is not null)
                {
                    heard.Warning($"{notKept.Message} --format json -o FILE writes the same elsewhere.");
                }
            }
        );
        return command;
    }
}

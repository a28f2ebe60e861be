using System.CommandLine;
using Semblance.Cli.Tables;
using Semblance.Cli.Terminal;
using Semblance.Comparison;
using Semblance.Runs.Comparing;
using Semblance.Runs.Folder;

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

    public static Command Build()
    {
        var shared = new SharedOptions();
        var models = new Option<string[]>("--model")
        {
            Description = "Only these models, in this order (repeatable)",
            HelpName = "NAME",
        };
        var against = new Option<string?>("--against")
        {
            Description = "Compare every other model with this one only",
            HelpName = "NAME",
        };
        var mode = new Option<string>("--mode")
        {
            Description = "'paper' adds exactly the tests of arXiv 2404.08799, faults included",
            HelpName = "corrected|paper",
            DefaultValueFactory = _ => "corrected",
        };
        var perPrompt = new Option<bool>("--per-prompt") { Description = "Show the difference of every prompt" };
        var level = SharedOptions.Number("--level", "Level of the intervals\n[default: 0.95]");
        var resamples = SharedOptions.Whole("--resamples", "How often the prompts are drawn again", 10_000, 100);
        var seed = SharedOptions.Whole<ulong>("--seed", "The same seed gives the same numbers, to the bit", 1, 0);
        SharedOptions.OneOf(mode, "corrected", "paper");
        var command = new Command(
            "compare",
            "Compare models, paired by prompt: which is more consistent, and how sure is that"
        );
        shared.AddTo(command, models, against, mode, perPrompt, level, resamples, seed);
        command.SetAction(
            (parsed, cancellationToken) =>
                RunAsync(
                    shared.Read(parsed),
                    parsed.GetValue(models) ?? [],
                    new ComparisonOptions
                    {
                        Level = parsed.GetValue(level) ?? 0.95,
                        Resamples = parsed.GetValue(resamples),
                        Seed = parsed.GetValue(seed),
                        Threads = parsed.GetValue(shared.Threads) ?? 0,
                        Against = parsed.GetValue(against),
                        Paper = parsed.GetValue(mode) is "paper",
                    },
                    parsed.GetValue(perPrompt),
                    cancellationToken
                )
        );
        return command;
    }

    private static async Task<int> RunAsync(
        SourceRequest request,
        IReadOnlyList<string> models,
        ComparisonOptions options,
        bool perPrompt,
        CancellationToken cancellationToken
    )
    {
        (var input, var caution) = await CompareSource.OpenAsync(request, cancellationToken);
        using (input)
        {
            var result = CompareStage.Run(input, CompareSource.Match(request, models), options, cancellationToken);
            var text = request.Format switch
            {
                "json" => ComparisonJson.Of(result),
                "csv" => ComparisonCsv.Of(result),
                _ => ComparisonTable.Render(result, caution, perPrompt, CompareSource.SurfaceOf(request)),
            };
            ResultOutput.Write(text, request.Output);
            if (request.Format is not "table")
            {
                CompareSource.Warn(result.Warnings);
            }

            if (input.Run is { } run)
            {
                Keep(run, result);
            }
        }

        return ExitCode.Done;
    }

    /// <summary>Keeps every statistic in the run folder, where that can be written: the results are shown already.</summary>
    internal static void Keep(RunFolder run, CompareResult result)
    {
        try
        {
            CompareStage.Keep(run, result);
            Messages.Note($"every statistic is kept in {Path.Combine(run.Path, CompareStage.FileName)}");
        }
        catch (ResourceException error)
        {
            Messages.Warning($"{error.Message} --format json -o FILE writes the same elsewhere.");
        }
    }
}

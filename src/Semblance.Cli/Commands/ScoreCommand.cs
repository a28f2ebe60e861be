using System.CommandLine;
using Semblance.Cli.Options;
using Semblance.Cli.Progress;
using Semblance.Cli.Tables;
using Semblance.Cli.Terminal;
using Semblance.Consistency;
using Semblance.Runs.Scoring;
using Semblance.Studies.Scoring;

namespace Semblance.Cli.Commands;

/// <summary><c>semblance score</c>: images or embeddings in, scores out.</summary>
internal static class ScoreCommand
{
    public const string Examples = """
        Examples:
          semblance score images/                          <model>/<prompt>/<seed>.png, or <prompt>/<seed>.png
          semblance score images.csv --per-prompt          a table with path, model, prompt, seed
          semblance score vectors/                         embeddings made elsewhere, <model>/<prompt>.npy
          semblance score images/ --encoder builtin        no download; another scale than the paper's
          semblance score images/ --explain                medoid, outliers, near-duplicates of each set
          semblance score images/ --format csv > scores.csv
        """;

    public static Command Build(Messages messages)
    {
        var paths = new Argument<string[]>("PATH")
        {
            Description =
                "Image folders, tables (.csv .tsv .jsonl .parquet) or embeddings (.npy .safetensors .parquet)",
            Arity = ArgumentArity.OneOrMore,
        };
        var encoder = NewOption.Text(
            "--encoder",
            "Known name, folder, file or hub id; 'builtin' needs no download\n[default: clip-vit-base-patch32, the paper's]",
            "NAME"
        );
        var preprocessing = NewOption.Text(
            "--preprocessing",
            "Another recipe than the encoder's own: openai, hf, hf4, siglip, dinov2",
            "RECIPE"
        );
        NewOption.Restrict(preprocessing, "openai", "hf", "hf4", "siglip", "dinov2");
        var run = NewOption.Run("Run folder, where embeddings are kept");
        var results = new ResultOptions("scores");
        var perPrompt = NewOption.Flag("--per-prompt", "Show every prompt");
        var explain = NewOption.Flag("--explain", "For each set: typical image, outliers, near-duplicates");
        var alignment = NewOption.Flag("--alignment", "Also how similar the images are to their prompt's text");
        var prompts = NewOption.Text("--prompts", "A file with the raw prompts, matched to the folder names", "FILE");
        var skipBad = NewOption.Flag("--skip-bad", "Score what can be read and list the rest");
        var maxPixels = NewOption.Count<long>("--max-pixels", "Refuse new images with more pixels");
        var maxBytes = NewOption.Count<long>("--max-bytes", "Refuse new image files with more bytes");
        var threads = NewOption.Threads();
        var yes = NewOption.Yes();
        var offline = NewOption.Offline();
        var quiet = NewOption.Quiet();
        var command = new Command("score", "Score images or embeddings: consistency of each set and of each model")
        {
            paths,
            encoder,
            preprocessing,
            run,
            results.Format,
            results.Output,
            perPrompt,
            explain,
            alignment,
            prompts,
            skipBad,
            maxPixels,
            maxBytes,
            threads,
            yes,
            offline,
            quiet,
        };
        NewOption.RefuseMistyped(paths, command);
        command.SetAction(
            async (parsed, cancellationToken) =>
            {
                var heard = messages with { Quiet = parsed.GetValue(quiet) };
                var outcome = await ScoreStudy.RunAsync(
                    new ScoreRequest(parsed.GetRequiredValue(paths))
                    {
                        Encoder = parsed.GetValue(encoder),
                        Preprocessing = parsed.GetValue(preprocessing),
                        Run = parsed.GetRequiredValue(run),
                        Explain = parsed.GetValue(explain),
                        Alignment = parsed.GetValue(alignment),
                        Prompts = parsed.GetValue(prompts),
                        SkipBad = parsed.GetValue(skipBad),
                        MaxPixels = parsed.GetValue(maxPixels),
                        MaxBytes = parsed.GetValue(maxBytes),
                        Threads = parsed.GetValue(threads) ?? 0,
                    },
                    StudyView.Of(heard, parsed.GetValue(yes), parsed.GetValue(offline)),
                    cancellationToken
                );
                results
                    .Read(parsed)
                    .Write(
                        surface =>
                            ScoreTable.Render(
                                outcome.Report,
                                outcome.Caution,
                                parsed.GetValue(perPrompt),
                                parsed.GetValue(explain),
                                surface
                            ),
                        () => ScoreJson.Of(outcome.Report),
                        () => ScoreCsv.Of(outcome.Report)
                    );
                WarnOfLowNorms(heard, outcome.Report);
                return ExitCode.Done;
            }
        );
        return command;
    }

    private static void WarnOfLowNorms(Messages messages, ScoreReport report)
    {
        var low = report.Sets.Count(set => set.Flags.Contains("low_norm"));
        if (low > 0)
        {
            messages.Warning(
                $"{low} of {Figures.Count(report.Sets.Count, "set")} {(low == 1 ? "holds" : "hold")} gray images whose embeddings have no clear direction [low_norm]; "
                    + "such scores mean little"
            );
        }
    }
}

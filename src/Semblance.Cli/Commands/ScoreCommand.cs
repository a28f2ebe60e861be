using System.CommandLine;
using Semblance.Cli.Commands.Models;
using Semblance.Wording;

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

    public static Command Build()
    {
        var paths = new Argument<string[]>("PATH")
        {
            Description =
                "Image folders, tables (.csv .tsv .jsonl .parquet) or embeddings (.npy .safetensors .parquet)",
            Arity = ArgumentArity.OneOrMore,
        };
        var encoder = new Option<string?>("--encoder")
        {
            Description =
                "Known name, folder, file or hub id; 'builtin' needs no download\n[default: clip-vit-base-patch32, the paper's]",
            HelpName = "NAME",
        };
        var preprocessing = new Option<string?>("--preprocessing")
        {
            Description = "Another recipe than the encoder's own: openai, hf, hf4, siglip, dinov2",
            HelpName = "RECIPE",
        };
        var run = new Option<string>("--run")
        {
            Description = "Run folder, where embeddings are kept",
            HelpName = "DIR",
            DefaultValueFactory = _ => ScoreRequest.DefaultRun,
        };
        var format = new Option<string>("--format")
        {
            Description = "How the scores are written",
            HelpName = "table|json|csv",
            DefaultValueFactory = _ => "table",
        };
        var output = new Option<string?>("--output", "-o")
        {
            Description = "A file for the scores instead of standard output",
            HelpName = "FILE",
        };
        var perPrompt = new Option<bool>("--per-prompt") { Description = "Show every prompt" };
        var explain = new Option<bool>("--explain")
        {
            Description = "For each set: typical image, outliers, near-duplicates",
        };
        var alignment = new Option<bool>("--alignment")
        {
            Description = "Also how much the images are like their prompt's text",
        };
        var prompts = new Option<string?>("--prompts")
        {
            Description = "A file with the raw prompts, matched to the folder names",
            HelpName = "FILE",
        };
        var skipBad = new Option<bool>("--skip-bad") { Description = "Score what can be read and list the rest" };
        var maxPixels = SharedOptions.Count<long>("--max-pixels", "Refuse new images with more pixels");
        var maxBytes = SharedOptions.Count<long>("--max-bytes", "Refuse new image files with more bytes");
        var threads = SharedOptions.Count<int>("--threads", "Threads to use; all cores by default");
        var yes = ModelsCommand.Yes();
        var offline = ModelsCommand.Offline();
        var quiet = new Option<bool>("--quiet", "-q") { Description = "No progress and no warnings on standard error" };
        format.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: not ("table" or "json" or "csv") and string given }])
            {
                result.AddError($"Option '--format' takes table, json or csv, not '{given}'.");
            }
        });
        SharedOptions.OneOf(preprocessing, "openai", "hf", "hf4", "siglip", "dinov2");

        var command = new Command("score", "Score images or embeddings: consistency of each set and of each model")
        {
            paths,
            encoder,
            preprocessing,
            run,
            format,
            output,
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
        paths.Validators.Add(result =>
        {
            foreach (var path in result.Tokens.Select(token => token.Value))
            {
                // A mistyped option would otherwise be taken for a path.
                if (path.StartsWith('-') && !Path.Exists(path))
                {
                    result.AddError(
                        $"There is no option '{path}'.{SimilarNames.Hint(path, command.Options.Select(option => option.Name))}"
                    );
                }
            }
        });
        command.SetAction(
            (parsed, cancellationToken) =>
                ScoreRun.RunAsync(
                    new ScoreRequest(
                        Paths: parsed.GetRequiredValue(paths),
                        Encoder: parsed.GetValue(encoder),
                        Preprocessing: parsed.GetValue(preprocessing),
                        Run: parsed.GetRequiredValue(run),
                        Format: parsed.GetRequiredValue(format),
                        Output: parsed.GetValue(output),
                        PerPrompt: parsed.GetValue(perPrompt),
                        Explain: parsed.GetValue(explain),
                        Alignment: parsed.GetValue(alignment),
                        Prompts: parsed.GetValue(prompts),
                        SkipBad: parsed.GetValue(skipBad),
                        MaxPixels: parsed.GetValue(maxPixels),
                        MaxBytes: parsed.GetValue(maxBytes),
                        Threads: parsed.GetValue(threads),
                        Quiet: parsed.GetValue(quiet),
                        Yes: parsed.GetValue(yes),
                        Offline: parsed.GetValue(offline)
                    ),
                    cancellationToken
                )
        );
        return command;
    }
}

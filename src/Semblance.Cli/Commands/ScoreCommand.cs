using System.CommandLine;

namespace Semblance.Cli.Commands;

/// <summary><c>semblance score</c>: images or embeddings in, scores out.</summary>
internal static class ScoreCommand
{
    public const string Examples = """
        Examples:
          semblance score images/                          <model>/<prompt>/<seed>.png, or <prompt>/<seed>.png
          semblance score images.csv --per-prompt          a table with path, model, prompt, seed
          semblance score vectors.npy                      embeddings made elsewhere
          semblance score images/ --encoder builtin        no download; another scale than the paper's
          semblance score images/ --explain                medoid, outliers, near-duplicates of each set
          semblance score images/ --format csv > scores.csv
        """;

    public static Command Build()
    {
        Argument<string[]> paths = new("PATH")
        {
            Description =
                "Image folders, tables (.csv .tsv .jsonl .parquet) or embeddings (.npy .safetensors .parquet)",
            Arity = ArgumentArity.OneOrMore,
        };
        Option<string> encoder = new("--encoder")
        {
            Description =
                "A known name, a folder, a file, or a hub id in the local Hugging Face cache; 'builtin' needs no download",
            HelpName = "NAME",
            DefaultValueFactory = _ => ScoreOptions.PaperEncoder,
        };
        Option<string?> preprocessing = new("--preprocessing")
        {
            Description = "Another recipe than the encoder's own: openai, hf, hf4, siglip, dinov2",
            HelpName = "RECIPE",
        };
        Option<string> run = new("--run")
        {
            Description = "The run folder, where embeddings are kept for the next time",
            HelpName = "DIR",
            DefaultValueFactory = _ => ScoreOptions.DefaultRun,
        };
        Option<string> format = new("--format")
        {
            Description = "How the scores are written",
            HelpName = "table|json|csv",
            DefaultValueFactory = _ => "table",
        };
        Option<string?> output = new("--output", "-o")
        {
            Description = "A file for the scores instead of standard output",
            HelpName = "FILE",
        };
        Option<bool> perPrompt = new("--per-prompt") { Description = "Show every prompt" };
        Option<bool> explain = new("--explain")
        {
            Description = "For each set: most typical image, outliers, pairs that are the same picture",
        };
        Option<bool> alignment = new("--alignment")
        {
            Description = "Also how much the images are like their prompt's text (needs raw prompts and a text tower)",
        };
        Option<string?> prompts = new("--prompts")
        {
            Description = "A file with the raw prompts, matched to the folder names",
            HelpName = "FILE",
        };
        Option<bool> skipBad = new("--skip-bad") { Description = "Score what can be read and list the rest" };
        Option<long?> maxPixels = new("--max-pixels")
        {
            Description = "Refuse images with more pixels than this",
            HelpName = "N",
        };
        Option<long?> maxBytes = new("--max-bytes")
        {
            Description = "Refuse image files with more bytes than this",
            HelpName = "N",
        };
        Option<int?> threads = new("--threads")
        {
            Description = "Threads to use; all cores by default",
            HelpName = "N",
        };
        Option<bool> quiet = new("--quiet", "-q") { Description = "No progress and no warnings on standard error" };
        format.AcceptOnlyFromAmong("table", "json", "csv");
        RejectBelowOne(maxPixels);
        RejectBelowOne(maxBytes);
        threads.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && result.GetValueOrDefault<int?>() < 1)
            {
                result.AddError("Option '--threads' takes a number of at least 1.");
            }
        });

        Command command = new("score", "Score images or embeddings: consistency of each set and of each model")
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
            quiet,
        };
        command.SetAction(
            (parsed, cancellationToken) =>
                ScoreRun.RunAsync(
                    new ScoreOptions(
                        Paths: parsed.GetRequiredValue(paths),
                        Encoder: parsed.GetRequiredValue(encoder),
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
                        Quiet: parsed.GetValue(quiet)
                    ),
                    cancellationToken
                )
        );
        return command;
    }

    private static void RejectBelowOne(Option<long?> option) =>
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && result.GetValueOrDefault<long?>() < 1)
            {
                result.AddError($"Option '{option.Name}' takes a number of at least 1.");
            }
        });
}

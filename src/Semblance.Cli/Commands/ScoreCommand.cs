using System.CommandLine;
using Semblance.Cli.Options;
using Semblance.Cli.Progress;
using Semblance.Cli.Tables;
using Semblance.Cli.Terminal;
using Semblance.Cluster.Objects;
using Semblance.Consistency;
using Semblance.Models.Checkpoints;
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
          semblance score images.zip                       an archive as it is, not unpacked
          semblance score outputs/ --prompt-from png-text  images of ComfyUI, A1111 and others, by their own texts
          semblance score vectors/                         embeddings made elsewhere, <model>/<prompt>.npy
          semblance score images/ --encoder builtin        no download; another scale than the paper's
          semblance score images/ --encoder clip-vit-base-patch32 --encoder dinov2-base   one decode for both
          semblance score images/ --explain                medoid, outliers, near-duplicates of each set
          semblance score images/ --shard 0/8              embed an eighth; score when all have ended
          semblance score s3://bucket/images               images in a bucket, each brought when it is its turn
          semblance score images/ --format csv > scores.csv
        """;

    public static Command Build(Messages messages)
    {
        var command = new Command("score", "Score images or embeddings: consistency of each set and of each model");
        var paths = command.Paths(
            "Image folders (also s3://BUCKET/PREFIX), .zip archives, tables (.csv .tsv .jsonl .parquet) or embeddings (.npy .safetensors .parquet)",
            ArgumentArity.OneOrMore
        );
        var encoder = command.Texts(
            "--encoder",
            "Known name, folder, file or hub id (repeatable: images are decoded once); 'builtin' needs no download\n[default: clip-vit-base-patch32, the paper's]",
            "NAME"
        );
        var preprocessing = command
            .Text("--preprocessing", "Another recipe than the encoder's own: openai, hf, hf4, siglip, dinov2", "RECIPE")
            .Restrict("openai", "hf", "hf4", "siglip", "dinov2");
        var run = command.Run("Run folder, where embeddings are kept");
        var shard = command.Shard("Embed only a part of the images, and score nothing");
        var mirror = new MirrorOption(command);
        var cacheSize = command.CacheSize();
        var results = new ResultOptions(command, "scores");
        var perPrompt = command.Flag("--per-prompt", "Show every prompt");
        var explain = command.Flag("--explain", "For each set: typical image, outliers, near-duplicates");
        var alignment = command.Flag("--alignment", "Also how similar the images are to their prompt's text");
        var prompts = command.Text("--prompts", "A file with the raw prompts, matched to the folder names", "FILE");
        var promptFrom = command
            .Text("--prompt-from", "png-text: prompt, seed and model as the images' own texts say", "WHAT")
            .Restrict("png-text");
        var columns = command.Columns();
        var clusters = new ClusterOptions(command);
        var skipBad = command.Flag("--skip-bad", "Score what can be read and list the rest");
        var maxPixels = command.Count<long>("--max-pixels", "Refuse new images with more pixels");
        var maxBytes = command.Count<long>("--max-bytes", "Refuse new image files with more bytes");
        var maxMemory = command.Memory();
        var noMapping = command.NoMapping();
        var device = new DeviceOptions(command);
        var threads = command.Threads();
        var yes = command.Yes();
        var offline = command.Offline();
        var quiet = command.Quiet();
        command.SetAction(
            async (parsed, cancellationToken) =>
            {
                WeightMapping.IsOn = !parsed.GetValue(noMapping);
                var heard = messages with { Quiet = parsed.GetValue(quiet) };
                var written = results.Read(
                    parsed,
                    [.. parsed.GetRequiredValue(paths), parsed.GetRequiredValue(run), parsed.GetValue(prompts)]
                );
                var place = device.Read(parsed, heard);
                var request = new ScoreRequest(parsed.GetRequiredValue(paths))
                {
                    Encoders = parsed.GetValue(encoder) ?? [],
                    Preprocessing = parsed.GetValue(preprocessing),
                    Run = parsed.GetRequiredValue(run),
                    Explain = parsed.GetValue(explain),
                    Alignment = parsed.GetValue(alignment),
                    Prompts = parsed.GetValue(prompts),
                    PromptsFromImages = parsed.GetValue(promptFrom) is not null,
                    Columns = columns.Read(parsed),
                    Clusters = clusters.Read(parsed, parsed.GetRequiredValue(paths), columns.Read(parsed)),
                    SkipBad = parsed.GetValue(skipBad),
                    MaxPixels = parsed.GetValue(maxPixels),
                    MaxBytes = parsed.GetValue(maxBytes),
                    MaxMemory = parsed.GetValue(maxMemory),
                    Device = place.Devices[0],
                    FurtherDevices = [.. place.Devices.Skip(1)],
                    Precision = place.Precision,
                    Threads = parsed.GetValue(threads) ?? 0,
                };
                var host = StudyView.Of(heard, parsed.GetValue(yes), parsed.GetValue(offline));
                var part = shard.Read(parsed);
                return await mirror.RunAsync(
                    parsed,
                    request.Run,
                    MirrorPart.Embeddings | (part is null ? MirrorPart.Results : default),
                    host,
                    (mirrored, stop) =>
                        BucketInputs.RunAsync(
                            request.Paths,
                            mirror.Settings(parsed),
                            request.Run,
                            parsed.GetValue(cacheSize) ?? BucketInputs.UsualBytes,
                            mirrored,
                            async (folders, found, ending) =>
                            {
                                var own = request with { Paths = folders };
                                if (part is { } one)
                                {
                                    await ScoreStudy.EmbedAsync(own, one, found, ending);
                                }
                                else
                                {
                                    Tell(await ScoreStudy.RunAsync(own, found, ending));
                                }

                                return ExitCode.Done;
                            },
                            stop
                        ),
                    cancellationToken
                );

                void Tell(ScoreOutcome outcome)
                {
                    written.Write(
                        surface =>
                            string.Join(
                                '\n',
                                outcome.Encoders.Select(own =>
                                    ScoreTable.Render(
                                        own.Report,
                                        own.Caution,
                                        parsed.GetValue(perPrompt),
                                        parsed.GetValue(explain),
                                        surface
                                    )
                                )
                            ),
                        () => ScoreJson.Of(outcome.Report, [.. outcome.Encoders.Skip(1).Select(own => own.Report)]),
                        () => ScoreCsv.Of([.. outcome.Encoders.Select(own => own.Report)])
                    );
                    foreach (var own in outcome.Encoders)
                    {
                        WarnOfLowNorms(heard, own.Report);
                    }
                }
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

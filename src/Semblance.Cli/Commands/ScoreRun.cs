using Semblance.Cli.Commands.Models;
using Semblance.Cli.Progress;
using Semblance.Cli.Terminal;
using Semblance.Consistency;
using Semblance.Imaging;
using Semblance.Models.Catalog;
using Semblance.Models.Encoders;
using Semblance.Runs.Embedding;
using Semblance.Runs.Folder;
using Semblance.Runs.Generating;
using Semblance.Runs.Inputs;
using Semblance.Runs.Scoring;

namespace Semblance.Cli.Commands;

/// <summary>The walk of <c>semblance score</c>: read, open, embed, score, show.</summary>
internal static class ScoreRun
{
    /// <summary>How many left-out files are named one by one; the JSON has them all.</summary>
    private const int NamedFiles = 10;

    public static async Task<int> RunAsync(ScoreRequest request, CancellationToken cancellationToken)
    {
        Messages.Quiet = request.Quiet;
        (var report, _, var caution) = await ScoreAsync(request, cancellationToken);
        var results = request.Format switch
        {
            "json" => ScoreJson.Of(report),
            "csv" => ScoreCsv.Of(report),
            _ => Tables.ScoreTable.Render(report, caution, request.PerPrompt, request.Explain, SurfaceOf(request)),
        };
        ResultOutput.Write(results, request.Output);
        WarnOfLowNorms(report);
        return ExitCode.Done;
    }

    /// <summary>Everything but the showing.</summary>
    /// <returns>The report, what was scored, and the caution of the encoder, which belongs beside every number.</returns>
    public static async Task<(ScoreReport Report, ScoreInput Input, string? Caution)> ScoreAsync(
        ScoreRequest request,
        CancellationToken cancellationToken
    )
    {
        var settings = new ScoreSettings(
            request.Explain,
            request.Alignment,
            new Threads(request.Threads ?? 0, cancellationToken)
        )
        {
            SkipBad = request.SkipBad,
        };
        switch (InputReader.Read(request.Paths))
        {
            case EmbeddingInput embeddings:
                RejectImageOptions(request);
                if (request.Run != ScoreRequest.DefaultRun)
                {
                    Messages.Warning(
                        $"--run {request.Run} is not used: ready embeddings are scored as they are, and nothing of them is kept"
                    );
                }

                var report = ScoreStage.Run(embeddings, settings);
                if (embeddings.Rounded)
                {
                    Messages.Warning(
                        "vectors in double precision are rounded to single precision, which moves a score by at most 0.00002"
                    );
                }

                WarnOfSkipped(report);
                return (report, embeddings, null);
            case ImageInput images:
                if (request.Prompts is not null)
                {
                    images = images.WithPrompts(await PromptFile.ReadAsync(request.Prompts, cancellationToken));
                }

                return await ScoreImagesAsync(request, images, settings, cancellationToken);
            default:
                throw new InvalidOperationException("An input is images or embeddings.");
        }
    }

    private static async Task<(ScoreReport Report, ScoreInput Input, string? Caution)> ScoreImagesAsync(
        ScoreRequest request,
        ImageInput images,
        ScoreSettings settings,
        CancellationToken cancellationToken
    )
    {
        var limits = new ImageLimits();
        limits = limits with
        {
            MaxPixels = request.MaxPixels ?? limits.MaxPixels,
            MaxBytes = request.MaxBytes ?? limits.MaxBytes,
        };
        var name = request.Encoder ?? EncoderCatalog.Default;
        await ModelFetch.EncoderAsync(name, new FetchConsent(request.Yes, request.Offline), cancellationToken);
        using var encoder = EncoderCatalog.Open(
            name,
            new EncoderOptions
            {
                Preprocessing = request.Preprocessing,
                Threads = request.Threads ?? 0,
                Limits = limits,
            }
        );
        if (request.Alignment)
        {
            PromptAlignment.Check(images, encoder);
        }

        var run = new RunFolder(request.Run, Messages.Warning);
        var options = new EmbedOptions(request.SkipBad, Threads: request.Threads ?? 0)
        {
            MaxFileBytes = limits.MaxBytes,
            PromptsAreRaw = images.PromptsAreRaw,
            Bad = images.Bad,
            Empty = images.Empty,
        };
        using var embedded = await ProgressView.RunAsync(
            "embedding",
            report =>
                EmbedStage.RunAsync(
                    run,
                    encoder,
                    images.Rows,
                    options with
                    {
                        Progress = new Progress(report),
                    },
                    cancellationToken
                )
        );
        var bad = Enumerable.Range(0, images.Rows.Count).Count(row => !embedded.Has(row));
        Messages.Note(EmbeddingNote(images.Rows.Count, bad, embedded.Embedded, request.Run));
        var scores = ScoreStage.Run(embedded, settings, encoder);
        var others = ScoreStage.Keep(run, scores);
        if (others > 0)
        {
            Messages.Note(
                $"{Path.Combine(request.Run, "scores.csv")} also keeps {Figures.Count(others, "prompt")} of the same models, scored before"
            );
        }

        WarnOfSkipped(scores);
        return (scores, images, encoder.Caution);
    }

    /// <summary>What was done with the images.</summary>
    /// <param name="images">All that were given.</param>
    /// <param name="bad">How many of them cannot be used.</param>
    /// <param name="embedded">How many went through the network now.</param>
    /// <param name="run">Where the embeddings are kept.</param>
    internal static string EmbeddingNote(int images, int bad, int embedded, string run)
    {
        var good = images - bad;
        var done = (good, embedded) switch
        {
            (0, 0) => "nothing to embed",
            (1, 0) => $"embedded before in {run}",
            (_, 0) => $"all embedded before in {run}",
            _ => $"{Figures.Count(embedded)} embedded now and kept in {run}",
        };
        return $"{Figures.Count(good, "image")}, {done}"
            + (bad > 0 ? $"; {Figures.Count(bad, "bad file")} left out" : "");
    }

    private static void RejectImageOptions(ScoreRequest request)
    {
        (string Name, bool Given)[] options =
        [
            ("--encoder", request.Encoder is not null),
            ("--preprocessing", request.Preprocessing is not null),
            ("--prompts", request.Prompts is not null),
        ];
        foreach ((var name, var given) in options)
        {
            if (given)
            {
                throw new UsageException($"{name} is for images; ready embeddings are scored as they are.");
            }
        }
    }

    private static Surface SurfaceOf(ScoreRequest request) =>
        request.Output is null ? Surface.OfStandardOutput() : new Surface(80, Colour: false, Unicode: false);

    private static void WarnOfSkipped(ScoreReport report)
    {
        foreach (var file in report.Skipped.Take(NamedFiles))
        {
            Messages.Warning($"left out {file.Path}: {file.Reason}");
        }

        if (report.Skipped.Count > NamedFiles)
        {
            Messages.Warning(
                $"and {Figures.Count(report.Skipped.Count - NamedFiles, "more file")} left out; `score --format json` lists them all"
            );
        }
    }

    private static void WarnOfLowNorms(ScoreReport report)
    {
        var low = report.Sets.Count(set => set.Flags.Contains("low_norm"));
        if (low > 0)
        {
            Messages.Warning(
                $"{low} of {Figures.Count(report.Sets.Count, "set")} {(low == 1 ? "holds" : "hold")} gray pictures in which the encoder sees nothing [low_norm]; "
                    + "such scores mean little"
            );
        }
    }

    // Told on the worker's thread: System.Progress would post it to the pool, out of order.
    private sealed class Progress(Action<int, int> report) : IProgress<EmbedProgress>
    {
        public void Report(EmbedProgress value) => report(value.Done, value.Total);
    }
}

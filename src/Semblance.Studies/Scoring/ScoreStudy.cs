using Semblance.Consistency;
using Semblance.Imaging;
using Semblance.Imaging.Formats;
using Semblance.Models.Catalog;
using Semblance.Models.Encoders;
using Semblance.Runs.Comparing;
using Semblance.Runs.Embedding;
using Semblance.Runs.Folder;
using Semblance.Runs.Inputs;
using Semblance.Runs.Scoring;
using Semblance.Runs.Sharding;
using Semblance.Studies.Fetching;
using Semblance.Wording;

namespace Semblance.Studies.Scoring;

/// <summary>What a <see cref="ScoreStudy"/> found.</summary>
/// <param name="Report">The scores.</param>
/// <param name="Input">What was scored.</param>
/// <param name="Run">Where it is kept; null for ready embeddings, which are not kept.</param>
/// <param name="Caution">The encoder's (<see cref="IImageEncoder.Caution"/>), which belongs beside every number.</param>
public sealed record ScoreOutcome(ScoreReport Report, ScoreInput Input, RunFolder? Run, string? Caution)
{
    /// <summary>The scores as a comparison takes them.</summary>
    public CompareInput ToCompare() =>
        Input switch
        {
            ImageInput images => CompareInput.Of(Run!, Report, images),
            EmbeddingInput embeddings => CompareInput.Of(Report, embeddings),
            _ => throw new InvalidOperationException("An input is images or embeddings."),
        };
}

/// <summary>Read, open the encoder, embed, score, keep.</summary>
public static class ScoreStudy
{
    /// <summary>Reads, embeds and scores what the request names.</summary>
    /// <exception cref="UsageException">Settings that do not go together, or an unknown encoder.</exception>
    /// <exception cref="InputException">Bad files, all of them listed, or no set with two usable images.</exception>
    /// <exception cref="ResourceException">The encoder is not available, or the run folder cannot be written.</exception>
    public static async Task<ScoreOutcome> RunAsync(
        ScoreRequest request,
        StudyHost host,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(host);
        var settings = new ScoreSettings(
            request.Explain,
            request.Alignment,
            new Threads(request.Threads, cancellationToken)
        )
        {
            SkipBad = request.SkipBad,
        };
        var outcome = await ReadAsync(request, cancellationToken) switch
        {
            EmbeddingInput embeddings => ScoreEmbeddings(request, embeddings, settings, host),
            ImageInput images => await ScoreImagesAsync(request, images, settings, host, cancellationToken),
            _ => throw new InvalidOperationException("An input is images or embeddings."),
        };
        if (outcome.Report.Skipped.Count > 0)
        {
            host.LeftOut(outcome.Report.Skipped);
        }

        return outcome;
    }

    /// <summary>Embeds the images of a shard, and scores nothing: that is left to a run without shards, which finds the embeddings.</summary>
    /// <param name="request">What to embed, and the run folder that all shards share.</param>
    /// <param name="shard">Whose images.</param>
    /// <param name="host">Receives messages.</param>
    /// <param name="cancellationToken">What is finished is kept.</param>
    /// <exception cref="UsageException">Ready embeddings, or as <see cref="RunAsync"/>.</exception>
    /// <exception cref="InputException">As <see cref="RunAsync"/>.</exception>
    /// <exception cref="ResourceException">As <see cref="RunAsync"/>, or the run folder cannot be shared.</exception>
    public static async Task EmbedAsync(
        ScoreRequest request,
        Shard shard,
        StudyHost host,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(host);
        await EmbedAsync(
            request,
            await ReadAsync(request, cancellationToken) as ImageInput
                ?? throw new UsageException("Ready embeddings are scored as they are, and have no shards."),
            shard,
            host,
            cancellationToken
        );
    }

    internal static async Task EmbedAsync(
        ScoreRequest request,
        ImageInput images,
        Shard shard,
        StudyHost host,
        CancellationToken cancellationToken
    )
    {
        var run = new RunFolder(request.Run, host.Warning);
        using var encoder = await OpenAsync(request, host, cancellationToken);
        using var embedded = await EmbedAsync(request, images, run, encoder, shard, host, cancellationToken);
        host.Note($"shard {shard}: {NoteOf(embedded, request.Run)}");
    }

    /// <summary>What the request names to be scored.</summary>
    private static async Task<ScoreInput> ReadAsync(ScoreRequest request, CancellationToken cancellationToken)
    {
        if (request.PromptsFromImages && request.Prompts is not null)
        {
            throw new UsageException("The prompts are either in the images or in a file; choose one.");
        }

        TableColumns.Require(
            request.Columns,
            request.Prompts is null ? request.Paths : [.. request.Paths, request.Prompts]
        );
        return InputReader.Read(request.Paths, request.Columns, request.PromptsFromImages) switch
        {
            ImageInput images when request.PromptsFromImages => images.WithTexts(ImageTexts.Read),
            ImageInput images when request.Prompts is { } file => images.WithPrompts(
                await PromptFile.ReadAsync(file, request.Columns, cancellationToken)
            ),
            var input => input,
        };
    }

    private static ScoreOutcome ScoreEmbeddings(
        ScoreRequest request,
        EmbeddingInput embeddings,
        ScoreSettings settings,
        StudyHost host
    )
    {
        (RemedyKind Kind, string Name, bool Given)[] ofImages =
        [
            (RemedyKind.NoEncoder, "an encoder", request.Encoder is not null),
            (RemedyKind.NoPreprocessing, "a preprocessing recipe", request.Preprocessing is not null),
            (RemedyKind.NoPromptsFile, "a file of prompts", request.Prompts is not null),
            (RemedyKind.NoPromptsFromImages, "taking prompts from images", request.PromptsFromImages),
        ];
        // Files that cannot be read are what is wrong first.
        if (embeddings.Sets.Count > 0 && Array.Find(ofImages, setting => setting.Given) is { Given: true } odd)
        {
            throw new UsageException(
                $"{embeddings.Source} holds ready embeddings, which are scored as they are; {odd.Name} is for images."
            )
            {
                Remedies = [new Remedy(odd.Kind)],
            };
        }

        if (request.Run != ScoreRequest.DefaultRun)
        {
            host.Warning(
                $"the run folder {request.Run} is not used: ready embeddings are scored as they are, and nothing is kept"
            );
        }

        var report = ScoreStage.Run(embeddings, settings);
        Warn(report, null, host);
        foreach (var note in embeddings.Notes)
        {
            host.Warning(note.TrimEnd('.'));
        }

        if (embeddings.Rounded)
        {
            host.Warning(
                "vectors in double precision are rounded to single precision, which moves a score by at most 0.00002"
            );
        }

        return new ScoreOutcome(report, embeddings, Run: null, Caution: null);
    }

    private static async Task<ScoreOutcome> ScoreImagesAsync(
        ScoreRequest request,
        ImageInput images,
        ScoreSettings settings,
        StudyHost host,
        CancellationToken cancellationToken
    )
    {
        if (images.Ignored.Count > 0)
        {
            var kinds = images.Ignored.OrderBy(kind => kind.Key, StringComparer.Ordinal);
            host.Note(
                $"ignored files that are not images: {string.Join(", ", kinds.Select(kind => $"{kind.Value} {kind.Key}"))}"
            );
        }

        using var encoder = await OpenAsync(request, host, cancellationToken);
        if (request.Alignment)
        {
            PromptAlignment.Check(images, encoder);
        }

        var run = new RunFolder(request.Run, host.Warning);
        using var embedded = await EmbedAsync(request, images, run, encoder, null, host, cancellationToken);
        host.Note(NoteOf(embedded, request.Run));
        var scores = ScoreStage.Run(embedded, settings, encoder);
        Warn(scores, request.Alignment ? encoder : null, host);
        var others = Keep(run, scores, embedded, host);
        if (others > 0)
        {
            host.Note(
                $"{Path.Combine(request.Run, "scores.csv")} also keeps {Plural.Of(others, "prompt")} of the same models, scored before"
            );
        }

        return new ScoreOutcome(scores, images, run, encoder.Caution);
    }

    private static async Task<IImageEncoder> OpenAsync(
        ScoreRequest request,
        StudyHost host,
        CancellationToken cancellationToken
    )
    {
        var name = request.Encoder ?? EncoderCatalog.Default;
        await ModelFetch.EncoderAsync(name, host, cancellationToken);
        return EncoderCatalog.Open(
            name,
            new EncoderOptions
            {
                Preprocessing = request.Preprocessing,
                Threads = request.Threads,
                Limits = LimitsOf(request),
                HubCache = host.Hub?.CacheFolder,
            }
        );
    }

    private static ImageLimits LimitsOf(ScoreRequest request)
    {
        var usual = new ImageLimits();
        return usual with
        {
            MaxPixels = request.MaxPixels ?? usual.MaxPixels,
            MaxPixelsWhole = request.MaxPixels ?? usual.MaxPixelsWhole,
            Memory = request.MaxMemory is { } bytes ? new MemoryBudget(bytes) : usual.Memory,
            MaxBytes = request.MaxBytes ?? usual.MaxBytes,
        };
    }

    private static Task<EmbedResult> EmbedAsync(
        ScoreRequest request,
        ImageInput images,
        RunFolder run,
        IImageEncoder encoder,
        Shard? shard,
        StudyHost host,
        CancellationToken cancellationToken
    ) =>
        host.StageAsync(
            new StudyStage("embedding", StageUnit.Images),
            report =>
                EmbedStage.RunAsync(
                    run,
                    encoder,
                    images,
                    new EmbedOptions(request.SkipBad, new Progress(report), request.Threads)
                    {
                        MaxFileBytes = LimitsOf(request).MaxBytes,
                        Shard = shard,
                    },
                    cancellationToken
                )
        );

    private static string NoteOf(EmbedResult embedded, string run)
    {
        var bad = Enumerable.Range(0, embedded.Rows.Count).Count(row => !embedded.Has(row));
        return EmbeddingNote(embedded.Rows.Count, bad, embedded.Distinct, embedded.Embedded, run);
    }

    private static void Warn(ScoreReport report, IImageEncoder? textEncoder, StudyHost host)
    {
        foreach (var warning in PromptWarnings.Of(report, textEncoder))
        {
            host.Warning(warning);
        }
    }

    /// <summary>Keeps the scores; a run folder that cannot be written may be scored as long as it holds all embeddings.</summary>
    private static int Keep(RunFolder run, ScoreReport scores, EmbedResult embedded, StudyHost host)
    {
        try
        {
            if (embedded.IsKept)
            {
                return ScoreStage.Keep(run, scores);
            }
        }
        catch (ResourceException) when (embedded.Embedded == 0)
        {
            // Said below.
        }

        host.Warning($"the run folder {run.Path} cannot be written: these scores are not kept in it");
        return 0;
    }

    /// <summary>What was done with the images.</summary>
    /// <param name="images">All that were given.</param>
    /// <param name="bad">How many of them cannot be used.</param>
    /// <param name="distinct">How many different contents the others have.</param>
    /// <param name="embedded">How many went through the network now.</param>
    /// <param name="run">Where the embeddings are kept.</param>
    internal static string EmbeddingNote(int images, int bad, int distinct, int embedded, string run)
    {
        var good = images - bad;
        var done = (good, embedded) switch
        {
            (0, 0) => "nothing to embed",
            (1, 0) => $"embedded before in {run}",
            (_, 0) => $"all embedded before in {run}",
            _ => $"{embedded} embedded now and kept in {run}",
        };
        var different = distinct < good ? $" ({distinct} different)" : "";
        return $"{Plural.Of(good, "image")}{different}, {done}"
            + (bad > 0 ? $"; {Plural.Of(bad, "bad file")} left out" : "");
    }

    // Called on the worker's thread: System.Progress would post it to the pool, out of order.
    private sealed class Progress(Action<StageCount> report) : IProgress<EmbedProgress>
    {
        public void Report(EmbedProgress value) => report(new StageCount(value.Done, value.Total, Free: value.Reused));
    }
}

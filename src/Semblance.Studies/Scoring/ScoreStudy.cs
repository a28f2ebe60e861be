using Semblance.Consistency;
using Semblance.Runs.Embedding;
using Semblance.Runs.Folder;
using Semblance.Runs.Inputs;
using Semblance.Runs.Scoring;
using Semblance.Runs.Sharding;
using Semblance.Wording;

namespace Semblance.Studies.Scoring;

/// <summary>Read, open the encoders, embed, score, keep.</summary>
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
            Clusters = request.Clusters,
        };
        var outcome = await RequestedInput.ReadAsync(request, host, cancellationToken) switch
        {
            EmbeddingInput embeddings => ScoreEmbeddings(request, embeddings, settings, host),
            ImageInput images => await ScoreImagesAsync(request, images, settings, host, cancellationToken),
            _ => throw new InvalidOperationException("An input is images or embeddings."),
        };
        SkippedFile[] skipped = [.. outcome.Encoders.SelectMany(own => own.Report.Skipped).Distinct()];
        if (skipped.Length > 0)
        {
            host.LeftOut(skipped);
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
            await RequestedInput.ReadAsync(request, host, cancellationToken) as ImageInput
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
        var run = host.Open(request.Run);
        var encoders = await RequestedEncoders.OpenAsync(request, images, host, cancellationToken);
        try
        {
            var embedded = await EmbedAsync(request, images, run, encoders, shard, host, cancellationToken);
            foreach (var (encoder, own) in encoders.Zip(embedded))
            {
                host.Note($"shard {shard}: {NoteOf(encoders, encoder, own, request.Run)}");
            }

            Close(embedded);
        }
        finally
        {
            Close(encoders);
        }
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
            (RemedyKind.NoEncoder, "an encoder", request.Encoders.Count > 0),
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

        return new ScoreOutcome([new EncoderScores(report, null)], embeddings, Run: null);
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

        var encoders = await RequestedEncoders.OpenAsync(request, images, host, cancellationToken);
        try
        {
            var run = host.Open(request.Run);
            var embedded = await EmbedAsync(request, images, run, encoders, null, host, cancellationToken);
            try
            {
                List<EncoderScores> scored = [];
                foreach (var (encoder, own) in encoders.Zip(embedded))
                {
                    host.Note(NoteOf(encoders, encoder, own, request.Run));
                    var scores = ScoreStage.Run(own, settings, encoder);
                    Warn(scores, request.Alignment ? encoder : null, host);
                    scored.Add(new EncoderScores(scores, encoder.Caution));
                }

                var others = Keep(run, [.. scored.Select(one => one.Report)], embedded, host);
                if (others > 0)
                {
                    host.Note(
                        $"{Path.Combine(request.Run, "scores.csv")} also keeps {Plural.Of(others, "prompt")} of the same models, scored before"
                    );
                }

                return new ScoreOutcome(scored, images, run);
            }
            finally
            {
                Close(embedded);
            }
        }
        finally
        {
            Close(encoders);
        }
    }

    private static void Close(IEnumerable<IDisposable> all)
    {
        foreach (var one in all)
        {
            one.Dispose();
        }
    }

    private static Task<IReadOnlyList<EmbedResult>> EmbedAsync(
        ScoreRequest request,
        ImageInput images,
        RunFolder run,
        IReadOnlyList<IImageEncoder> encoders,
        Shard? shard,
        StudyHost host,
        CancellationToken cancellationToken
    ) =>
        host.StageAsync(
            new StudyStage("embedding", StageUnit.Images),
            report =>
                EmbedStage.RunAsync(
                    run,
                    encoders,
                    images,
                    new EmbedOptions(request.SkipBad, new Progress(report), request.Threads)
                    {
                        MaxFileBytes = RequestedEncoders.LimitsOf(request).MaxBytes,
                        Shard = shard,
                    },
                    cancellationToken
                )
        );

    private static string NoteOf(
        IReadOnlyList<IImageEncoder> encoders,
        IImageEncoder encoder,
        EmbedResult embedded,
        string run
    )
    {
        var bad = Enumerable.Range(0, embedded.Rows.Count).Count(row => !embedded.Has(row));
        var note = EmbeddingNote(embedded.Rows.Count, bad, embedded.Distinct, embedded.Embedded, run);
        return encoders.Count > 1 ? $"{encoder.Identity.Name}: {note}" : note;
    }

    private static void Warn(ScoreReport report, IImageEncoder? textEncoder, StudyHost host)
    {
        foreach (var warning in PromptWarnings.Of(report, textEncoder))
        {
            host.Warning(warning);
        }
    }

    /// <summary>Keeps the scores; a run folder that cannot be written may be scored as long as it holds all embeddings.</summary>
    private static int Keep(
        RunFolder run,
        IReadOnlyList<ScoreReport> scores,
        IReadOnlyList<EmbedResult> embedded,
        StudyHost host
    )
    {
        try
        {
            if (embedded.All(own => own.IsKept))
            {
                return ScoreStage.Keep(run, scores);
            }
        }
        catch (ResourceException) when (embedded.All(own => own.Embedded == 0))
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

using Semblance.Consistency;
using Semblance.Runs.Folder;
using Semblance.Runs.Inputs;
using Semblance.Runs.Sharding;
using Semblance.Wording;

namespace Semblance.Runs.Embedding;

/// <summary>How far the embedding is.</summary>
/// <param name="Done">Images that are finished, found in the run folder or bad.</param>
/// <param name="Total">Images of the input.</param>
/// <param name="Reused">How many of <paramref name="Done"/> did not go through the network: the run folder has their content, or another image has it.</param>
/// <param name="Bad">How many could not be used.</param>
public readonly record struct EmbedProgress(int Done, int Total, int Reused, int Bad);

/// <summary>How images are embedded: what happens to bad files, progress and threads.</summary>
/// <param name="SkipBad">Leave bad files out and list them, instead of failing at the end.</param>
/// <param name="Progress">Called after each batch.</param>
/// <param name="Threads">Worker threads that read, decode and prepare; 0 for one per processor.</param>
public sealed record EmbedOptions(bool SkipBad = false, IProgress<EmbedProgress>? Progress = null, int Threads = 0)
{
    /// <summary>Larger files are refused, so that a bomb cannot take the memory.</summary>
    public long MaxFileBytes { get; init; } = 512L << 20;

    /// <summary>Embed only the images of this shard, lock nothing, and leave the run's tables to a process that is no shard; null for all images.</summary>
    public Shard? Shard { get; init; }

    /// <summary>A chunk is written when it has this many images, or after <see cref="ChunkTime"/>.</summary>
    internal int ChunkImages { get; init; } = 512;

    internal TimeSpan ChunkTime { get; init; } = TimeSpan.FromSeconds(30);
}

/// <summary>
/// Fills a run folder with the embeddings of images: workers read, hash, decode and prepare, one consumer fills
/// batches (of several sets), of which a few are encoded at once, and every few hundred images a chunk is written.
/// </summary>
public static class EmbedStage
{
    private const int NamedImages = 3;

    /// <summary>
    /// Embeds what the run folder does not hold yet; each distinct image content once. A cancelled or failed run keeps
    /// what it finished, and the next one goes on from there to vectors that are equal to the bit.
    /// </summary>
    /// <exception cref="InputException">Bad files, all of them listed, after everything else was embedded and kept; or an encoder that gives nothing usable for any of them.</exception>
    /// <exception cref="ResourceException">The run folder cannot be written.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; finished work is kept.</exception>
    public static async Task<EmbedResult> RunAsync(
        RunFolder run,
        IImageEncoder encoder,
        ImageInput images,
        EmbedOptions? options = null,
        CancellationToken cancellationToken = default
    ) => (await RunAsync(run, [encoder], images, options, cancellationToken))[0];

    /// <summary>
    /// The same with several encoders: a file is read, hashed and decoded once for all of them, and resized once for those
    /// that take the same pixels.
    /// </summary>
    /// <returns>In the order of the encoders.</returns>
    /// <inheritdoc cref="RunAsync(RunFolder, IImageEncoder, ImageInput, EmbedOptions?, CancellationToken)"/>
    public static async Task<IReadOnlyList<EmbedResult>> RunAsync(
        RunFolder run,
        IReadOnlyList<IImageEncoder> encoders,
        ImageInput images,
        EmbedOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(encoders);
        options ??= new EmbedOptions();
        if (options.Shard is { } shard)
        {
            SharedFolder.Prepare(run);
            images = images with
            {
                Rows = [.. images.Rows.Where(row => shard.Owns(row.Model, row.Prompt, NameOf(row)))],
            };
        }

        var rows = images.Rows;
        EmbeddingStore[] stores = [.. encoders.Select(encoder => EmbeddingStore.Open(run, encoder.Identity))];
        using var free = new SemaphoreSlim(encoders.Max(encoder => Math.Max(1, encoder.Lanes)));
        EncoderWork[] works =
        [
            .. encoders.Select((encoder, e) => new EncoderWork(encoder, stores[e], options, free, cancellationToken)),
        ];
        try
        {
            // First of all, so that a killed run leaves a folder that is recognised as a run folder.
            ResourceException? unwritten = null;
            if (options.Shard is null)
            {
                unwritten = Unwritten(
                    () => ShardRecords.Gather(run),
                    isAllowed: Array.TrueForAll(stores, store => !store.IsEmpty)
                );
                foreach (var own in works)
                {
                    unwritten =
                        Unwritten(
                            () =>
                                ManifestFile.Add(
                                    run,
                                    own.Encoder.Identity,
                                    rows.Select(row => row.Model),
                                    images.PromptsAreRaw
                                ),
                            isAllowed: !own.Store.IsEmpty
                        ) ?? unwritten;
                }
            }

            var files = FileHashes.Load(run);
            var hashes = new ImageHash[rows.Count];
            var pending = Pending(rows, stores, files, hashes);
            var reused = rows.Count - pending.Count;
            options.Progress?.Report(new EmbedProgress(reused, rows.Count, reused, 0));
            var work = new EmbedWork(works, rows, options, files, hashes, CheckWritable);
            if (pending.Count > 0)
            {
                try
                {
                    await work.RunAsync(pending, cancellationToken);
                }
                finally
                {
                    unwritten =
                        Unwritten(options.Shard is null ? files.Save : files.SaveBeside, isAllowed: work.Embedded == 0)
                        ?? unwritten;
                }

                // The buffers of the work are garbage now, and large; what comes next must not pile up on them.
                GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive);
            }

            var bad = Faults(works);
            if (options.Shard is null)
            {
                unwritten =
                    Unwritten(
                        () =>
                            Record(run, rows, hashes, row => Array.TrueForAll(works, own => own.Bad.ContainsKey(row))),
                        isAllowed: work.Embedded == 0
                    ) ?? unwritten;
            }

            foreach (var (remark, paths) in work.Remarks)
            {
                run.Warn(
                    $"{remark}: {Plural.Of(paths.Count, "image")}, {(paths.Count > NamedImages ? "such as " : "")}{string.Join(", ", paths.Take(NamedImages))}"
                );
            }

            foreach (var own in works)
            {
                RequireUsable(own, rows.Count);
            }

            if (images.Bad.Count + bad.Count > 0 && !options.SkipBad)
            {
                throw BadFiles.Error(
                    images.Bad.Count == 0
                        ? $"{bad.Count} of {Plural.Of(rows.Count, "image")}"
                        : Plural.Of(images.Bad.Count + bad.Count, "file, folder or row", "files, folders or rows"),
                    [.. images.Bad, .. Skipped(rows, bad)],
                    bad.Count < rows.Count ? "The other images are embedded and kept." : "",
                    work.Remedies
                );
            }

            return
            [
                .. works.Select(own => new EmbedResult(
                    own.Encoder,
                    rows,
                    hashes,
                    own.Store,
                    [.. images.Bad, .. Skipped(rows, own.Bad), .. images.Empty],
                    own.Bad.Keys,
                    own.Embedded
                )
                {
                    IsKept = unwritten is null,
                }),
            ];

            // A folder that cannot be written serves as long as it holds all embeddings.
            void CheckWritable()
            {
                if (unwritten is not null)
                {
                    throw unwritten;
                }

                run.CheckWritable([.. stores.Select(store => Path.Combine(store.Folder, "chunk"))]);
            }
        }
        catch
        {
            Array.ForEach(stores, store => store.Dispose());
            throw;
        }
        finally
        {
            foreach (var own in works)
            {
                await own.DisposeAsync();
            }
        }
    }

    /// <summary>The rows that some encoder has not embedded, or whose files may have changed; known hashes are filled in.</summary>
    private static Queue<int> Pending(
        IReadOnlyList<ImageRow> rows,
        EmbeddingStore[] stores,
        FileHashes files,
        ImageHash[] hashes
    )
    {
        // Tables that grow leave their smaller copies as garbage.
        files.Reserve(rows.Count);
        Array.ForEach(stores, store => store.Reserve(rows.Count));
        List<int> pending = [];
        for (var row = 0; row < rows.Count; row++)
        {
            if (
                !files.TryGet(Path.GetFullPath(rows[row].Path), Path.GetFullPath(rows[row].FilePath), out hashes[row])
                || !Holds(stores, hashes[row])
            )
            {
                pending.Add(row);
            }
        }

        // Within a file images are read in its own order.
        return new Queue<int>(
            pending
                .OrderBy(row => rows[row].Held?.Container.Path ?? "", StringComparer.Ordinal)
                .ThenBy(row => rows[row].Held?.Place ?? 0)
        );
    }

    private static bool Holds(EmbeddingStore[] stores, ImageHash hash) =>
        Array.TrueForAll(stores, store => store.Contains(hash));

    /// <summary>Why rows cannot be used: with several encoders named for the encoder where another can use the row.</summary>
    private static Dictionary<int, string> Faults(EncoderWork[] works)
    {
        Dictionary<int, string> faults = [];
        foreach (var own in works)
        {
            foreach (var (row, fault) in own.Bad)
            {
                var everyone = Array.TrueForAll(works, work => work.Bad.ContainsKey(row));
                faults.TryAdd(row, everyone ? fault : $"{fault} ({own.Encoder.Identity.Name})");
            }
        }

        return faults;
    }

    private static IEnumerable<SkippedFile> Skipped(IReadOnlyList<ImageRow> rows, Dictionary<int, string> bad) =>
        bad.OrderBy(pair => pair.Key).Select(pair => new SkippedFile(rows[pair.Key].Path, pair.Value));

    private static void RequireUsable(EncoderWork own, int images)
    {
        if (
            own.Bad.Count == images
            && images > 1
            && own.Bad.Values.Distinct().ToArray() is [var one]
            && EncoderWork.IsEncoders(one)
        )
        {
            throw new InputException(
                $"The encoder {own.Encoder.Identity.Name} gives no usable vector for any of the {images} images ({one}): check its weights and its preprocessing."
            );
        }
    }

    /// <summary>What tells the images of a prompt apart on every machine, wherever the folder is mounted.</summary>
    private static string NameOf(ImageRow row) => row.Seed ?? Path.GetFileName(row.Path);

    /// <summary>Writes; gives the fault back where it is allowed to fail.</summary>
    private static ResourceException? Unwritten(Action write, bool isAllowed)
    {
        try
        {
            write();
            return null;
        }
        catch (ResourceException error) when (isAllowed)
        {
            return error;
        }
    }

    /// <summary>Takes the images into <c>images.parquet</c>.</summary>
    private static void Record(RunFolder run, IReadOnlyList<ImageRow> rows, ImageHash[] hashes, Func<int, bool> isBad)
    {
        ImageRecord[] records =
        [
            .. rows.Select(
                (row, i) =>
                    new ImageRecord(
                        row.Model,
                        row.Prompt,
                        row.Seed,
                        ImageTable.PathOf(run, row.Path),
                        isBad(i) ? null : hashes[i].ToString(),
                        Width: null,
                        Height: null
                    )
            ),
        ];
        WrittenMarks.WriteIfChanged(
            run,
            ImageTable.FileName,
            records.Select(row => $"{row.Model}\t{row.Prompt}\t{row.Seed}\t{row.Path}\t{row.Sha256}\n"),
            () => ImageTable.Merge(run, records)
        );
    }
}

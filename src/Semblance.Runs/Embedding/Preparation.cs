using System.Buffers;
using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Semblance.Runs.Folder;
using Semblance.Runs.Formats;
using Semblance.Runs.Inputs;

namespace Semblance.Runs.Embedding;

/// <summary>Reads, hashes, decodes and prepares files on several threads, a bounded number ahead of the network.</summary>
internal sealed class Preparation(
    IImageEncoder encoder,
    IReadOnlyList<ImageRow> rows,
    EmbedOptions options,
    EmbeddingStore store,
    FileHashes files
)
{
    private readonly int _threads = options.Threads > 0 ? options.Threads : Environment.ProcessorCount;
    private readonly HashSet<ImageHash> _claims = new(rows.Count);
    private readonly ConcurrentBag<float[]> _buffers = [];

    /// <summary>
    /// Prepares rows and gives them back in their order: batches and chunks then do not depend on the workers' speed.
    /// No worker is left when the enumeration ends, whatever ends it.
    /// </summary>
    public async IAsyncEnumerable<Prepared> RunAsync(
        Queue<int> pending,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var workers = new ConcurrentExclusiveSchedulerPair(TaskScheduler.Default, _threads);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Queue<Task<Prepared>> started = [];
        try
        {
            do
            {
                while (
                    started.Count < (2 * Math.Max(1, encoder.BatchSize)) + _threads && pending.TryDequeue(out var row)
                )
                {
                    started.Enqueue(
                        Task.Factory.StartNew(
                            () => Prepare(row),
                            stop.Token,
                            TaskCreationOptions.DenyChildAttach,
                            workers.ConcurrentScheduler
                        )
                    );
                }

                yield return await started.Dequeue();
            } while (started.Count > 0 || pending.Count > 0);
        }
        finally
        {
            await stop.CancelAsync();
            workers.Complete();
            await workers.Completion;
        }
    }

    /// <summary>Takes the memory of pixels back.</summary>
    public void Reuse(float[] pixels) => _buffers.Add(pixels);

    private ReadOnlyMemory<byte> Read(string path, ref byte[]? rented)
    {
        using var stream = RegularFile.OpenRead(path, buffer: 0);
        if (stream.Length > options.MaxFileBytes)
        {
            throw new InputException($"is too large: {stream.Length} bytes, where {options.MaxFileBytes} are allowed")
            {
                Remedies = [new Remedy(RemedyKind.AllowMoreBytes)],
            };
        }

        var length = (int)stream.Length;
        rented = ArrayPool<byte>.Shared.Rent(length);
        stream.ReadExactly(rented, 0, length);
        return rented.AsMemory(0, length);
    }

    private Prepared Prepare(int row)
    {
        byte[]? file = null;
        float[]? pixels = null;
        ImageHash hash = default;
        try
        {
            var path = Path.GetFullPath(rows[row].FilePath);
            if (SourceFile.FaultOf(path) is { } unreadable)
            {
                throw new InputException(unreadable);
            }

            // Taken first: what changes while it is read is read again the next time.
            var stamp = FileStamp.Of(path) ?? throw new InputException("does not exist");
            var content = rows[row].Held is { } held
                ? held.Container.Read(held.Place, options.MaxFileBytes)
                : Read(path, ref file);
            hash = ImageHash.Of(content.Span);
            lock (files)
            {
                files.Add(Path.GetFullPath(rows[row].Path), stamp, hash);
            }

            lock (_claims)
            {
                // Only one worker prepares a content that several files have.
                if (store.Contains(hash) || !_claims.Add(hash))
                {
                    return new Prepared(row, hash, null, null);
                }
            }

            pixels = _buffers.TryTake(out var used) ? used : new float[encoder.InputLength];
            var remarks = encoder.PrepareWithRemarks(content, pixels);
            return new Prepared(row, hash, pixels, null) { Remarks = remarks };
        }
        catch (Exception error) when (error is InputException || FileFault.IsOne(error))
        {
            if (pixels is not null)
            {
                Reuse(pixels);
            }

            return error is InputException ours
                ? new Prepared(row, hash, null, ours.Message) { Remedies = ours.Remedies }
                : new Prepared(row, hash, null, SourceFile.FaultOf(error));
        }
        finally
        {
            if (file is not null)
            {
                ArrayPool<byte>.Shared.Return(file);
            }
        }
    }
}

/// <summary>What a worker made of one file: pixels, or a reason, or neither where the content is known already.</summary>
internal readonly record struct Prepared(int Row, ImageHash Hash, float[]? Pixels, string? Fault)
{
    public Prepared()
        : this(default, default, default, default) { }

    /// <summary>What should be known of the image.</summary>
    public IReadOnlyList<string> Remarks { get; init; } = [];

    /// <summary>What would help against the fault.</summary>
    public IReadOnlyList<Remedy> Remedies { get; init; } = [];
}

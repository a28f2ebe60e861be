using System.Buffers;
using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Semblance.Runs.Folder;
using Semblance.Runs.Formats;
using Semblance.Runs.Inputs;

namespace Semblance.Runs.Embedding;

/// <summary>Reads, hashes, decodes and prepares files on several threads, a bounded number ahead of the network.</summary>
/// <param name="encoders">Each prepares the images that its store does not hold; what is common is done once.</param>
/// <param name="rows">All images of the input.</param>
/// <param name="options">Threads and limits.</param>
/// <param name="files">What is known of files, added to.</param>
internal sealed class Preparation(
    IReadOnlyList<EncoderWork> encoders,
    IReadOnlyList<ImageRow> rows,
    EmbedOptions options,
    FileHashes files
)
{
    private readonly int _threads = options.Threads > 0 ? options.Threads : Environment.ProcessorCount;
    private readonly int _ahead = 2 * encoders.Max(own => Math.Max(1, own.Encoder.BatchSize));
    private readonly HashSet<ImageHash> _claims = new(rows.Count);
    private readonly ConcurrentBag<float[]>[] _buffers = [.. encoders.Select(_ => new ConcurrentBag<float[]>())];

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
                while (started.Count < _ahead + _threads && pending.TryDequeue(out var row))
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
    /// <param name="pixels">Of no use any more.</param>
    /// <param name="encoder">Whose they are.</param>
    public void Reuse(float[] pixels, int encoder) => _buffers[encoder].Add(pixels);

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
        ImageHash hash = default;
        try
        {
            var path = Path.GetFullPath(rows[row].FilePath);
            files.Bring(path);
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

            files.Take(path, hash);

            var wanted = encoders.Select(own => !own.Store.Contains(hash)).ToArray();
            lock (_claims)
            {
                // Only one worker prepares a content that several files have.
                if (!wanted.Contains(true) || !_claims.Add(hash))
                {
                    return new Prepared(row, hash, new PreparedPart[wanted.Length]);
                }
            }

            using var image = new ImageFile(content);
            return new Prepared(row, hash, [.. wanted.Select((one, e) => one ? Prepare(image, e) : default)]);
        }
        catch (Exception error) when (error is InputException || FileFault.IsOne(error))
        {
            return new Prepared(row, hash, [.. encoders.Select(_ => Fault(error))]);
        }
        finally
        {
            if (file is not null)
            {
                ArrayPool<byte>.Shared.Return(file);
            }
        }
    }

    /// <summary>What one encoder makes of an image.</summary>
    private PreparedPart Prepare(ImageFile image, int encoder)
    {
        var network = encoders[encoder].Encoder;
        var pixels = _buffers[encoder].TryTake(out var used) ? used : new float[network.InputLength];
        try
        {
            return new PreparedPart(pixels, null) { Remarks = network.PrepareWithRemarks(image, pixels) };
        }
        catch (Exception error) when (error is InputException || FileFault.IsOne(error))
        {
            Reuse(pixels, encoder);
            return Fault(error);
        }
    }

    private static PreparedPart Fault(Exception error) =>
        error is InputException ours
            ? new PreparedPart(null, ours.Message) { Remedies = ours.Remedies }
            : new PreparedPart(null, SourceFile.FaultOf(error));
}

/// <summary>What a worker made of one file.</summary>
/// <param name="Row">Of the input.</param>
/// <param name="Hash">Of its content.</param>
/// <param name="Parts">For each encoder.</param>
internal readonly record struct Prepared(int Row, ImageHash Hash, PreparedPart[] Parts);

/// <summary>What one encoder is to do with an image: pixels, or a reason, or neither where the content is known already.</summary>
internal readonly record struct PreparedPart(float[]? Pixels, string? Fault)
{
    private readonly IReadOnlyList<string>? _remarks;
    private readonly IReadOnlyList<Remedy>? _remedies;

    /// <summary>What should be known of the image.</summary>
    public IReadOnlyList<string> Remarks
    {
        get => _remarks ?? [];
        init => _remarks = value;
    }

    /// <summary>What would help against the fault.</summary>
    public IReadOnlyList<Remedy> Remedies
    {
        get => _remedies ?? [];
        init => _remedies = value;
    }
}

using System.Buffers;
using System.Collections.Concurrent;
using System.Threading.Channels;
using Semblance.Runs.Folder;
using Semblance.Runs.Formats;
using Semblance.Runs.Inputs;

namespace Semblance.Runs.Embedding;

/// <content>From files to pixels, on several threads.</content>
public static partial class EmbedStage
{
    /// <summary>What a worker made of one file: pixels, or a reason, or neither where the content is known already.</summary>
    private readonly record struct Prepared(int Row, ImageHash Hash, float[]? Pixels, string? Fault);

    /// <summary>Reads, hashes, decodes and prepares files, a bounded number ahead of the network.</summary>
    private sealed class Preparation(
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

        /// <summary>How many files may be prepared or being prepared before they are put into a batch.</summary>
        public int Ahead => (2 * Math.Max(1, encoder.BatchSize)) + _threads;

        /// <summary>Writes a task for each row, in their order.</summary>
        public async Task ProduceAsync(
            Queue<int> pending,
            ChannelWriter<Task<Prepared>> writer,
            CancellationToken cancellationToken
        )
        {
            try
            {
                using var free = new SemaphoreSlim(_threads);
                try
                {
                    while (pending.TryDequeue(out var row))
                    {
                        await free.WaitAsync(cancellationToken);
                        var task = Task.Run(
                            () =>
                            {
                                try
                                {
                                    return Prepare(row);
                                }
                                finally
                                {
                                    free.Release();
                                }
                            },
                            CancellationToken.None
                        );
                        await writer.WriteAsync(task, cancellationToken);
                    }
                }
                finally
                {
                    // No worker may touch the semaphore once it is gone.
                    for (var i = 0; i < _threads; i++)
                    {
                        await free.WaitAsync(CancellationToken.None);
                    }
                }
            }
            finally
            {
                writer.Complete();
            }
        }

        /// <summary>Waits until no worker is left.</summary>
        public static async Task DrainAsync(ChannelReader<Task<Prepared>> reader, Task producer)
        {
            try
            {
                await producer;
            }
            catch (OperationCanceledException)
            {
                // The stop that was asked for.
            }

            while (reader.TryRead(out var task))
            {
                await Task.WhenAny(task);
            }
        }

        /// <summary>Takes the memory of pixels back.</summary>
        public void Reuse(float[] pixels) => _buffers.Add(pixels);

        private Prepared Prepare(int row)
        {
            byte[]? file = null;
            ImageHash hash = default;
            try
            {
                var path = Path.GetFullPath(rows[row].Path);
                if (SourceFile.FaultOf(path) is { } unreadable)
                {
                    return new Prepared(row, hash, null, unreadable);
                }

                using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
                if (stream.Length > options.MaxFileBytes)
                {
                    return new Prepared(
                        row,
                        hash,
                        null,
                        $"is too large: {stream.Length} bytes, where {options.MaxFileBytes} are allowed"
                    );
                }

                var length = (int)stream.Length;
                var time = SourceFile.Of(path).LastWriteTimeUtc.Ticks;
                file = ArrayPool<byte>.Shared.Rent(length);
                stream.ReadExactly(file, 0, length);
                hash = ImageHash.Of(file.AsSpan(0, length));
                lock (files)
                {
                    files.Add(path, length, time, hash);
                }

                if (store.Contains(hash) || !Claim(hash))
                {
                    return new Prepared(row, hash, null, null);
                }

                var pixels = _buffers.TryTake(out var used) ? used : new float[encoder.InputLength];
                try
                {
                    encoder.Prepare(file.AsMemory(0, length), pixels);
                }
                catch
                {
                    _buffers.Add(pixels);
                    throw;
                }

                return new Prepared(row, hash, pixels, null);
            }
            catch (InputException error)
            {
                return new Prepared(row, hash, null, error.Message);
            }
            catch (Exception error) when (FileFault.IsOne(error))
            {
                return new Prepared(row, hash, null, SourceFile.FaultOf(error));
            }
            finally
            {
                if (file is not null)
                {
                    ArrayPool<byte>.Shared.Return(file);
                }
            }
        }

        /// <summary>True for the first caller: only one worker prepares a content that several files have.</summary>
        private bool Claim(ImageHash hash)
        {
            lock (_claims)
            {
                return _claims.Add(hash);
            }
        }
    }
}

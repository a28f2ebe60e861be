using System.Buffers;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Threading.Channels;
using Semblance.Runs.Inputs;
using Semblance.Runs.Storage;

namespace Semblance.Runs;

/// <content>The work on the images that the run folder does not hold.</content>
public static partial class EmbedStage
{
    /// <summary>What a worker made of one file: pixels, or a reason, or neither where the content is known already.</summary>
    private readonly record struct Prepared(int Row, ImageHash Hash, float[]? Pixels, string? Fault);

    private sealed class Work(
        IImageEncoder encoder,
        IReadOnlyList<ImageRow> rows,
        EmbedOptions options,
        EmbeddingStore store,
        FileHashes files,
        ImageHash[] hashes,
        Dictionary<int, string> bad
    )
    {
        private readonly int _dimension = encoder.Identity.Dimension;
        private readonly int _batchSize = Math.Max(1, encoder.BatchSize);
        private readonly HashSet<ImageHash> _claims = new(rows.Count);
        private readonly ConcurrentBag<float[]> _buffers = [];
        private readonly List<ImageHash> _chunk = [];
        private readonly ArrayBufferWriter<float> _vectors = new();
        private readonly ArrayBufferWriter<float> _norms = new();
        private readonly List<Prepared> _batch = [];
        private readonly Dictionary<ImageHash, string> _badContent = [];
        private readonly float[] _pixels = new float[Math.Max(1, encoder.BatchSize) * encoder.InputLength];
        private readonly float[] _raw = new float[Math.Max(1, encoder.BatchSize) * encoder.Identity.Dimension];
        private readonly Stopwatch _sinceChunk = Stopwatch.StartNew();
        private int _embedded;

        public async Task<int> RunAsync(Queue<int> pending, CancellationToken cancellationToken)
        {
            using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            int threads = options.Threads > 0 ? options.Threads : Environment.ProcessorCount;
            // Tasks in the order of the rows: batches and chunks then do not depend on the workers' speed.
            var channel = Channel.CreateBounded<Task<Prepared>>((2 * _batchSize) + threads);
            int reused = rows.Count - pending.Count;
            int done = reused;
            Task producer = ProduceAsync(pending, channel.Writer, threads, stop.Token);
            try
            {
                await foreach (Task<Prepared> task in channel.Reader.ReadAllAsync(cancellationToken))
                {
                    Prepared prepared = await task;
                    hashes[prepared.Row] = prepared.Hash;
                    if (prepared.Fault is not null)
                    {
                        bad[prepared.Row] = prepared.Fault;
                        _badContent.TryAdd(prepared.Hash, prepared.Fault);
                    }
                    else if (prepared.Pixels is not null)
                    {
                        Fill(prepared);
                    }

                    done++;
                    if (_batch.Count == _batchSize)
                    {
                        Infer();
                        cancellationToken.ThrowIfCancellationRequested();
                        options.Progress?.Report(new EmbedProgress(done, rows.Count, reused, bad.Count));
                    }
                }

                await producer;
                Infer();
                Flush();
            }
            catch (Exception error) when (error is not ResourceException)
            {
                Flush();
                throw;
            }
            finally
            {
                await stop.CancelAsync();
                await DrainAsync(channel.Reader, producer);
            }

            foreach (int row in Enumerable.Range(0, rows.Count))
            {
                if (!store.Contains(hashes[row]) && !bad.ContainsKey(row))
                {
                    bad[row] = _badContent[hashes[row]];
                }
            }

            options.Progress?.Report(new EmbedProgress(rows.Count, rows.Count, reused, bad.Count));
            return _embedded;
        }

        private async Task ProduceAsync(
            Queue<int> pending,
            ChannelWriter<Task<Prepared>> writer,
            int threads,
            CancellationToken cancellationToken
        )
        {
            try
            {
                using SemaphoreSlim free = new(threads);
                try
                {
                    while (pending.TryDequeue(out int row))
                    {
                        await free.WaitAsync(cancellationToken);
                        Task<Prepared> task = Task.Run(
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
                    for (int i = 0; i < threads; i++)
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

        private static async Task DrainAsync(ChannelReader<Task<Prepared>> reader, Task producer)
        {
            try
            {
                await producer;
            }
            catch (OperationCanceledException)
            {
                // It was told to stop.
            }

            while (reader.TryRead(out Task<Prepared>? task))
            {
                await Task.WhenAny(task);
            }
        }

        private Prepared Prepare(int row)
        {
            byte[]? file = null;
            ImageHash hash = default;
            try
            {
                string path = Path.GetFullPath(rows[row].Path);
                if (SourceFile.FaultOf(path) is { } unreadable)
                {
                    return new Prepared(row, hash, null, unreadable);
                }

                using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
                if (stream.Length > options.MaxFileBytes)
                {
                    return new Prepared(
                        row,
                        hash,
                        null,
                        $"is too large: {stream.Length} bytes, where {options.MaxFileBytes} are allowed"
                    );
                }

                int length = (int)stream.Length;
                long time = SourceFile.Of(path).LastWriteTimeUtc.Ticks;
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

                float[] pixels = _buffers.TryTake(out float[]? used) ? used : new float[encoder.InputLength];
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
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
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

        /// <summary>True for the first who asks: only one worker prepares a content that is there several times.</summary>
        private bool Claim(ImageHash hash)
        {
            lock (_claims)
            {
                return _claims.Add(hash);
            }
        }

        private void Fill(Prepared prepared)
        {
            prepared.Pixels.AsSpan().CopyTo(_pixels.AsSpan(_batch.Count * encoder.InputLength));
            _buffers.Add(prepared.Pixels!);
            _batch.Add(prepared with { Pixels = null });
        }

        private void Infer()
        {
            if (_batch.Count == 0)
            {
                return;
            }

            encoder.Encode(
                _pixels.AsMemory(0, _batch.Count * encoder.InputLength),
                _batch.Count,
                _raw.AsMemory(0, _batch.Count * _dimension)
            );
            for (int i = 0; i < _batch.Count; i++)
            {
                Keep(_batch[i], _raw.AsSpan(i * _dimension, _dimension));
            }

            _batch.Clear();
            if (_chunk.Count >= options.ChunkImages || _sinceChunk.Elapsed > options.ChunkTime)
            {
                Flush();
            }
        }

        private void Keep(Prepared image, ReadOnlySpan<float> raw)
        {
            double squares = 0;
            foreach (float value in raw)
            {
                squares += (double)value * value;
            }

            double norm = Math.Sqrt(squares);
            if (!(norm > 0) || !float.IsFinite((float)norm))
            {
                string fault = norm == 0 ? AllZero : NotFinite;
                bad[image.Row] = fault;
                _badContent.TryAdd(image.Hash, fault);
                return;
            }

            Span<float> unit = _vectors.GetSpan(_dimension);
            for (int k = 0; k < _dimension; k++)
            {
                unit[k] = (float)(raw[k] / norm);
            }

            _vectors.Advance(_dimension);
            _norms.Write([(float)norm]);
            _chunk.Add(image.Hash);
            _embedded++;
        }

        private void Flush()
        {
            _sinceChunk.Restart();
            if (_chunk.Count == 0)
            {
                return;
            }

            // Workers ask the store which images it holds while the chunk is taken into its index.
            store.Append(_chunk, _vectors.WrittenMemory, _norms.WrittenMemory);
            _chunk.Clear();
            _vectors.ResetWrittenCount();
            _norms.ResetWrittenCount();
        }
    }
}

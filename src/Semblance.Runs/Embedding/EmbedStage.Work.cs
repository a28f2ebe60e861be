using System.Buffers;
using System.Diagnostics;
using System.Threading.Channels;
using Semblance.Runs.Folder;
using Semblance.Runs.Inputs;

namespace Semblance.Runs.Embedding;

/// <content>The work on the images that the run folder does not hold.</content>
public static partial class EmbedStage
{
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
        private readonly List<ImageHash> _chunk = [];
        private readonly ArrayBufferWriter<float> _vectors = new();
        private readonly ArrayBufferWriter<float> _norms = new();
        private readonly Dictionary<ImageHash, string> _badContent = [];
        private readonly Stopwatch _sinceChunk = Stopwatch.StartNew();
        private int _embedded;
        private int _done;
        private bool _unwritable;

        public async Task<int> RunAsync(Queue<int> pending, CancellationToken cancellationToken)
        {
            var reused = rows.Count - pending.Count;
            _done = reused;
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var preparation = new Preparation(encoder, rows, options, store, files);
            await using var lanes = new Lanes(encoder, stop.Token);
            // Tasks in the order of the rows: batches and chunks then do not depend on the workers' speed.
            var channel = Channel.CreateBounded<Task<Prepared>>(preparation.Ahead);
            var producer = preparation.ProduceAsync(pending, channel.Writer, stop.Token);
            try
            {
                var batch = lanes.NewBatch();
                await foreach (var task in channel.Reader.ReadAllAsync(cancellationToken))
                {
                    var prepared = await task;
                    hashes[prepared.Row] = prepared.Hash;
                    if (prepared.Pixels is { } pixels)
                    {
                        batch.Add(prepared);
                        preparation.Reuse(pixels);
                    }
                    else
                    {
                        Pass(prepared);
                    }

                    if (batch.IsFull)
                    {
                        lanes.Start(batch);
                        if (lanes.IsFull)
                        {
                            await lanes.TakeAsync(Keep);
                        }

                        batch = lanes.NewBatch();
                        cancellationToken.ThrowIfCancellationRequested();
                        options.Progress?.Report(new EmbedProgress(_done, rows.Count, reused, bad.Count));
                    }
                }

                await producer;
                if (batch.Images.Count > 0)
                {
                    lanes.Start(batch);
                }

                while (!lanes.IsEmpty)
                {
                    await lanes.TakeAsync(Keep);
                    options.Progress?.Report(new EmbedProgress(_done, rows.Count, reused, bad.Count));
                }

                Flush();
            }
            catch when (!_unwritable)
            {
                await stop.CancelAsync();
                await lanes.TakeFinishedAsync(Keep);
                Flush();
                throw;
            }
            finally
            {
                await stop.CancelAsync();
                await Preparation.DrainAsync(channel.Reader, producer);
            }

            foreach (var row in Enumerable.Range(0, rows.Count))
            {
                if (!store.Contains(hashes[row]) && !bad.ContainsKey(row))
                {
                    bad[row] = _badContent[hashes[row]];
                }
            }

            options.Progress?.Report(new EmbedProgress(rows.Count, rows.Count, reused, bad.Count));
            return _embedded;
        }

        /// <summary>Records an image that does not go through the network: bad, or of a content that is known.</summary>
        private void Pass(Prepared image)
        {
            _done++;
            if (image.Fault is { } fault)
            {
                bad[image.Row] = fault;
                _badContent.TryAdd(image.Hash, fault);
            }
        }

        private void Keep(Batch batch)
        {
            for (var i = 0; i < batch.Images.Count; i++)
            {
                Keep(batch.Images[i], batch.Vector(i));
            }

            _done += batch.Images.Count;
            if (_chunk.Count >= options.ChunkImages || _sinceChunk.Elapsed > options.ChunkTime)
            {
                Flush();
            }
        }

        private void Keep(Prepared image, ReadOnlySpan<float> raw)
        {
            double squares = 0;
            foreach (var value in raw)
            {
                squares += (double)value * value;
            }

            var norm = Math.Sqrt(squares);
            if (!(norm > 0) || !float.IsFinite((float)norm))
            {
                var fault = norm == 0 ? AllZero : NotFinite;
                bad[image.Row] = fault;
                _badContent.TryAdd(image.Hash, fault);
                return;
            }

            var unit = _vectors.GetSpan(_dimension);
            for (var k = 0; k < _dimension; k++)
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
            _unwritable = true;
            store.Append(_chunk, _vectors.WrittenMemory, _norms.WrittenMemory);
            _unwritable = false;
            _chunk.Clear();
            _vectors.ResetWrittenCount();
            _norms.ResetWrittenCount();
        }
    }
}

namespace Semblance.Runs.Embedding;

/// <content>Inference, several batches at once.</content>
public static partial class EmbedStage
{
    /// <summary>Images that go through the network together.</summary>
    private sealed class Batch(int size, int inputLength, int dimension)
    {
        private readonly float[] _pixels = new float[size * inputLength];
        private readonly float[] _vectors = new float[size * dimension];

        public List<Prepared> Images { get; } = new(size);

        public bool IsFull => Images.Count == size;

        public void Add(Prepared image)
        {
            image.Pixels.AsSpan().CopyTo(_pixels.AsSpan(Images.Count * inputLength));
            Images.Add(image with { Pixels = null });
        }

        public void Encode(IImageEncoder encoder) =>
            encoder.Encode(
                _pixels.AsMemory(0, Images.Count * inputLength),
                Images.Count,
                _vectors.AsMemory(0, Images.Count * dimension)
            );

        /// <summary>What the network gave for an image, not normalised.</summary>
        public ReadOnlySpan<float> Vector(int image) => _vectors.AsSpan(image * dimension, dimension);
    }

    /// <summary>
    /// Encodes as many batches at once as the encoder has lanes and gives them back in the order in which they came, so
    /// that what is stored does not depend on which is ready first.
    /// </summary>
    private sealed class Lanes(IImageEncoder encoder, CancellationToken cancellationToken) : IAsyncDisposable
    {
        private readonly int _size = Math.Max(1, encoder.BatchSize);
        private readonly int _count = Math.Max(1, encoder.Lanes);
        private readonly SemaphoreSlim _free = new(Math.Max(1, encoder.Lanes));
        private readonly Queue<(Batch Batch, Task Encoding)> _running = [];
        private readonly Stack<Batch> _used = [];

        public bool IsEmpty => _running.Count == 0;

        /// <summary>Whether a batch waits behind each that is being encoded; then the oldest is to be taken.</summary>
        public bool IsFull => _running.Count == 2 * _count;

        public Batch NewBatch() =>
            _used.TryPop(out var used) ? used : new Batch(_size, encoder.InputLength, encoder.Identity.Dimension);

        /// <summary>Encodes a batch as soon as a lane is free; it is left as it is when that is cancelled before.</summary>
        public void Start(Batch batch)
        {
            // A thread of its own: decoding keeps the pool's.
            var encoding = Task.Factory.StartNew(
                () =>
                {
                    _free.Wait(cancellationToken);
                    try
                    {
                        batch.Encode(encoder);
                    }
                    finally
                    {
                        _free.Release();
                    }
                },
                CancellationToken.None,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default
            );
            _running.Enqueue((batch, encoding));
        }

        /// <summary>Waits for the oldest batch, hands it to <paramref name="keep"/> and takes its memory back.</summary>
        public async Task TakeAsync(Action<Batch> keep)
        {
            (var batch, var encoding) = _running.Dequeue();
            await encoding;
            keep(batch);
            batch.Images.Clear();
            _used.Push(batch);
        }

        /// <summary>Hands over those that come to a good end, where another has failed or all are to stop.</summary>
        public async Task TakeFinishedAsync(Action<Batch> keep)
        {
            while (_running.TryDequeue(out var next))
            {
                await Task.WhenAny(next.Encoding);
                // The first fault has stopped the work; the others end here.
                _ = next.Encoding.Exception;
                if (next.Encoding.IsCompletedSuccessfully)
                {
                    keep(next.Batch);
                }
            }
        }

        public async ValueTask DisposeAsync()
        {
            await TakeFinishedAsync(_ => { });
            _free.Dispose();
        }
    }
}

namespace Semblance.Runs.Embedding;

/// <summary>
/// Encodes as many batches at once as the encoder has lanes and gives them back in the order in which they came, so
/// that what is stored does not depend on which is ready first.
/// </summary>
/// <param name="encoder">The network.</param>
/// <param name="free">
/// Taken while a batch is encoded. Encoders share it: each has threads for all processors.
/// </param>
/// <param name="cancellationToken">Ends the waiting.</param>
internal sealed class Lanes(IImageEncoder encoder, SemaphoreSlim free, CancellationToken cancellationToken)
    : IAsyncDisposable
{
    private readonly int _size = Math.Max(1, encoder.BatchSize);
    private readonly int _count = Math.Max(1, encoder.Lanes);
    private readonly CancellationTokenSource _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
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
                free.Wait(_stop.Token);
                try
                {
                    batch.Encode(encoder);
                }
                finally
                {
                    free.Release();
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

    /// <summary>Starts no other batch, and hands over those that come to a good end, where another has failed or all are to stop.</summary>
    public async Task TakeFinishedAsync(Action<Batch> keep)
    {
        await _stop.CancelAsync();
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
        _stop.Dispose();
    }
}

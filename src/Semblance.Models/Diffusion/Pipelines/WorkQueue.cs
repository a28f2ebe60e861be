using System.Runtime.CompilerServices;

namespace Semblance.Models.Diffusion.Pipelines;

/// <summary>Work that several workers share out: each takes the next piece as soon as it is done with one.</summary>
internal static class WorkQueue
{
    /// <summary>Does all pieces, as many at a time as there are workers.</summary>
    /// <param name="workers">Each does one piece at a time.</param>
    /// <param name="pieces">Asked for the next one only when a worker is free, and never by two threads at once.</param>
    /// <param name="work">Does a piece.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>Results as they come. When it ends, however it does, no worker is at work.</returns>
    public static async IAsyncEnumerable<TResult> RunAsync<TWorker, TPiece, TResult>(
        IReadOnlyList<TWorker> workers,
        IEnumerable<TPiece> pieces,
        Func<TWorker, TPiece, CancellationToken, TResult> work,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var free = new Queue<TWorker>(workers);
        var busy = new Dictionary<Task<TResult>, TWorker>();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var queue = pieces.GetEnumerator();
        try
        {
            while (true)
            {
                cancellationToken.ThrowIfCancellationRequested();
                while (free.TryPeek(out var worker) && queue.MoveNext())
                {
                    var piece = queue.Current;
                    busy.Add(Task.Run(() => work(worker, piece, stop.Token), CancellationToken.None), free.Dequeue());
                }

                if (busy.Count == 0)
                {
                    yield break;
                }

                var done = await Task.WhenAny(busy.Keys);
                busy.Remove(done, out var idle);
                free.Enqueue(idle!);
                yield return await done;
            }
        }
        finally
        {
            await stop.CancelAsync();
            // Their faults, if any, come second to the one that ended this.
            await Task.WhenAll(busy.Keys).ContinueWith(static _ => { }, TaskScheduler.Default);
        }
    }
}

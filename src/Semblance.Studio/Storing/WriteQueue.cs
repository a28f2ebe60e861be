namespace Semblance.Studio.Storing;

/// <summary>
/// Writes of this process. Those that come while others are being committed are committed together: a commit waits for the
/// disk, and one wait then serves all of them. Each is whole or not at all, whatever becomes of the others.
/// </summary>
/// <param name="database">Where they go.</param>
internal sealed class WriteQueue(IVoteDatabase database) : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly List<Work> _waiting = [];
    private Task _draining = Task.CompletedTask;
    private bool _isDraining;

    /// <summary>Runs a write; returns when it is committed.</summary>
    /// <param name="write">Its statements.</param>
    /// <param name="cancellationToken">Ends the wait. What waits is written all the same.</param>
    public async Task<T> WriteAsync<T>(Func<SqlSession, Task<T>> write, CancellationToken cancellationToken)
    {
        T? result = default;
        var work = new Work(async session => result = await write(session));
        lock (_gate)
        {
            _waiting.Add(work);
            if (!_isDraining)
            {
                _isDraining = true;
                _draining = Task.Run(DrainAsync, CancellationToken.None);
            }
        }

        await work.Committed.Task.WaitAsync(cancellationToken);
        return result!;
    }

    /// <summary>Waits for what is being written.</summary>
    public async ValueTask DisposeAsync() => await _draining;

    private async Task DrainAsync()
    {
        for (; ; )
        {
            Work[] together;
            lock (_gate)
            {
                together = [.. _waiting];
                _waiting.Clear();
                if (together.Length == 0)
                {
                    _isDraining = false;
                    return;
                }
            }

            await CommitAsync(together);
        }
    }

    private async Task CommitAsync(Work[] together)
    {
        const string Savepoint = "one";
        List<Work> done = [];
        Exception? first = null;
        try
        {
            await using var transaction = await database.BeginAsync();
            var session = new SqlSession(transaction.Connection!, transaction, CancellationToken.None);
            foreach (var work in together)
            {
                await transaction.SaveAsync(Savepoint);
                try
                {
                    await work.Write(session);
                }
                catch (Exception error)
                {
                    work.Committed.SetException(error);
                    // A full disk ends the whole transaction; then this fails too, and the first fault is what to tell.
                    first = error;
                    await transaction.RollbackAsync(Savepoint);
                    first = null;
                    continue;
                }

                await transaction.ReleaseAsync(Savepoint);
                done.Add(work);
            }

            await transaction.CommitAsync();
        }
        catch (Exception error)
        {
            foreach (var work in together)
            {
                work.Committed.TrySetException(first ?? error);
            }
        }

        foreach (var work in done)
        {
            work.Committed.TrySetResult();
        }
    }

    private sealed record Work(Func<SqlSession, Task> Write)
    {
        /// <summary>Whoever waits goes on elsewhere, so that the next ones are not held up.</summary>
        public TaskCompletionSource Committed { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}

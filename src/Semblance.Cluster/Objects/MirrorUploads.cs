using System.Threading.Channels;

namespace Semblance.Cluster.Objects;

/// <summary>
/// Writes files into a bucket while others are made: each once, a few at a time. What fails for good ends the work that makes
/// them, since nobody would see what it makes.
/// </summary>
internal sealed class MirrorUploads : IAsyncDisposable
{
    private const int AtOnce = 4;
    private const int LinesOfList = 512;

    private static readonly TimeSpan ListEvery = TimeSpan.FromMinutes(5);

    private readonly Bucket _bucket;
    private readonly string _run;
    private readonly Action<string, string> _held;
    private readonly Action<string> _warn;
    private readonly Channel<string> _queue = Channel.CreateUnbounded<string>();
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _failed = new();
    private readonly Lock _one = new();
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private readonly List<HashList.Line> _lines = [];
    private readonly Task _work;
    private long _listed = TimeProvider.System.GetTimestamp();
    private int _open;
    private int _written;
    private ResourceException? _fault;

    /// <summary>Begins to wait for files.</summary>
    /// <param name="bucket">Where they go.</param>
    /// <param name="run">The run folder that they are in.</param>
    /// <param name="held">Told of each image that is there then, and of its sha256.</param>
    /// <param name="warn">Receives sentences.</param>
    public MirrorUploads(Bucket bucket, string run, Action<string, string> held, Action<string> warn)
    {
        (_bucket, _run, _held, _warn) = (bucket, run, held, warn);
        _work = Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => Task.Run(WorkAsync)));
    }

    /// <summary>Why nothing more can be written; null while all is well.</summary>
    public ResourceException? Fault => _fault;

    /// <summary>Cancelled when nothing more can be written.</summary>
    public CancellationToken Failed => _failed.Token;

    /// <summary>Objects that were written by now.</summary>
    public int Written => _written;

    /// <summary>Files that wait, or are on their way.</summary>
    public int Open => _open;

    /// <summary>Adds a file, unless it was before.</summary>
    public void Add(string name)
    {
        lock (_one)
        {
            if (!_seen.Add(name))
            {
                return;
            }
        }

        Interlocked.Increment(ref _open);
        _queue.Writer.TryWrite(name);
    }

    /// <summary>Writes a file now, before anything that follows from it.</summary>
    public async Task AddNowAsync(string name)
    {
        lock (_one)
        {
            if (!_seen.Add(name))
            {
                return;
            }
        }

        await SendAsync(name);
    }

    /// <summary>Waits until all is there; no file is taken after it.</summary>
    /// <param name="patience">Ends the waiting: what is on its way is given up, and is sent by the next run.</param>
    public async Task EndAsync(CancellationToken patience)
    {
        _queue.Writer.TryComplete();
        using var giveUp = patience.Register(_stop.Cancel);
        await _work;
        if (_fault is null && !_stop.IsCancellationRequested)
        {
            await GuardAsync(() => WriteListAsync(isLast: true));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _queue.Writer.TryComplete();
        await _work;
        _stop.Dispose();
        _failed.Dispose();
    }

    private async Task WorkAsync()
    {
        await foreach (var name in _queue.Reader.ReadAllAsync())
        {
            if (_fault is null && !_stop.IsCancellationRequested)
            {
                await GuardAsync(() => SendAsync(name));
            }

            Interlocked.Decrement(ref _open);
        }
    }

    private async Task GuardAsync(Func<Task> send)
    {
        try
        {
            await send();
        }
        catch (OperationCanceledException)
        {
            // The next run sends it.
        }
        catch (Exception error) when (error is ResourceException || FileFault.IsOne(error))
        {
            // Of several the first counts.
            Interlocked.CompareExchange(
                ref _fault,
                error as ResourceException ?? new ResourceException(error.Message, error),
                null
            );
            await _failed.CancelAsync();
        }
    }

    private async Task SendAsync(string name)
    {
        var kind = MirrorFile.KindOf(name);
        var path =
            kind == MirrorKind.HashList
                ? HashList.PathOf(_run, name)
                : Path.Combine(_run, name.Replace('/', Path.DirectorySeparatorChar));
        var put = await _bucket.PutAsync(name, path, isOnce: true, _stop.Token);
        if (put.IsWritten)
        {
            Interlocked.Increment(ref _written);
            var sha256 = Convert.ToHexStringLower(put.Sha256);
            if (kind == MirrorKind.Image)
            {
                lock (_one)
                {
                    _lines.Add(new HashList.Line(sha256, put.Length, name));
                }

                _held(name, sha256);
                await WriteListAsync(isLast: false);
            }

            return;
        }

        // Another process was first. On machines of one kind it made the same.
        if (
            await _bucket.AskAsync(name, _stop.Token) is { } there
            && (there.Length != put.Length || (there.ETag.Length == put.ETag.Length && there.ETag != put.ETag))
        )
        {
            _warn(
                $"{_bucket.Address}/{name} was written by another process, and differs from what was made here: machines of two kinds; the one in the bucket counts"
            );
        }
    }

    /// <summary>Writes what images hash to, now and then: a process that is killed leaves few that have to be read again.</summary>
    private async Task WriteListAsync(bool isLast)
    {
        HashList.Line[] lines;
        lock (_one)
        {
            var clock = TimeProvider.System;
            if (
                _lines.Count == 0
                || (!isLast && _lines.Count < LinesOfList && clock.GetElapsedTime(_listed) < ListEvery)
            )
            {
                return;
            }

            lines = [.. _lines];
            _lines.Clear();
            _listed = clock.GetTimestamp();
        }

        var name = HashList.Write(_run, lines);
        await _bucket.PutAsync(name, HashList.PathOf(_run, name), isOnce: true, _stop.Token);
    }
}

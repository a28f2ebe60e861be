using Semblance.Runs.Folder;
using Semblance.Studies;
using Semblance.Wording;

namespace Semblance.Cluster.Objects;

/// <summary>
/// A run in a bucket, and a folder here that has a part of it. The bucket is listed once; what a command needs is brought; what it
/// makes is written there while it works, each file once; nothing there is ever deleted.
/// </summary>
public sealed class Mirror : IAsyncDisposable
{
    private const int BroughtAtOnce = 8;

    // A process that is told to end has five seconds.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly Bucket _bucket;
    private readonly string _run;
    private readonly StudyHost _host;
    private readonly CancellationToken _cancelled;
    private readonly MirrorUploads _uploads;
    private readonly Dictionary<string, BucketObject> _there = new(StringComparer.Ordinal);
    private readonly Lock _one = new();

    private Mirror(Bucket bucket, string run, StudyHost host, CancellationToken cancellationToken)
    {
        (_bucket, _run, _host, _cancelled) = (bucket, Path.GetFullPath(run), host, cancellationToken);
        Folder = new FolderElsewhere(run)
        {
            Bring = name => Wait(() => BringAsync(name)),
            Ask = name => Wait(() => AskAsync(name)),
            Written = Written,
            Exchange = () => Wait(ExchangeAsync),
        };
        _uploads = new MirrorUploads(bucket, _run, (name, hash) => Folder.Add(name, hash), host.Warning);
    }

    /// <summary>What the stages of a run ask.</summary>
    public FolderElsewhere Folder { get; }

    /// <summary>Does work on a run that a bucket holds too.</summary>
    /// <param name="address">Where in the bucket.</param>
    /// <param name="settings">Which server.</param>
    /// <param name="run">The run folder here.</param>
    /// <param name="part">What the work needs.</param>
    /// <param name="host">Receives messages, and is handed on with the mirror.</param>
    /// <param name="work">What is done.</param>
    /// <param name="cancellationToken">Ends it; what is finished is written for two more seconds.</param>
    /// <exception cref="ResourceException">The bucket cannot be read or written; what is finished is kept here.</exception>
    public static async Task<T> RunAsync<T>(
        BucketAddress address,
        BucketSettings settings,
        string run,
        MirrorPart part,
        StudyHost host,
        Func<StudyHost, CancellationToken, Task<T>> work,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(address);
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(host);
        ArgumentNullException.ThrowIfNull(work);
        using var bucket = new Bucket(address, settings);
        await using var mirror = new Mirror(bucket, run, host, cancellationToken);
        await mirror.OpenAsync(part);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, mirror._uploads.Failed);
        T result;
        try
        {
            result = await work(host with { Mirror = mirror.Folder }, stop.Token);
        }
        catch (Exception) when (mirror._uploads.Fault is { } fault)
        {
            throw new ResourceException(fault.Message, fault);
        }
        catch (Exception error)
        {
            await mirror.EndAfterAsync(error);
            throw;
        }

        // Only now: the work has found that the folder and the bucket go together.
        mirror.SendUnsent();
        await mirror.EndAsync();
        var results = part.HasFlag(MirrorPart.Results) ? await mirror.WriteResultsAsync() : 0;
        host.Note($"{Plural.Of(mirror._uploads.Written + results, "file")} of {run} written to {address}");
        return result;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _uploads.DisposeAsync();

    /// <summary>
    /// Waits where a stage cannot: on the pool, since the schedulers of stages have few threads, and those that wait would leave
    /// none for what they wait for.
    /// </summary>
    private static T Wait<T>(Func<Task<T>> work) => Task.Run(work).GetAwaiter().GetResult();

    private static void Wait(Func<Task> work) => Task.Run(work).GetAwaiter().GetResult();

    private string PathOf(string name) => Path.Combine(_run, name.Replace('/', Path.DirectorySeparatorChar));

    private string ListPath(string name) => HashList.PathOf(_run, name);

    /// <summary>Lists the bucket, and brings what is needed.</summary>
    private async Task OpenAsync(MirrorPart part)
    {
        var lengths = new Dictionary<string, long>(StringComparer.Ordinal);
        await foreach (var one in _bucket.ListAsync("", _cancelled))
        {
            var kind = MirrorFile.KindOf(one.Name);
            if (kind == MirrorKind.None || one.Length == 0)
            {
                continue;
            }

            if (!MirrorFile.IsSafe(one.Name))
            {
                throw new InputException(
                    $"{_bucket.Address}/{one.Name} would not be a file in {_run}; delete the object, or name another prefix."
                );
            }

            if (kind == MirrorKind.Image)
            {
                Folder.Add(one.Name, null);
                lengths[one.Name] = one.Length;
            }
            else
            {
                _there[one.Name] = one;
            }
        }

        await BringAllAsync(part);
        foreach (var list in _there.Keys.Where(name => MirrorFile.KindOf(name) == MirrorKind.HashList))
        {
            foreach (var line in HashList.Read(ListPath(list)))
            {
                if (lengths.TryGetValue(line.Name, out var length) && length == line.Length)
                {
                    Folder.Add(line.Name, line.Sha256);
                }
            }
        }

        await CheckStudyAsync();
        if (part.HasFlag(MirrorPart.Results))
        {
            await _bucket.AbortOldAsync(_cancelled);
        }
    }

    /// <summary>Of two studies, neither may get the other's images.</summary>
    private async Task CheckStudyAsync()
    {
        const string name = MirrorFile.StudyMark;
        if (!IsThere(name) || IsSame(name))
        {
            return;
        }

        var there = PathOf($".cache/there-{Path.GetFileName(name)}");
        await _bucket.GetAsync(name, there, length: null, _cancelled);
        var isOther =
            RegularFile.ReadAllText(there, RegularFile.MostOfText)
            != RegularFile.ReadAllText(PathOf(name), RegularFile.MostOfText);
        File.Delete(there);
        if (isOther)
        {
            throw new InputException(
                $"{_bucket.Address} holds the run of another study than {_run}; name another prefix, or another run folder."
            );
        }
    }

    /// <summary>What an earlier process has made and not sent.</summary>
    private void SendUnsent()
    {
        foreach (var list in FolderWalk.Files(ListPath(MirrorFile.HashLists)))
        {
            Written($"{MirrorFile.HashLists}/{list.Name}");
        }

        foreach (var folder in new[] { MirrorFile.Images, MirrorFile.Embeddings, MirrorFile.Records })
        {
            foreach (var file in FolderWalk.Files(PathOf(folder)))
            {
                Written(Path.GetRelativePath(_run, file.FullName).Replace(Path.DirectorySeparatorChar, '/'));
            }
        }
    }

    private async Task BringAllAsync(MirrorPart part)
    {
        (string Name, string Path, long Length)[] wanted =
        [
            .. _there
                .Values.Select(one => (one.Name, Kind: MirrorFile.KindOf(one.Name), one.Length))
                .Where(one =>
                    one.Kind switch
                    {
                        MirrorKind.Chunk => part.HasFlag(MirrorPart.Embeddings),
                        MirrorKind.Result => part.HasFlag(MirrorPart.Results),
                        _ => true,
                    }
                )
                .Select(one =>
                    (one.Name, one.Kind == MirrorKind.HashList ? ListPath(one.Name) : PathOf(one.Name), one.Length)
                )
                .Where(one => !File.Exists(one.Item2)),
        ];
        if (wanted.Length == 0)
        {
            return;
        }

        long done = 0;
        var total = wanted.Sum(one => one.Length);
        await _host.Stage(
            new StudyStage($"bringing from {_bucket.Address}", StageUnit.Bytes),
            async report =>
            {
                await Parallel.ForEachAsync(
                    wanted,
                    new ParallelOptions { MaxDegreeOfParallelism = BroughtAtOnce, CancellationToken = _cancelled },
                    async (one, stop) =>
                    {
                        await _bucket.GetAsync(one.Name, one.Path, one.Length, stop);
                        report(new StageCount(Interlocked.Add(ref done, one.Length), total));
                    }
                );
            }
        );
    }

    private async Task BringAsync(string name) => await _bucket.GetAsync(name, PathOf(name), length: null, _cancelled);

    private async Task<bool> AskAsync(string name)
    {
        if (await _bucket.AskAsync(name, _cancelled) is not { Length: > 0 })
        {
            return false;
        }

        Folder.Add(name, null);
        return true;
    }

    private void Written(string name)
    {
        var kind = MirrorFile.KindOf(name);
        if (
            kind is MirrorKind.Image
                ? !Folder.Holds(name)
                : kind is MirrorKind.Chunk or MirrorKind.Record or MirrorKind.HashList && !IsThere(name)
        )
        {
            _uploads.Add(name);
        }
    }

    /// <summary>Records go there at once: of two processes that differ, one sees what the other does.</summary>
    private async Task ExchangeAsync()
    {
        string[] own =
        [
            .. FolderWalk.Files(PathOf(MirrorFile.Records)).Select(file => $"{MirrorFile.Records}/{file.Name}"),
            .. File.Exists(PathOf(MirrorFile.StudyMark)) ? new[] { MirrorFile.StudyMark } : [],
        ];
        foreach (var name in own.Where(name => MirrorFile.KindOf(name) == MirrorKind.Record && !IsThere(name)))
        {
            await _uploads.AddNowAsync(name);
        }

        await foreach (var one in _bucket.ListAsync(MirrorFile.Records + "/", _cancelled))
        {
            if (MirrorFile.KindOf(one.Name) == MirrorKind.Record && MirrorFile.IsSafe(one.Name))
            {
                lock (_one)
                {
                    _there[one.Name] = one;
                }

                if (!File.Exists(PathOf(one.Name)))
                {
                    await _bucket.GetAsync(one.Name, PathOf(one.Name), one.Length, _cancelled);
                }
            }
        }
    }

    /// <summary>After a fault: what was finished before it is kept there too. The fault is what is said.</summary>
    private async Task EndAfterAsync(Exception error)
    {
        using var patience = new CancellationTokenSource();
        if (error is OperationCanceledException)
        {
            patience.CancelAfter(Patience);
            await _uploads.EndAsync(patience.Token);
        }
        else
        {
            using var asked = _cancelled.Register(() => patience.CancelAfter(Patience));
            await _uploads.EndAsync(patience.Token);
        }
    }

    private async Task EndAsync()
    {
        if (_uploads.Open > 0)
        {
            _host.Note($"writing to {_bucket.Address} ...");
        }

        await _uploads.EndAsync(_cancelled);
        _cancelled.ThrowIfCancellationRequested();
        if (_uploads.Fault is { } fault)
        {
            throw new ResourceException(fault.Message, fault);
        }
    }

    private async Task<int> WriteResultsAsync()
    {
        var written = 0;
        var files = new[] { _run, PathOf("study") }
            .Where(Directory.Exists)
            .SelectMany(Directory.EnumerateFiles)
            .Select(path => Path.GetRelativePath(_run, path).Replace(Path.DirectorySeparatorChar, '/'))
            .Where(name => MirrorFile.KindOf(name) == MirrorKind.Result);
        foreach (var name in files.Order(StringComparer.Ordinal))
        {
            if (!IsThere(name) || !IsSame(name))
            {
                await _bucket.PutAsync(name, PathOf(name), isOnce: false, _cancelled);
                written++;
            }
        }

        return written;
    }

    private bool IsSame(string name)
    {
        var bytes = RegularFile.ReadAllBytes(PathOf(name), long.MaxValue);
        return _there[name].Length == bytes.Length && _there[name].ETag == Bucket.Md5(bytes);
    }

    private bool IsThere(string name)
    {
        lock (_one)
        {
            return _there.ContainsKey(name);
        }
    }
}

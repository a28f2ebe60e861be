using Semblance.Runs.Folder;
using Semblance.Runs.Inputs;
using Semblance.Studies;
using Semblance.Wording;

namespace Semblance.Cluster.Objects;

/// <summary>
/// Images to score that are in a bucket. They are listed once, and each is brought when it is its turn, into the cache of the run
/// folder, which keeps no more than it may: what an image hashed to is noted with what the store calls its content, so that it need
/// not come again.
/// </summary>
public sealed class BucketInputs
{
    /// <summary>What the cache keeps unless another bound is given: 10 GB.</summary>
    public const long UsualBytes = 10_000_000_000;

    private const int LinesOfList = 512;

    private readonly Bucket _bucket;
    private readonly string _run;
    private readonly long _mostBytes;
    private readonly StudyHost _host;
    private readonly CancellationToken _cancelled;
    private readonly Dictionary<string, BucketObject> _objects = new(StringComparer.Ordinal);
    private readonly Lock _one = new();
    private readonly List<HashList.Line> _lines = [];
    private readonly Queue<(string Path, long Length)> _kept = new();
    private long _keptBytes;

    private BucketInputs(Bucket bucket, string run, long mostBytes, StudyHost host, CancellationToken cancellationToken)
    {
        (_bucket, _run, _mostBytes, _host, _cancelled) = (
            bucket,
            Path.GetFullPath(run),
            mostBytes,
            host,
            cancellationToken
        );
        var address = bucket.Address;
        Folder = new FolderElsewhere(
            Path.Combine([_run, ".cache", "bucket", address.Bucket, .. address.Prefix.Split('/')])
        )
        {
            Bring = name => Task.Run(() => BringAsync(name)).GetAwaiter().GetResult(),
            Taken = Take,
        };
    }

    private FolderElsewhere Folder { get; }

    private string Lists => Path.Combine(_run, ".cache", MirrorFile.HashLists);

    /// <summary>Does work on paths of which some are in buckets.</summary>
    /// <param name="paths">As the user named them.</param>
    /// <param name="settings">Which server.</param>
    /// <param name="run">The run folder here.</param>
    /// <param name="mostBytes">What the cache of images may keep of each bucket.</param>
    /// <param name="host">Receives messages, and is handed on with the folders.</param>
    /// <param name="work">What is done with the paths, those in buckets as folders that need not be there.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="InputException">There are no images, or a name would lead out of the folder.</exception>
    /// <exception cref="ResourceException">The bucket cannot be read.</exception>
    public static async Task<T> RunAsync<T>(
        IReadOnlyList<string> paths,
        BucketSettings settings,
        string run,
        long mostBytes,
        StudyHost host,
        Func<IReadOnlyList<string>, StudyHost, CancellationToken, Task<T>> work,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(paths);
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(host);
        ArgumentNullException.ThrowIfNull(work);
        List<string> folders = [];
        List<BucketInputs> inputs = [];
        List<Bucket> buckets = [];
        try
        {
            foreach (var path in paths)
            {
                if (!BucketAddress.IsOne(path))
                {
                    folders.Add(path);
                    continue;
                }

                buckets.Add(new Bucket(BucketAddress.Parse(path), settings));
                inputs.Add(new BucketInputs(buckets[^1], run, mostBytes, host, cancellationToken));
                await inputs[^1].OpenAsync();
                folders.Add(inputs[^1].Folder.Folder);
            }

            return inputs.Count == 0
                ? await work(folders, host, cancellationToken)
                : await work(
                    folders,
                    host with
                    {
                        Inputs = [.. inputs.Select(input => input.Folder)],
                    },
                    cancellationToken
                );
        }
        finally
        {
            inputs.ForEach(input => input.WriteList());
            buckets.ForEach(bucket => bucket.Dispose());
        }
    }

    /// <summary>What the lists call a version of an object.</summary>
    private string NameOf(BucketObject one) => $"{one.ETag} {_bucket.Address}/{one.Name}";

    private string PathOf(string name) => Path.Combine(Folder.Folder, name.Replace('/', Path.DirectorySeparatorChar));

    private async Task OpenAsync()
    {
        await foreach (var one in _bucket.ListAsync("", _cancelled))
        {
            if (one.Length == 0 || !InputReader.IsImage(Path.GetFileName(one.Name)))
            {
                continue;
            }

            if (!MirrorFile.IsSafe(one.Name))
            {
                throw new InputException(
                    $"{_bucket.Address}/{one.Name} would not be a file in {Folder.Folder}; give the object another name, or name another prefix."
                );
            }

            if (InputReader.IsImage(one.Name))
            {
                _objects[one.Name] = one;
            }
        }

        if (_objects.Count == 0)
        {
            throw new InputException(
                $"{_bucket.Address} holds no images; expected <model>/<prompt>/<seed>.png, <prompt>/<seed>.png or images right below the prefix."
            );
        }

        var known = FolderWalk
            .Files(Lists)
            .SelectMany(list => HashList.Read(list.FullName))
            .Where(line => line.Name.Contains($" {_bucket.Address}/", StringComparison.Ordinal))
            .ToLookup(line => line.Name, line => line.Sha256);
        var hashed = 0;
        foreach (var one in _objects.Values)
        {
            var sha256 = known[NameOf(one)].FirstOrDefault();
            hashed += sha256 is null ? 0 : 1;
            Folder.Add(one.Name, sha256);
            var file = new FileInfo(PathOf(one.Name));
            if (!file.Exists)
            {
                continue;
            }

            if (sha256 is null || file.Length != one.Length)
            {
                // Of which version it is nothing says.
                file.Delete();
            }
            else
            {
                Keep(file.FullName, file.Length);
            }
        }

        _host.Note(
            $"{Plural.Of(_objects.Count, "image")} in {_bucket.Address}, {_objects.Values.Sum(one => one.Length) / 1e6:0.0} MB; {hashed} read before"
        );
    }

    private Task BringAsync(string name) => _bucket.GetAsync(name, PathOf(name), _objects[name].Length, _cancelled);

    /// <summary>Notes what an image hashed to, and makes room for others.</summary>
    private void Take(string name, string sha256)
    {
        var one = _objects[name];
        bool isFull;
        lock (_one)
        {
            _lines.Add(new HashList.Line(sha256, one.Length, NameOf(one)));
            isFull = _lines.Count >= LinesOfList;
        }

        Keep(PathOf(name), one.Length);
        if (isFull)
        {
            WriteList();
        }
    }

    private void Keep(string path, long length)
    {
        lock (_one)
        {
            _kept.Enqueue((path, length));
            _keptBytes += length;
            while (_keptBytes > _mostBytes && _kept.TryDequeue(out var oldest))
            {
                _keptBytes -= oldest.Length;
                try
                {
                    File.Delete(oldest.Path);
                }
                catch (Exception error) when (FileFault.IsOne(error))
                {
                    // It is read by another process; the cache keeps a file more.
                }
            }
        }
    }

    private void WriteList()
    {
        HashList.Line[] lines;
        lock (_one)
        {
            lines = [.. _lines];
            _lines.Clear();
        }

        if (lines.Length == 0)
        {
            return;
        }

        var name = HashList.Write(_run, lines);
        // The last stage, in another folder, then need not read the images either.
        _host.Mirror?.Written(name);
    }
}

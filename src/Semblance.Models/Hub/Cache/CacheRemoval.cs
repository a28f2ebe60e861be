namespace Semblance.Models.Hub.Cache;

/// <summary>What a removal would take away.</summary>
/// <param name="Repository">From where.</param>
/// <param name="Commit">The one snapshot; null for the whole repository.</param>
/// <param name="Bytes">That become free.</param>
public sealed record CacheRemoval(CachedRepository Repository, string? Commit, long Bytes)
{
    private IReadOnlyList<string> Paths { get; init; } = [];

    /// <summary>A repository with all its snapshots.</summary>
    public static CacheRemoval Of(CachedRepository repository)
    {
        ArgumentNullException.ThrowIfNull(repository);
        var cache = Path.GetDirectoryName(repository.Folder)!;
        return new CacheRemoval(repository, null, repository.Bytes)
        {
            Paths = [repository.Folder, Path.Combine(cache, ".locks", Path.GetFileName(repository.Folder))],
        };
    }

    /// <summary>One snapshot, the references to it, and the blobs that no other snapshot links to.</summary>
    public static CacheRemoval Of(CachedRepository repository, CachedSnapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(repository);
        ArgumentNullException.ThrowIfNull(snapshot);
        if (repository.Snapshots.Count == 1)
        {
            return Of(repository) with { Commit = snapshot.Commit };
        }

        return CachedRepository.Reading(
            repository.Folder,
            () =>
            {
                var others = repository.Snapshots.Where(other => other != snapshot).SelectMany(Blobs);
                string[] alone = [.. Blobs(snapshot).Except(others).Where(File.Exists)];
                var files = alone.Select(path => new FileInfo(path)).Concat(CachedRepository.Below(snapshot.Folder));
                var bytes = files.Where(file => file.LinkTarget is null).Sum(file => file.Length);
                var references = snapshot.References.Select(name => Path.Combine(repository.Folder, "refs", name));
                return new CacheRemoval(repository, snapshot.Commit, bytes)
                {
                    Paths = [.. references, snapshot.Folder, .. alone],
                };

                IEnumerable<string> Blobs(CachedSnapshot one) =>
                    CachedRepository.Below(one.Folder).Select(repository.Blob).OfType<string>();
            }
        );
    }

    /// <summary>Does it: references first, so that nothing stands for what is half gone.</summary>
    /// <exception cref="ResourceException">Something cannot be removed.</exception>
    public void Run()
    {
        var cache = Path.GetDirectoryName(Repository.Folder)!;
        foreach (var path in Paths)
        {
            CacheFolder.RefuseLinked(cache, path);
        }

        foreach (var path in Paths)
        {
            CacheFolder.Writing(
                path,
                () =>
                {
                    if (Directory.Exists(path))
                    {
                        Directory.Delete(path, recursive: true);
                    }
                    // Without locks there is not even the folder that File.Delete looks in.
                    else if (new FileInfo(path) is { Exists: true } or { LinkTarget: not null })
                    {
                        File.Delete(path);
                    }
                }
            );
        }
    }
}

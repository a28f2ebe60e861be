using Semblance.Models.Checkpoints;

namespace Semblance.Models.Hub.Cache;

/// <summary>One snapshot of a cached repository.</summary>
/// <param name="Commit">Its name.</param>
/// <param name="References">Branches, tags and pull requests that stand for it.</param>
/// <param name="Folder">Where its files are.</param>
public sealed record CachedSnapshot(string Commit, IReadOnlyList<string> References, string Folder);

/// <summary>A repository as the cache holds it.</summary>
/// <param name="Kind">Model or data set.</param>
/// <param name="Name"><c>org/name</c>.</param>
/// <param name="Folder">Its folder in the cache.</param>
/// <param name="Bytes">On disk, each blob once, unfinished ones too.</param>
/// <param name="UnfinishedBytes">Of these, what an interrupted pull left to go on from.</param>
/// <param name="Snapshots">By name.</param>
public sealed record CachedRepository(
    HubKind Kind,
    string Name,
    string Folder,
    long Bytes,
    long UnfinishedBytes,
    IReadOnlyList<CachedSnapshot> Snapshots
)
{
    /// <summary>Everything in a cache, by kind and name. What is not a repository is ignored.</summary>
    /// <exception cref="ResourceException">The cache cannot be read.</exception>
    public static IReadOnlyList<CachedRepository> All(string cache) =>
        Reading(
            cache,
            () =>
                Folders(cache)
                    .Select(Read)
                    .OfType<CachedRepository>()
                    .OrderBy(repository => repository.Kind)
                    .ThenBy(repository => repository.Name, StringComparer.Ordinal)
                    .ToArray()
        );

    /// <summary>One repository of a cache, or null where the cache has none of that name.</summary>
    /// <exception cref="ResourceException">The cache cannot be read.</exception>
    public static CachedRepository? Find(string cache, HubRepository repository)
    {
        ArgumentNullException.ThrowIfNull(repository);
        var folder = Path.Combine(cache, repository.FolderName);
        return Directory.Exists(folder) ? Reading(folder, () => Read(folder)) : null;
    }

    /// <summary>The snapshot of a branch, tag or commit (at least 7 of its digits), or null.</summary>
    public CachedSnapshot? Snapshot(string revision) =>
        Snapshots.FirstOrDefault(snapshot => snapshot.Commit == revision || snapshot.References.Contains(revision))
        ?? (
            revision.Length >= 7
            && Snapshots.Where(snapshot => snapshot.Commit.StartsWith(revision, StringComparison.Ordinal)).ToArray()
                is [var only]
                ? only
                : null
        );

    private static CachedRepository? Read(string folder)
    {
        if (Path.GetFileName(folder).Split("--") is not ["models" or "datasets", _, ..] parts)
        {
            return null;
        }

        var refs = Path.Combine(folder, "refs");
        var references = Below(refs)
            .OrderBy(file => SnapshotFiles.Relative(refs, file.FullName), StringComparer.Ordinal)
            .ToLookup(
                file => RegularFile.ReadAllText(file.FullName, RegularFile.MostOfNote).Trim(),
                file => SnapshotFiles.Relative(refs, file.FullName)
            );
        FileInfo[] files = [.. Below(folder).Where(file => file.LinkTarget is null)];
        return new CachedRepository(
            parts[0] == "models" ? HubKind.Model : HubKind.Dataset,
            string.Join('/', parts[1..]),
            folder,
            files.Sum(file => file.Length),
            files.Where(file => file.Extension == ".incomplete").Sum(file => file.Length),
            [
                .. Folders(Path.Combine(folder, "snapshots"))
                    .Select(path => (Path: path, Commit: Path.GetFileName(path)))
                    .OrderBy(snapshot => snapshot.Commit, StringComparer.Ordinal)
                    .Select(snapshot => new CachedSnapshot(
                        snapshot.Commit,
                        [.. references[snapshot.Commit]],
                        snapshot.Path
                    )),
            ]
        );
    }

    private static IEnumerable<string> Folders(string folder) =>
        Directory.Exists(folder) ? Directory.EnumerateDirectories(folder) : [];

    internal static IEnumerable<FileInfo> Below(string folder) => FolderWalk.Files(folder, followLinks: false);

    /// <summary>
    /// The first step of a link: the blob under its own name, though its bytes may lie elsewhere still. Null where a file is no
    /// link, or one to something else than a blob of its repository.
    /// </summary>
    internal string? Blob(FileInfo pointer)
    {
        if (pointer.LinkTarget is not { } target)
        {
            return null;
        }

        var blobs = Path.GetFullPath(Path.Combine(Folder, "blobs"));
        var path = Path.GetFullPath(Path.Combine(pointer.DirectoryName!, target));
        return Path.GetDirectoryName(path) == blobs ? path
            // A link may be written by another name of the cache.
            : IsSame(Path.GetDirectoryName(path), blobs) ? Path.Combine(blobs, Path.GetFileName(path))
            : null;
    }

    private static bool IsSame(string? one, string other)
    {
        try
        {
            return one is not null && RealPath.Of(one) == RealPath.Of(other);
        }
        catch (InputException)
        {
            return false;
        }
    }

    internal static T Reading<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception error) when (FileFault.IsOne(error))
        {
            throw new ResourceException($"{path} cannot be read: {error.Message}", error);
        }
    }
}

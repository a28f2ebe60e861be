namespace Semblance.Models.Hub.Cache;

/// <summary>What a check of a cached file found.</summary>
public enum CheckResult
{
    /// <summary>Its bytes are those that its name says.</summary>
    Right,

    /// <summary>Its bytes are others: a disk or a program changed them.</summary>
    Damaged,

    /// <summary>It is a link to bytes that are gone.</summary>
    Missing,

    /// <summary>It is a file and no link to a blob, so that no hash is known for it.</summary>
    Unknown,
}

/// <summary>A cached file and what its check found.</summary>
/// <param name="Snapshot">Commit that it belongs to.</param>
/// <param name="Path">Below the snapshot.</param>
/// <param name="Bytes">Its length, 0 where it is missing.</param>
/// <param name="Result">What was found.</param>
public sealed record CheckedFile(string Snapshot, string Path, long Bytes, CheckResult Result);

/// <summary>Hashes what the cache holds again.</summary>
public static class CacheCheck
{
    private const int BufferBytes = 1 << 20;

    /// <summary>Checks every file of a repository's snapshots; each blob is read once.</summary>
    /// <param name="repository">What to check.</param>
    /// <param name="hashed">Gets how many bytes were hashed.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="ResourceException">A file cannot be read.</exception>
    public static IReadOnlyList<CheckedFile> Run(
        CachedRepository repository,
        Action<long>? hashed = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(repository);
        var known = new Dictionary<string, (long Bytes, CheckResult Result)>(StringComparer.Ordinal);
        return
        [
            .. from snapshot in repository.Snapshots
            from file in CachedRepository.Below(snapshot.Folder).OrderBy(file => file.FullName, StringComparer.Ordinal)
            let path = SnapshotFiles.Relative(snapshot.Folder, file.FullName)
            let found = Check(file)
            select new CheckedFile(snapshot.Commit, path, found.Bytes, found.Result),
        ];

        (long Bytes, CheckResult Result) Check(FileInfo file)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (file.LinkTarget is not null && !SnapshotFiles.Leads(file.FullName))
            {
                return (0, CheckResult.Missing);
            }

            if (repository.Blob(file) is not { } blob)
            {
                return (file.Length, CheckResult.Unknown);
            }

            if (!known.TryGetValue(blob, out var found))
            {
                found = CachedRepository.Reading(blob, () => Hash(blob, hashed, cancellationToken));
                known[blob] = found;
            }

            return found;
        }
    }

    /// <summary>Removes what was found damaged or missing, so that the next pull fetches it again.</summary>
    /// <exception cref="ResourceException">It cannot be removed.</exception>
    public static void Discard(CachedRepository repository, IEnumerable<CheckedFile> files)
    {
        ArgumentNullException.ThrowIfNull(repository);
        foreach (var file in files.Where(file => file.Result is CheckResult.Damaged or CheckResult.Missing))
        {
            var pointer = new FileInfo(
                Path.Combine([repository.Folder, "snapshots", file.Snapshot, .. file.Path.Split('/')])
            );
            var cache = Path.GetDirectoryName(repository.Folder)!;
            CacheFolder.RefuseLinked(cache, pointer.FullName);
            CacheFolder.Writing(
                pointer.FullName,
                () =>
                {
                    if (repository.Blob(pointer) is { } blob)
                    {
                        CacheFolder.RefuseLinked(cache, blob);
                        File.Delete(blob);
                    }

                    pointer.Delete();
                }
            );
        }
    }

    private static (long Bytes, CheckResult Result) Hash(
        string blob,
        Action<long>? hashed,
        CancellationToken cancellationToken
    )
    {
        using var stream = RegularFile.OpenRead(blob, buffer: 0);
        if (BlobId.Parse(Path.GetFileName(blob)) is not { } id)
        {
            return (stream.Length, CheckResult.Unknown);
        }

        using var hash = id.Begin(stream.Length);
        var buffer = new byte[BufferBytes];
        int read;
        while ((read = stream.Read(buffer)) > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            hash.AppendData(buffer, 0, read);
            hashed?.Invoke(read);
        }

        return (stream.Length, id.Is(hash) ? CheckResult.Right : CheckResult.Damaged);
    }
}

using Semblance.Models.Checkpoints;

namespace Semblance.Models.Hub.Cache;

/// <summary>
/// One repository's folder of the cache, written as the Python library writes it: <c>blobs/HASH</c>,
/// <c>snapshots/COMMIT/FILE</c> that link there, <c>refs/REVISION</c>, and beside all repositories <c>.locks</c>.
/// Whatever appears under its final name is whole.
/// </summary>
internal sealed class CacheFolder(string cache, HubRepository repository, bool links)
{
    private const int LockPause = 100;

    // Bits of IOException.HResult: EWOULDBLOCK of Linux and of macOS, sharing and lock violations of Windows.
    private static readonly int[] LockedByOther = [11, 35, 32, 33];

    public string Folder { get; } = Path.Combine(cache, repository.FolderName);

    public string Blob(BlobId id) => Path.Combine(Folder, "blobs", id.Hex);

    public string Incomplete(BlobId id) => Blob(id) + ".incomplete";

    public string Snapshot(string commit) => Path.Combine(Folder, "snapshots", commit);

    public string Pointer(string commit, string path) => Path.Combine([Snapshot(commit), .. path.Split('/')]);

    /// <summary>Whether a file of that length is there, behind whatever links.</summary>
    public static bool Holds(string path, long length)
    {
        if (!File.Exists(path))
        {
            return false;
        }

        try
        {
            // A link has a length of its own; only the end of the chain counts.
            return new FileInfo(RealPath.Of(path)).Length == length;
        }
        catch (Exception error) when (error is InputException or IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Bytes of a blob that an earlier attempt left, 0 where there are none.</summary>
    public long Fetched(BlobId id)
    {
        var left = new FileInfo(Incomplete(id));
        return left.Exists ? left.Length : 0;
    }

    /// <summary>
    /// Waits until no other process fetches this blob. The lock is the one that the Python library takes, and ends with
    /// the process that holds it, however that ends.
    /// </summary>
    public async Task<IDisposable> LockAsync(BlobId id, Action waiting, CancellationToken cancellationToken)
    {
        var path = Path.Combine(cache, ".locks", repository.FolderName, $"{id.Hex}.lock");
        Writing(path, () => Directory.CreateDirectory(Path.GetDirectoryName(path)!));
        for (var turn = 0; ; turn++)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException error) when (LockedByOther.Contains(error.HResult & 0xFFFF))
            {
                if (turn == 1)
                {
                    waiting();
                }
            }
            catch (Exception error) when (FileFault.IsOne(error))
            {
                throw Unwritable(path, error);
            }

            await Task.Delay(LockPause, cancellationToken);
        }
    }

    /// <summary>Makes a file of a snapshot stand for a blob that is there.</summary>
    public void Link(BlobId id, string commit, string path)
    {
        var pointer = Pointer(commit, path);
        Writing(
            pointer,
            () =>
            {
                Directory.CreateDirectory(Path.GetDirectoryName(pointer)!);
                File.Delete(pointer);
                if (!links || !TryLink(Blob(id), pointer))
                {
                    Replace(pointer, half => File.Copy(Blob(id), half));
                }
            }
        );
    }

    /// <summary>Without links a snapshot holds the file itself, and the blob is not kept a second time.</summary>
    public void Settle(BlobId id, IEnumerable<string> pointers)
    {
        var blob = Blob(id);
        if (pointers.All(pointer => new FileInfo(pointer).LinkTarget is null))
        {
            Writing(blob, () => File.Delete(blob));
        }
    }

    /// <summary>Notes which commit a branch or tag stands for.</summary>
    public void Refer(string revision, string commit)
    {
        if (revision == commit)
        {
            return;
        }

        var reference = Path.Combine([Folder, "refs", .. revision.Split('/')]);
        Writing(
            reference,
            () =>
            {
                Directory.CreateDirectory(Path.GetDirectoryName(reference)!);
                if (File.Exists(reference) && RegularFile.ReadAllText(reference, RegularFile.MostOfNote) == commit)
                {
                    return;
                }

                Replace(reference, half => File.WriteAllText(half, commit));
            }
        );
    }

    /// <summary>Refuses to remove what lies behind a linked folder: it may be anybody's.</summary>
    /// <param name="cache">The cache, which may be a link itself.</param>
    /// <param name="path">Below it.</param>
    /// <exception cref="ResourceException">A folder between the two is a link.</exception>
    public static void RefuseLinked(string cache, string path)
    {
        var top = Path.TrimEndingDirectorySeparator(Path.GetFullPath(cache));
        for (
            var folder = Path.GetDirectoryName(Path.GetFullPath(path));
            folder is not null && folder != top;
            folder = Path.GetDirectoryName(folder)
        )
        {
            if (new DirectoryInfo(folder).LinkTarget is { } target)
            {
                throw new ResourceException(
                    $"{path} is not removed: {folder} is a link to {target}, and nothing behind links is; remove it by hand if it is yours."
                );
            }
        }
    }

    /// <summary>Writes to the disk, and turns a failure into a <see cref="ResourceException"/>.</summary>
    /// <exception cref="ResourceException">The disk is full or cannot be written to.</exception>
    public static void Writing(string path, Action write)
    {
        try
        {
            write();
        }
        catch (Exception error) when (FileFault.IsOne(error))
        {
            throw Unwritable(path, error);
        }
    }

    public static ResourceException Unwritable(string path, Exception error) =>
        ResourceException.Unwritten(
            path,
            error,
            "Point HF_HOME or HF_HUB_CACHE at another folder, and run the same command again; what was fetched is kept."
        );

    private static bool TryLink(string blob, string pointer)
    {
        try
        {
            File.CreateSymbolicLink(pointer, Path.GetRelativePath(Path.GetDirectoryName(pointer)!, blob));
            return true;
        }
        catch (Exception error)
            when (error is UnauthorizedAccessException or PlatformNotSupportedException or NotSupportedException
                || (error is IOException && !File.Exists(pointer))
            )
        {
            return false;
        }
    }

    /// <summary>Makes a file beside the path first, so that the path never holds half of it.</summary>
    private static void Replace(string path, Action<string> make)
    {
        var half = $"{path}.{Path.GetRandomFileName()}";
        try
        {
            make(half);
            File.Move(half, path, overwrite: true);
        }
        catch
        {
            File.Delete(half);
            throw;
        }
    }
}

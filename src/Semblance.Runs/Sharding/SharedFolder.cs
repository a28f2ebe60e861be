using Semblance.Runs.Folder;

namespace Semblance.Runs.Sharding;

/// <summary>
/// A run folder that processes on several machines write to at the same time. All they need of its file system is that a
/// file that is renamed onto another one takes its place in one step.
/// </summary>
internal static class SharedFolder
{
    private const string Mounts = "/proc/self/mountinfo";

    /// <summary>
    /// File systems that show an object store as a folder, and rename by copying (or not at all): others then see files that
    /// are half there, or none.
    /// </summary>
    private static readonly string[] ObjectStores =
    [
        "fuse.s3fs",
        "fuse.mountpoint-s3",
        "fuse.goofys",
        "fuse.geesefs",
        "fuse.gcsfuse",
        "fuse.blobfuse",
        "fuse.blobfuse2",
        "fuse.rclone",
        "fuse.ossfs",
        "fuse.cosfs",
    ];

    /// <summary>Makes the folder, tries its file system, and marks it as a run folder; before any long work.</summary>
    /// <exception cref="ResourceException">It cannot be made, or its file system does not rename in one step.</exception>
    public static void Prepare(RunFolder run)
    {
        run.Make(run.FullPath, advise: true);
        if (
            File.Exists(Mounts)
            && FileSystemOf(RegularFile.ReadLines(Mounts, RegularFile.MostOfText), run.FullPath) is { } kind
            && ObjectStores.Contains(kind)
        )
        {
            throw Unfit(run, $"{kind[5..]} shows an object store as a folder");
        }

        Try(run);
        ManifestFile.MakeEmpty(run);
    }

    /// <summary>The kind of file system that holds a path, from lines as <c>/proc/self/mountinfo</c> has them; null where none does.</summary>
    public static string? FileSystemOf(IEnumerable<string> mounts, string fullPath) =>
        mounts
            .Select(line => line.Split(' '))
            .Select(fields =>
                (
                    Point: fields.ElementAtOrDefault(4) ?? "",
                    Kind: fields.SkipWhile(field => field != "-").ElementAtOrDefault(1)
                )
            )
            // Of two mounts in one place the later one is seen.
            .Reverse()
            .Where(mount => IsIn(fullPath, mount.Point.Replace("\\040", " ", StringComparison.Ordinal)))
            .MaxBy(mount => mount.Point.Length)
            .Kind;

    private static bool IsIn(string path, string folder) =>
        folder.Length > 0
        && path.StartsWith(folder, StringComparison.Ordinal)
        && (folder.EndsWith('/') || path.Length == folder.Length || path[folder.Length] == '/');

    private static void Try(RunFolder run)
    {
        var one = run.At($".{Path.GetRandomFileName()}.tmp");
        var other = run.At($".{Path.GetRandomFileName()}.tmp");
        try
        {
            foreach ((var path, var text) in new[] { (one, "new"), (other, "old") })
            {
                using var stream = run.OpenNew(path);
                stream.Write(System.Text.Encoding.ASCII.GetBytes(text));
            }

            try
            {
                run.Move(one, other);
            }
            catch (Exception error) when (FileFault.IsOne(error) || error is NotSupportedException)
            {
                throw Unfit(run, "a file cannot be renamed onto another", error);
            }

            if (File.Exists(one) || RegularFile.ReadAllText(other, RegularFile.MostOfNote) != "new")
            {
                throw Unfit(run, "a file that is renamed onto another does not take its place");
            }
        }
        catch (Exception error) when (FileFault.IsOne(error) || error is NotSupportedException)
        {
            throw RunFolder.Unwritten(one, error);
        }
        finally
        {
            File.Delete(one);
            File.Delete(other);
        }
    }

    private static ResourceException Unfit(RunFolder run, string why, Exception? inner = null) =>
        new(
            $"The file system of {run.Path} does not rename in one step ({why}), which shards need: put the run folder on a local, NFS, Lustre, BeeGFS or similar file system.",
            inner
        );
}

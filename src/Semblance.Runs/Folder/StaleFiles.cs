using System.IO.Enumeration;

namespace Semblance.Runs.Folder;

/// <summary>
/// Half-written files that a killed process has left in a run folder. Those of a living one are locked while they are
/// written, and renamed right after.
/// </summary>
internal static class StaleFiles
{
    /// <summary>As <see cref="RunFolder"/> names what it writes: Path.GetRandomFileName gives 8 and 3 letters.</summary>
    private const string Pattern = ".????????.???.tmp";

    // Longer than it takes from the end of the writing to the renaming, shorter than a model takes to load.
    private static readonly TimeSpan Age = TimeSpan.FromSeconds(10);

    // Shards may be on machines whose clocks differ, and whose locks are not seen here.
    private static readonly TimeSpan AgeOfShared = TimeSpan.FromDays(1);

    /// <summary>Removes those among the images too, which may be many.</summary>
    public static void RemoveAll(RunFolder run) =>
        Remove(run, In(run.FullPath, recurse: false).Concat(In(run.At(ImageFiles.Folder), recurse: true)));

    /// <summary>Removes those in the folder itself and of embeddings, which are few.</summary>
    public static void Remove(RunFolder run) =>
        Remove(
            run,
            In(run.FullPath, recurse: false)
                .Concat(In(run.At("embeddings"), recurse: true))
                .Concat(In(run.At(".cache"), recurse: true))
        );

    private static void Remove(RunFolder run, IEnumerable<FileInfo> files)
    {
        var limit =
            TimeProvider.System.GetUtcNow().UtcDateTime
            - (Directory.Exists(run.At(RunFolder.ShardsName)) ? AgeOfShared : Age);
        foreach (var file in files)
        {
            try
            {
                if (file.LastWriteTimeUtc < limit)
                {
                    using (file.Open(FileMode.Open, FileAccess.ReadWrite, FileShare.None)) { }

                    file.Delete();
                }
            }
            catch (Exception error) when (FileFault.IsOne(error))
            {
                // Being written, or gone by now: nothing to remove.
            }
        }
    }

    private static FileInfo[] In(string folder, bool recurse) =>
        Directory.Exists(folder)
            ?
            [
                .. new FileSystemEnumerable<FileInfo>(
                    folder,
                    (ref FileSystemEntry entry) => (FileInfo)entry.ToFileSystemInfo(),
                    new EnumerationOptions { RecurseSubdirectories = recurse, AttributesToSkip = FileAttributes.None }
                )
                {
                    // Links to folders may lead anywhere.
                    ShouldRecursePredicate = (ref FileSystemEntry entry) =>
                        !entry.Attributes.HasFlag(FileAttributes.ReparsePoint),
                    ShouldIncludePredicate = (ref FileSystemEntry entry) =>
                        !entry.IsDirectory && FileSystemName.MatchesSimpleExpression(Pattern, entry.FileName),
                },
            ]
            : [];
}

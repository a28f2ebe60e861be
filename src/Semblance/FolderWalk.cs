namespace Semblance;

/// <summary>The files below a folder, where links may lead in circles.</summary>
public static class FolderWalk
{
    /// <summary>
    /// All files below a folder, in no order. A linked folder is walked once, and not at all where it leads to a folder that it
    /// lies in. Nothing where the folder does not exist.
    /// </summary>
    /// <param name="folder">Where to begin.</param>
    /// <param name="followLinks">Whether linked folders are walked too; links to files are always among the files.</param>
    /// <exception cref="IOException">A folder cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">A folder may not be read.</exception>
    public static IEnumerable<FileInfo> Files(string folder, bool followLinks = true)
    {
        var linked = new HashSet<string>(StringComparer.Ordinal);
        var waiting = new Stack<(DirectoryInfo Folder, string Real)>();
        var first = new DirectoryInfo(folder);
        if (first.Exists)
        {
            waiting.Push((first, RealOf(Path.TrimEndingDirectorySeparator(first.FullName)) ?? first.FullName));
        }

        while (waiting.TryPop(out var at))
        {
            foreach (var entry in at.Folder.EnumerateFileSystemInfos())
            {
                if (entry is FileInfo file)
                {
                    yield return file;
                }
                else if (entry is DirectoryInfo { LinkTarget: null } below)
                {
                    waiting.Push((below, Path.Combine(at.Real, below.Name)));
                }
                else if (
                    followLinks
                    && entry is DirectoryInfo link
                    && RealOf(Path.Combine(at.Real, link.Name)) is { } real
                    && !IsWithin(at.Real, real)
                    && linked.Add(real)
                )
                {
                    waiting.Push((link, real));
                }
            }
        }
    }

    /// <summary>The folder without links on the way to it; null where they lead nowhere or in a circle.</summary>
    private static string? RealOf(string path, int links = 0)
    {
        const int MostLinks = 40;
        if (Path.GetDirectoryName(path) is not { } outer)
        {
            return path;
        }

        if (links > MostLinks || RealOf(outer, links) is not { } within)
        {
            return null;
        }

        var here = new DirectoryInfo(Path.Combine(within, Path.GetFileName(path)));
        return here.LinkTarget is { } target
                ? RealOf(Path.TrimEndingDirectorySeparator(Path.GetFullPath(target, within)), links + 1)
            : here.Exists ? here.FullName
            : null;
    }

    private static bool IsWithin(string folder, string outer) =>
        folder == outer
        || folder.StartsWith(
            Path.TrimEndingDirectorySeparator(outer) + Path.DirectorySeparatorChar,
            StringComparison.Ordinal
        );
}

using Semblance.Runs.Folder;
using Semblance.Runs.Formats;

namespace Semblance.Runs.Inputs;

/// <summary>Which files an input is read from, so that no result is written over one.</summary>
public static class InputFiles
{
    private static readonly StringComparison Comparison =
        OperatingSystem.IsWindows() || OperatingSystem.IsMacOS()
            ? StringComparison.OrdinalIgnoreCase
            : StringComparison.Ordinal;

    private static readonly string[] OfRuns =
    [
        RunFolder.ManifestName,
        ImageTable.FileName,
        StoredScores.FileName,
        StoredScores.CsvName,
    ];

    /// <summary>
    /// Whether a file, links followed, is one of the paths; or is in a folder among them, exists, and is of a kind that is read
    /// there: an image, an array, or what a run folder keeps.
    /// </summary>
    /// <param name="paths">Files and folders that are read; some may not exist.</param>
    /// <param name="file">That is to be written.</param>
    public static bool Include(IEnumerable<string> paths, string file)
    {
        ArgumentNullException.ThrowIfNull(paths);
        var written = Real(file);
        return paths
            .Select(Real)
            .Any(path =>
                string.Equals(path, written, Comparison)
                || (
                    File.Exists(written)
                    && written.StartsWith(
                        Path.TrimEndingDirectorySeparator(path) + Path.DirectorySeparatorChar,
                        Comparison
                    )
                    && IsRead(path, written)
                )
            );
    }

    private static bool IsRead(string folder, string file) =>
        ImageNames.IsImage(file)
        || EmbeddingFolder.IsArray(file)
        || EmbeddingFolder.IsTensors(file)
        || (Path.GetDirectoryName(file) == folder && PartFiles.In(folder).Contains(file))
        || (
            Path.GetDirectoryName(file) == folder && RunFolder.IsRun(folder) && OfRuns.Contains(Path.GetFileName(file))
        );

    /// <summary>The full path with every link in it followed.</summary>
    private static string Real(string path)
    {
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        try
        {
            if (Path.GetDirectoryName(full) is not { } above)
            {
                return full;
            }

            var place = Path.Combine(Real(above), Path.GetFileName(full));
            FileSystemInfo info = Directory.Exists(place) ? new DirectoryInfo(place) : new FileInfo(place);
            return info.ResolveLinkTarget(returnFinalTarget: true) is { } target ? Real(target.FullName) : place;
        }
        catch (Exception error) when (FileFault.IsOne(error))
        {
            return full;
        }
    }
}

using Semblance.Tensors;

namespace Semblance.Runs.Formats;

/// <summary>
/// Looks at a file before it is opened: to open a pipe is to wait for whoever writes to it, and a device may have no end.
/// </summary>
internal static class SourceFile
{
    /// <summary>What is read under a path: the file itself, or the one that links lead to, which may not exist.</summary>
    /// <exception cref="IOException">The links lead in a circle.</exception>
    public static FileInfo Of(string path)
    {
        var file = new FileInfo(path);
        return file.Exists && file.Attributes.HasFlag(FileAttributes.ReparsePoint)
            ? file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file
            : file;
    }

    /// <summary>Why a path cannot be read as a file, to go on after its name ("is a folder"); null where nothing is seen.</summary>
    public static string? FaultOf(string path)
    {
        try
        {
            if (File.GetAttributes(path).HasFlag(FileAttributes.Directory))
            {
                return "is a folder, not a file";
            }

            var file = Of(path);
            return !file.Exists ? $"is a link to {new FileInfo(path).LinkTarget}, which does not exist"
                // Of pipes and devices the system knows no length.
                : file.Length == 0 ? "is empty or not a regular file"
                : null;
        }
        catch (Exception error) when (FileFault.IsOne(error))
        {
            return error is FileNotFoundException or DirectoryNotFoundException && NotUtf8(path) is { } odd
                ? odd
                : FaultOf(error);
        }
    }

    /// <summary>As <see cref="FaultOf(string)"/>, or what the file is instead of itself: a pointer of Git LFS, a web page.</summary>
    public static string? FaultOfContent(string path) =>
        FaultOf(path) ?? (CompressedFile.IsOne(path) ? null : ForeignFile.Of(path));

    /// <summary>
    /// What is wrong with a name that does not exist as it is shown: bytes that are not UTF-8 become U+FFFD, and no name with
    /// that leads back to the file. Null where the name is not such a one.
    /// </summary>
    public static string? NotUtf8(string path) =>
        path.Contains('\uFFFD', StringComparison.Ordinal)
            ? "has a name that is not UTF-8, and so cannot be opened; rename it (`convmv -r -f latin1 -t utf8 FOLDER` shows how)"
            : null;

    /// <summary>Reads, and names the file where the system cannot.</summary>
    public static T Guard<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception error) when (FileFault.IsOne(error))
        {
            throw new InputException($"{path} {FaultOf(error)}.", error);
        }
    }

    /// <summary>What the system could not do with a file, to go on after its name.</summary>
    public static string FaultOf(Exception error) =>
        error switch
        {
            FileNotFoundException or DirectoryNotFoundException => "does not exist",
            UnauthorizedAccessException => "cannot be read: permission is denied",
            PathTooLongException => "cannot be read: the path is too long",
            // The system ends with the path, which its reader has seen already.
            _ => $"cannot be read: {error.Message.Split([" : '", " in '"], StringSplitOptions.None)[0].TrimEnd('.')}",
        };
}

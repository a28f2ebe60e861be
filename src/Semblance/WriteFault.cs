namespace Semblance;

/// <summary>Why something cannot be written.</summary>
/// <param name="Reason">As the end of a sentence.</param>
/// <param name="Remedy">What the user can do in that place, as the beginning of a sentence; null where there is nothing.</param>
internal readonly record struct WriteFault(string Reason, string? Remedy)
{
    // The system's own numbers, in the low bits of IOException.HResult: no space, quota, read-only.
    private static readonly (int[] NoSpace, int[] Quota, int[] ReadOnly) Codes =
        OperatingSystem.IsWindows() ? ([112, 39], [1295], [19])
        : OperatingSystem.IsLinux() ? ([28], [122], [30])
        : ([28], [69], [30]);

    /// <summary>What the system's fault means for a path.</summary>
    /// <param name="path">What should have been written.</param>
    /// <param name="error">What the system said.</param>
    /// <param name="missing">What to say where a folder is missing.</param>
    public static WriteFault Of(string path, Exception error, string missing) =>
        error switch
        {
            _ when Directory.Exists(path) => new("a folder of that name is in the way", "move that folder away"),
            _ when FileAbove(path) is { } file => new($"{file} is a file, not a folder", "move that file away"),
            DirectoryNotFoundException or FileNotFoundException => new(missing, null),
            PathTooLongException => new("the path is too long", null),
            UnauthorizedAccessException => new("permission is denied", "make that place writable"),
            IOException when Codes.NoSpace.Contains(Code(error)) => new("no space is left", "make room"),
            IOException when Codes.Quota.Contains(Code(error)) => new("your disk quota is used up", "make room"),
            IOException when Codes.ReadOnly.Contains(Code(error)) => new("the file system is read-only", null),
            // The system ends with the path, which may be that of a temporary file.
            _ => new(error.Message.Split(" : '")[0].TrimEnd('.'), null),
        };

    private static int Code(Exception error) => error.HResult & 0xFFFF;

    /// <summary>The part of a path that is a file where there should be a folder; null if there is none.</summary>
    private static string? FileAbove(string path)
    {
        var folder = Path.GetDirectoryName(path);
        while (!string.IsNullOrEmpty(folder) && !Path.Exists(folder))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return File.Exists(folder) ? folder : null;
    }
}

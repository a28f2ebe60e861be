namespace Semblance;

/// <summary>What lies under a path is not a file that is read: a pipe, a device, a folder, or one that is too long.</summary>
public sealed class IrregularFileException : IOException
{
    /// <summary>Says what lies there instead of a file.</summary>
    /// <param name="path">Where it is.</param>
    /// <param name="reason">Half a sentence, such as "it is a pipe, not a regular file".</param>
    public IrregularFileException(string path, string reason)
        : base($"{reason}.") => Path = path;

    /// <summary>The path, as it was given.</summary>
    public string Path { get; }
}

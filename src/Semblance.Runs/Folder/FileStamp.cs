using Semblance.Runs.Formats;

namespace Semblance.Runs.Folder;

/// <summary>What tells, without reading it, that a file is the one that was read.</summary>
/// <param name="Length">Bytes.</param>
/// <param name="Time">When it was written, in ticks; a copy may keep the old time.</param>
/// <param name="Change">See <see cref="ChangeStamp"/>.</param>
internal readonly record struct FileStamp(long Length, long Time, long Change)
{
    /// <summary>The stamp of a file, or of the one that links lead to; null where it does not exist.</summary>
    /// <exception cref="IOException">The links lead in a circle.</exception>
    public static FileStamp? Of(string path)
    {
        var file = SourceFile.Of(path);
        return file.Exists
            ? new FileStamp(file.Length, file.LastWriteTimeUtc.Ticks, ChangeStamp.Of(file.FullName))
            : null;
    }
}

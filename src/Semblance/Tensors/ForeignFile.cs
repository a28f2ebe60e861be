namespace Semblance.Tensors;

/// <summary>Recognises what lies in the place of weights when a download or a copy went wrong.</summary>
public static class ForeignFile
{
    /// <summary>As many bytes of a file's start as are looked at.</summary>
    public const int StartBytes = 32;

    /// <summary>What a file is and what to do, to go on after its name; null for none of the kinds that are known.</summary>
    /// <param name="start">The first bytes of the file; fewer than <see cref="StartBytes"/> where it is short.</param>
    public static string? Of(ReadOnlySpan<byte> start) =>
        start.StartsWith("version https://git-lfs."u8)
            ? "is a pointer of Git LFS and not the file itself; fetch that with git lfs pull"
        : start is [0x1f, 0x8b, 0x08, ..] ? "is compressed with gzip; unpack it first (gunzip FILE)"
        : start.StartsWith("<!DOCTYPE html"u8) || start.StartsWith("<!doctype html"u8) || start.StartsWith("<html"u8)
            ? "is a web page, such as a download link shows to whoever is not signed in; fetch the file itself"
        : null;

    /// <summary>The same for a file on disk; null also where it cannot be read.</summary>
    public static string? Of(string path)
    {
        try
        {
            using var stream = File.OpenRead(path);
            return Of(stream);
        }
        catch (Exception error) when (FileFault.IsOne(error))
        {
            return null;
        }
    }

    /// <summary>The same for a seekable stream, which is read from its start.</summary>
    internal static string? Of(Stream stream)
    {
        stream.Position = 0;
        Span<byte> start = stackalloc byte[StartBytes];
        return Of(start[..stream.ReadAtLeast(start, StartBytes, throwOnEndOfStream: false)]);
    }
}

using System.Text;

namespace Semblance.Tensors;

/// <summary>Recognises what lies in the place of a file when a download or a copy went wrong.</summary>
public static class ForeignFile
{
    /// <summary>As many bytes of a file's start as are looked at.</summary>
    public const int StartBytes = 512;

    /// <summary>What may stand before the first sign of a text: white space, and the bytes of a byte order mark.</summary>
    private static readonly char[] Before = [' ', '\t', '\r', '\n', '\u00ef', '\u00bb', '\u00bf'];

    /// <summary>Short texts that the hub and others send in the place of a file.</summary>
    private static readonly string[] Answers = ["Entry not found", "Invalid username or password", "Access denied"];

    /// <summary>What a file is and what to do, to go on after its name; null for none of the kinds that are known.</summary>
    /// <param name="start">The first bytes of the file; fewer than <see cref="StartBytes"/> where it is short.</param>
    public static string? Of(ReadOnlySpan<byte> start)
    {
        if (start is [0x1f, 0x8b, 0x08, ..])
        {
            return "is compressed with gzip; unpack it first (gunzip FILE)";
        }

        var text = Encoding.Latin1.GetString(start[..Math.Min(start.Length, StartBytes)]).TrimStart(Before);
        return Begins("version https://git-lfs.") || Begins("version https://hawser.")
                ? "is a pointer of Git LFS and not the file itself; fetch that with git lfs pull"
            : Begins("/annex/objects/") || Begins(".git/annex/objects/") || Begins("../.git/annex/")
                ? "is a pointer of git-annex and not the file itself; fetch that with git annex get"
            : Begins("<!doctype html") || (Begins("<") && Has("<html"))
                ? "is a web page, such as a download link shows to whoever is not signed in; fetch the file itself"
            : Begins("<?xml") && Has("<error>") || Begins("<error>")
                ? "is the error message of a server and not the file itself; look into it, and fetch the file again"
            : Answers.Any(Begins)
                ? $"is the answer of a server (\"{text.TrimEnd()}\") and not the file itself; fetch that again"
            : null;

        bool Begins(string what) => text.StartsWith(what, StringComparison.OrdinalIgnoreCase);
        bool Has(string what) => text.Contains(what, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>The same for a file on disk; null also where it cannot be read.</summary>
    public static string? Of(string path)
    {
        try
        {
            using var stream = RegularFile.OpenRead(path);
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

using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Semblance;

/// <summary>
/// The one door through which files of others are opened. To open a pipe is to wait for whoever writes to it, and a device may
/// have no end: so what lies under a path is looked at before it is opened, and only a regular file of a length that its kind
/// may have is.
/// </summary>
public static partial class RegularFile
{
    /// <summary>Configurations, vocabularies, indexes of shards, workflows, results: 256 MiB, many times the largest published one.</summary>
    public const long MostOfText = 256L << 20;

    /// <summary>A note of one line: a reference of a cache, a token, a hash: 1 MiB.</summary>
    public const long MostOfNote = 1L << 20;

    /// <summary>An image, or a page of many: 1 GiB.</summary>
    public const long MostOfImage = 1L << 30;

    private const int LongestLine = 1 << 20;

    private const int AnswerBytes = 256;

    /// <summary>Opens a file for reading.</summary>
    /// <param name="path">Links are followed.</param>
    /// <param name="most">Bytes that it may have.</param>
    /// <param name="sharing">What others may do to it meanwhile.</param>
    /// <param name="buffer">Bytes that are read ahead; 0 for none.</param>
    /// <exception cref="IrregularFileException">It is a pipe, a device, a socket or a folder, or is longer than that.</exception>
    /// <exception cref="IOException">It cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static FileStream OpenRead(
        string path,
        long most = long.MaxValue,
        FileShare sharing = FileShare.Read,
        int buffer = 4096
    )
    {
        Check(path, most);
        return new FileStream(path, FileMode.Open, FileAccess.Read, sharing, buffer);
    }

    /// <summary>Opens a file that its user may also give as a pipe, as a shell does for <c>&lt;(command)</c>.</summary>
    /// <inheritdoc cref="OpenRead"/>
    public static FileStream OpenReadOrPipe(string path)
    {
        Check(path, long.MaxValue, mayBePipe: true);
        return File.OpenRead(path);
    }

    /// <summary>Opens a file for reading at any place of it.</summary>
    /// <inheritdoc cref="OpenRead"/>
    public static SafeFileHandle OpenHandle(string path)
    {
        Check(path, long.MaxValue);
        return File.OpenHandle(path, options: FileOptions.RandomAccess);
    }

    /// <summary>The whole file, which has at most <paramref name="most"/> bytes.</summary>
    /// <inheritdoc cref="OpenRead"/>
    public static byte[] ReadAllBytes(string path, long most)
    {
        Check(path, most);
        return File.ReadAllBytes(path);
    }

    /// <summary>The whole text, which has at most <paramref name="most"/> bytes.</summary>
    /// <inheritdoc cref="OpenRead"/>
    public static string ReadAllText(string path, long most)
    {
        Check(path, most);
        return File.ReadAllText(path);
    }

    /// <summary>The lines of a text of at most <paramref name="most"/> bytes; none has more than 1,048,576 characters.</summary>
    /// <inheritdoc cref="OpenRead"/>
    public static IEnumerable<string> ReadLines(string path, long most)
    {
        using var text = new StreamReader(OpenRead(path, most));
        var line = new StringBuilder();
        var piece = new char[1 << 12];
        while (text.Read(piece) is > 0 and var count)
        {
            var rest = piece.AsMemory(0, count);
            while (rest.Span.IndexOf('\n') is >= 0 and var end)
            {
                yield return line.Append(rest.Span[..end]).ToString().TrimEnd('\r');
                line.Clear();
                rest = rest[(end + 1)..];
            }

            line.Append(rest.Span);
            if (line.Length > LongestLine)
            {
                throw new IrregularFileException(path, $"it has a line of more than {LongestLine} characters");
            }
        }

        if (line.Length > 0)
        {
            yield return line.ToString();
        }
    }

    /// <summary>Looks at what lies under a path; where nothing does, opening it says so.</summary>
    /// <inheritdoc cref="OpenRead"/>
    public static void Check(string path, long most = long.MaxValue) => Check(path, most, mayBePipe: false);

    private static void Check(string path, long most, bool mayBePipe)
    {
        if (!OperatingSystem.IsLinux() || !TryAsk(path, out var mode, out var length))
        {
            CheckLength(path, most, mayBePipe);
            return;
        }

        // From linux/stat.h.
        var kind = (mode & 0xF000) switch
        {
            0x8000 => null,
            0x4000 => "a folder",
            0x1000 => mayBePipe ? null : "a pipe",
            0xC000 => "a socket",
            _ => "a device",
        };
        if (kind is not null)
        {
            throw new IrregularFileException(path, $"it is {kind}, not a regular file");
        }

        RefuseLonger(path, length, most);
    }

    /// <summary>Where the system does not tell kinds apart: of pipes and devices no length is known.</summary>
    private static void CheckLength(string path, long most, bool mayBePipe)
    {
        var file = new FileInfo(path);
        if (!file.Exists)
        {
            return;
        }

        var real = file.LinkTarget is null ? file : file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file;
        if (
            real is { Exists: true, Length: 0 }
            && !mayBePipe
            && !OperatingSystem.IsWindows()
            && !OperatingSystem.IsLinux()
        )
        {
            throw new IrregularFileException(path, "it is empty or not a regular file");
        }

        RefuseLonger(path, real.Exists ? real.Length : 0, most);
    }

    private static void RefuseLonger(string path, long length, long most)
    {
        if (length > most)
        {
            throw new IrregularFileException(path, $"it has {length} bytes, where a file of its kind may have {most}");
        }
    }

    private static bool TryAsk(string path, out int mode, out long length)
    {
        const int WorkingDirectory = -100;
        const uint KindAndLength = 0x1 | 0x200;
        Span<byte> answer = stackalloc byte[AnswerBytes];
        try
        {
            var known = Statx(WorkingDirectory, path, 0, KindAndLength, ref MemoryMarshal.GetReference(answer)) == 0;
            mode = BinaryPrimitives.ReadUInt16LittleEndian(answer[28..]);
            length = BinaryPrimitives.ReadInt64LittleEndian(answer[40..]);
            return known;
        }
        catch (EntryPointNotFoundException)
        {
            (mode, length) = (0, 0);
            return false;
        }
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int folder, string path, int flags, uint mask, ref byte answer);
}

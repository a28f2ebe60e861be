using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Semblance.Runs.Folder;

/// <summary>
/// When the system last changed anything of a file, and which file it is. A copy that keeps the old time of writing
/// (<c>cp -p</c>, <c>rsync -t</c>, archives) changes it all the same. Known on Linux only: .NET does not ask for it.
/// </summary>
internal static partial class ChangeStamp
{
    // From linux/stat.h: the working directory, the fields that are asked for, and where they are in the answer.
    private const int WorkingDirectory = -100;
    private const uint InodeAndChange = 0x100 | 0x80;
    private const int Length = 256;
    private const int Inode = 32;
    private const int Seconds = 96;
    private const int Nanoseconds = 104;

    /// <summary>A number that is another one after every change; 0 where the system does not say.</summary>
    public static long Of(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            return 0;
        }

        try
        {
            return Read(path);
        }
        catch (EntryPointNotFoundException)
        {
            return 0;
        }
    }

    [SupportedOSPlatform("linux")]
    private static long Read(string path)
    {
        Span<byte> answer = stackalloc byte[Length];
        if (Statx(WorkingDirectory, path, 0, InodeAndChange, ref MemoryMarshal.GetReference(answer)) != 0)
        {
            return 0;
        }

        var inode = BinaryPrimitives.ReadInt64LittleEndian(answer[Inode..]);
        var change =
            (BinaryPrimitives.ReadInt64LittleEndian(answer[Seconds..]) * 1_000_000_000)
            + BinaryPrimitives.ReadUInt32LittleEndian(answer[Nanoseconds..]);
        // Never 0, which stands for not known.
        return unchecked((inode * 0x5851F42D4C957F2D) ^ change) | 1;
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int folder, string path, int flags, uint mask, ref byte answer);
}

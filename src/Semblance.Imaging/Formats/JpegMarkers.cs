using System.Buffers.Binary;

namespace Semblance.Imaging.Formats;

/// <summary>The little of a JPEG's structure that the decoder does not tell.</summary>
internal static class JpegMarkers
{
    /// <summary>Whether an Adobe marker (APP14) stands before the picture.</summary>
    public static bool HasAdobe(ReadOnlySpan<byte> file)
    {
        var at = 2;
        while (Next(file, ref at) is { } marker && marker != 0xDA)
        {
            if (marker == 0xEE && file[at..].Length >= 7 && file.Slice(at + 2, 5).SequenceEqual("Adobe"u8))
            {
                return true;
            }

            at += BinaryPrimitives.ReadUInt16BigEndian(file[at..]);
        }
        return false;
    }

    /// <summary>Whether the file ends before its picture starts, or without an end marker behind it.</summary>
    public static bool EndsEarly(ReadOnlySpan<byte> file)
    {
        var at = 2;
        while (Next(file, ref at) is { } marker)
        {
            if (marker == 0xDA)
            {
                return file[at..].IndexOf([(byte)0xFF, (byte)0xD9]) < 0;
            }

            at += BinaryPrimitives.ReadUInt16BigEndian(file[at..]);
        }
        return at + 2 > file.Length || file[at] == 0xFF;
    }

    // The next marker, with `at` moved to its length; null at the end of the file or where no marker stands.
    private static byte? Next(ReadOnlySpan<byte> file, ref int at)
    {
        var start = at;
        while (at < file.Length && file[at] == 0xFF)
        {
            at++;
        }

        if (at == start || at + 3 > file.Length)
        {
            at = Math.Min(start, file.Length);
            return null;
        }
        return file[at++];
    }
}

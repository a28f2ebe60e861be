using System.Buffers.Binary;

namespace Semblance.Imaging.Formats;

/// <summary>Single numbers of the first directory of a TIFF file or an EXIF block.</summary>
internal static class TiffTags
{
    public const int BitsPerSample = 258;
    public const int Photometric = 262;
    public const int Orientation = 274;
    public const int SamplesPerPixel = 277;

    /// <summary>The first value of a tag; null where the file does not have it.</summary>
    public static int? Read(ReadOnlySpan<byte> file, int tag)
    {
        if (file.Length < 16)
        {
            return null;
        }

        var isLittle = file[0] == 'I';
        var isBig = file[2] == 43 || file[3] == 43;
        var at = isBig ? Number(file, 8, 8, isLittle) : Number(file, 4, 4, isLittle);
        var (head, entry) = isBig ? (8, 20) : (2, 12);
        var count = Number(file, at, head, isLittle) ?? 0;
        for (long i = 0; i < Math.Min(count, 1000); i++)
        {
            var place = at + head + (i * entry);
            if (Number(file, place, 2, isLittle) == tag)
            {
                var size = Number(file, place + 2, 2, isLittle) == 3 ? 2 : 4;
                var (room, values) = isBig ? (8, place + 12) : (4, place + 8);
                // More values than there is room for stand elsewhere.
                var isFar = Number(file, place + 4, room, isLittle) * size > room;
                return (int?)Number(file, isFar ? Number(file, values, room, isLittle) : values, size, isLittle);
            }
        }

        return null;
    }

    private static long? Number(ReadOnlySpan<byte> file, long? at, int size, bool isLittle)
    {
        if (at is not (>= 0 and var place) || place > file.Length - size)
        {
            return null;
        }

        var bytes = file.Slice((int)place, size);
        return size switch
        {
            2 => isLittle
                ? BinaryPrimitives.ReadUInt16LittleEndian(bytes)
                : BinaryPrimitives.ReadUInt16BigEndian(bytes),
            4 => isLittle
                ? BinaryPrimitives.ReadUInt32LittleEndian(bytes)
                : BinaryPrimitives.ReadUInt32BigEndian(bytes),
            _ => isLittle ? BinaryPrimitives.ReadInt64LittleEndian(bytes) : BinaryPrimitives.ReadInt64BigEndian(bytes),
        };
    }
}

using System.Buffers.Binary;
using System.Text;

namespace Semblance.Imaging.Formats;

/// <summary>Single values of the first directory of a TIFF file, or of any directory of an EXIF block.</summary>
internal static class TiffTags
{
    public const int BitsPerSample = 258;
    public const int Photometric = 262;
    public const int Orientation = 274;
    public const int SamplesPerPixel = 277;

    private const int Ascii = 2;
    private const int Short = 3;
    private const int Most = 1000;

    private readonly record struct Entry(int Tag, int Type, long Count, long At, long End);

    /// <summary>The first value of a tag, a whole number; null where the file does not have it.</summary>
    public static int? Read(ReadOnlySpan<byte> file, int tag)
    {
        foreach (var entry in Entries(file, null))
        {
            if (entry.Tag == tag)
            {
                return (int?)Number(file, entry.At, entry.Type == Short ? 2 : 4);
            }
        }

        return null;
    }

    /// <summary>How many directories (pictures) follow one another; those in a circle, or more than this, give <paramref name="most"/>.</summary>
    public static int Directories(ReadOnlySpan<byte> file, int most)
    {
        if (file.Length < 16)
        {
            return 0;
        }

        var isBig = file[2] == 43 || file[3] == 43;
        var (head, size, room) = isBig ? (8, 20, 8) : (2, 12, 4);
        var count = 0;
        for (
            var at = isBig ? Number(file, 8, 8) : Number(file, 4, 4);
            at > 0 && count < most && Number(file, at, head) is >= 0 and < int.MaxValue and var entries;
            at = Number(file, at + head + (entries * size), room)
        )
        {
            count++;
        }

        return count;
    }

    /// <summary>The first tag of the first directory whose values reach past the end of the file; null for none.</summary>
    public static int? FirstCut(ReadOnlySpan<byte> file)
    {
        foreach (var entry in Entries(file, null))
        {
            if (entry.End > file.Length)
            {
                return entry.Tag;
            }
        }

        return null;
    }

    /// <summary>The bytes of a tag in another directory; null where it is not there.</summary>
    public static byte[]? Bytes(ReadOnlySpan<byte> file, int tag, int directory)
    {
        foreach (var entry in Entries(file, directory))
        {
            if (entry.Tag == tag && entry.At <= file.Length - entry.Count)
            {
                return file.Slice((int)entry.At, (int)entry.Count).ToArray();
            }
        }

        return null;
    }

    /// <summary>The texts of the first directory.</summary>
    public static IReadOnlyList<string> Texts(ReadOnlySpan<byte> file)
    {
        List<string> texts = [];
        foreach (var entry in Entries(file, null))
        {
            if (entry.Type == Ascii && entry.At <= file.Length - entry.Count)
            {
                texts.Add(Encoding.UTF8.GetString(file.Slice((int)entry.At, (int)entry.Count)).TrimEnd('\0'));
            }
        }

        return texts;
    }

    private static List<Entry> Entries(ReadOnlySpan<byte> file, long? directory)
    {
        List<Entry> entries = [];
        if (file.Length < 8)
        {
            return entries;
        }

        var isBig = file[2] == 43 || file[3] == 43;
        var start = directory ?? (isBig ? Number(file, 8, 8) : Number(file, 4, 4));
        var (head, size, room) = isBig ? (8, 20, 8) : (2, 12, 4);
        var count = Number(file, start, head) ?? 0;
        for (var at = start + head; entries.Count < Math.Min(count, Most); at += size)
        {
            if (
                Number(file, at, 2) is not { } tag
                || Number(file, at + 2, 2) is not { } type
                || Number(file, at + 4, room) is not (>= 0 and <= int.MaxValue and var values)
            )
            {
                break;
            }

            var each = type switch
            {
                Short or 8 => 2,
                4 or 9 or 11 => 4,
                5 or 10 or 12 or 16 or 17 or 18 => 8,
                _ => 1,
            };
            // More values than there is room for stand elsewhere.
            var inline = at + 4 + room;
            if ((values <= room / each ? inline : Number(file, inline, room)) is { } place)
            {
                entries.Add(new((int)tag, (int)type, values, place, place + (values * each)));
            }
        }

        return entries;
    }

    private static long? Number(ReadOnlySpan<byte> file, long? at, int size)
    {
        if (at is not (>= 0 and var place) || place > file.Length - size)
        {
            return null;
        }

        var bytes = file.Slice((int)place, size);
        var isLittle = file[0] == 'I';
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

using System.Buffers.Binary;

namespace Semblance.Imaging.Formats;

/// <summary>
/// Quarter turns and mirrors that an AVIF file asks for. libheif always does them; Pillow's libavif gives the pixels as they
/// are stored, and tells the turn as an EXIF orientation, so they are taken out of the file before it is read.
/// </summary>
internal static class AvifTurns
{
    /// <summary>The file without its turns: a copy where there are any.</summary>
    public static byte[] Without(byte[] file)
    {
        var plain = file;
        foreach (var (name, start, length) in Properties(file))
        {
            // Both have one byte: the number of quarter turns, or the axis.
            var isMirror = name.SequenceEqual("imir"u8);
            if (length > 0 && (isMirror || (name.SequenceEqual("irot"u8) && (file[start] & 3) != 0)))
            {
                plain = plain == file ? (byte[])file.Clone() : plain;
                // A turn by nothing, since a mirror has no such form, and a property that is gone may be one that is asked for.
                "irot"u8.CopyTo(plain.AsSpan(start - 4));
                plain[start] = 0;
            }
        }

        return plain;
    }

    private static IEnumerable<(byte[] Name, int Start, int Length)> Properties(byte[] file) =>
        Boxes(file, 0, file.Length)
            .Where(box => box.Name.SequenceEqual("meta"u8))
            // It has a version and flags ahead of its boxes.
            .SelectMany(meta => Boxes(file, meta.Start + 4, meta.Length - 4))
            .Where(box => box.Name.SequenceEqual("iprp"u8))
            .SelectMany(box => Boxes(file, box.Start, box.Length))
            .Where(box => box.Name.SequenceEqual("ipco"u8))
            .SelectMany(box => Boxes(file, box.Start, box.Length));

    /// <summary>The boxes in a part of the file, up to the first that does not fit.</summary>
    private static IEnumerable<(byte[] Name, int Start, int Length)> Boxes(byte[] file, int start, int length)
    {
        for (var end = start + length; end - start >= 8; )
        {
            long size = BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(start));
            var header = 8;
            if (size == 1 && end - start >= 16)
            {
                size = BinaryPrimitives.ReadInt64BigEndian(file.AsSpan(start + 8));
                header = 16;
            }

            size = size == 0 ? end - start : size;
            if (size < header || size > end - start)
            {
                yield break;
            }

            yield return (file[(start + 4)..(start + 8)], start + header, (int)size - header);
            start += (int)size;
        }
    }
}

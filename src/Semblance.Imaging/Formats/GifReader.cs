using System.Buffers.Binary;
using System.Numerics;

namespace Semblance.Imaging.Formats;

/// <summary>
/// The first frame of a GIF as Pillow opens it: palette indexes on the whole canvas. Read here, since libvips gives
/// colours for indexes, loses those of clear pixels, and leaves the rest of a cut image black without an error.
/// </summary>
internal static class GifReader
{
    public static DecodedImage Read(ReadOnlySpan<byte> file, ImageLimits limits)
    {
        if (file.Length < 13)
        {
            throw Truncated();
        }

        int width = BinaryPrimitives.ReadUInt16LittleEndian(file[6..]);
        int height = BinaryPrimitives.ReadUInt16LittleEndian(file[8..]);
        var at = 13;
        var colours = TakePalette(file, file[10], ref at);
        int? clear = null;
        while (true)
        {
            switch (Byte(file, at++))
            {
                case 0x21:
                    if (Byte(file, at) == 0xF9 && Byte(file, at + 1) >= 4)
                    {
                        clear = (Byte(file, at + 2) & 1) != 0 ? Byte(file, at + 5) : null;
                    }

                    at++;
                    if (!TakeBlocks(file, ref at, Stream.Null))
                    {
                        throw Truncated();
                    }

                    break;
                case 0x2C:
                    return ReadFrame(file, at, width, height, colours, clear, limits);
                case 0x3B:
                    throw new InputException("is corrupt: it holds no image (GIF)");
                default:
                    break; // Pillow skips what it does not know, byte by byte.
            }
        }
    }

    private static DecodedImage ReadFrame(
        ReadOnlySpan<byte> file,
        int at,
        int width,
        int height,
        byte[]? colours,
        int? clear,
        ImageLimits limits
    )
    {
        if (at + 10 > file.Length)
        {
            throw Truncated();
        }

        int left = BinaryPrimitives.ReadUInt16LittleEndian(file[at..]);
        int top = BinaryPrimitives.ReadUInt16LittleEndian(file[(at + 2)..]);
        int columns = BinaryPrimitives.ReadUInt16LittleEndian(file[(at + 4)..]);
        int rows = BinaryPrimitives.ReadUInt16LittleEndian(file[(at + 6)..]);
        var flags = file[at + 8];
        at += 9;
        colours = TakePalette(file, flags, ref at) ?? colours;
        // A frame may be larger than the canvas it is announced with.
        (width, height) = (Math.Max(width, left + columns), Math.Max(height, top + rows));
        ImageDecoder.CheckSize(width, height, limits);
        ImageDecoder.CheckSize(columns, rows, limits);
        DecodingMemory.Take(limits, width, height, ImageFormat.GIF, samples: 1);
        int bits = Byte(file, at++);
        if (bits is 0 or > 11)
        {
            throw new InputException("is corrupt: its code size is out of range (GIF)");
        }

        using var codes = new MemoryStream(file.Length - at);
        TakeBlocks(file, ref at, codes);
        var remarks = HasFrame(file, at) ? ImageRemarks.FirstOfSeveral : ImageRemarks.None;
        var pixels = Unpack(codes.GetBuffer().AsSpan(0, (int)codes.Length), bits, columns * rows);
        var samples = new byte[width * height];
        Array.Fill(samples, (byte)(clear ?? 0));
        var order = Enumerable.Range(0, rows);
        if ((flags & 0x40) != 0)
        {
            // Every eighth row first, then those halfway between, halfway again, and all others.
            order = order.OrderByDescending(y => Math.Min(BitOperations.TrailingZeroCount(y), 3));
        }

        foreach (var (i, y) in order.Index())
        {
            pixels.AsSpan(i * columns, columns).CopyTo(samples.AsSpan(((top + y) * width) + left));
        }

        return Describe(width, height, samples, colours, clear) with
        {
            Remarks = remarks,
        };
    }

    // Whether another frame follows.
    private static bool HasFrame(ReadOnlySpan<byte> file, int at)
    {
        while (at < file.Length && file[at] != 0x3B)
        {
            if (file[at] == 0x2C)
            {
                return true;
            }

            var isExtension = file[at] == 0x21;
            at += isExtension ? 2 : 1;
            if (isExtension && !TakeBlocks(file, ref at, Stream.Null))
            {
                return false;
            }
        }

        return false;
    }

    private static DecodedImage Describe(int width, int height, byte[] samples, byte[]? colours, int? clear)
    {
        // A palette that is a ramp of grays is none.
        if (colours is null || Enumerable.Range(0, colours.Length).All(i => colours[i] == i / 3))
        {
            (byte, byte, byte)? key = clear is { } c ? ((byte)c, (byte)c, (byte)c) : null;
            return new(PixelMode.L, width, height, samples) { ClearColour = key };
        }

        var palette = DecodedImage.FullPalette(colours);
        if (clear is { } index)
        {
            palette[(index * 4) + 3] = 0;
        }

        return new(PixelMode.P, width, height, samples) { Palette = palette };
    }

    private static byte[] Unpack(ReadOnlySpan<byte> data, int bits, int count)
    {
        // Every string of the table stands among the pixels already written: where it starts, and how long it is.
        var (starts, lengths) = (new int[4096], new int[4096]);
        var pixels = new byte[count];
        var clear = 1 << bits;
        var (next, size, last, written) = (clear + 2, bits + 1, 0, 0);
        var (at, held, buffer) = (0, 0, 0);
        while (written < count)
        {
            for (; held < size; held += 8)
            {
                buffer |= (at < data.Length ? data[at++] : throw Truncated()) << held;
            }

            var code = buffer & ((1 << size) - 1);
            buffer >>= size;
            held -= size;
            if (code == clear)
            {
                (next, size, last) = (clear + 2, bits + 1, 0);
                continue;
            }

            if (code == clear + 1)
            {
                throw Truncated();
            }
            // A new string: the one before and the first pixel of this one. This one may be the new one.
            var grows = last > 0 && next < 4096;
            if (grows)
            {
                (starts[next], lengths[next]) = (written - last, last + 1);
                next++;
            }

            if (code >= clear && (last == 0 || code >= next))
            {
                throw new InputException("is corrupt: its compressed data cannot be read (GIF)");
            }

            pixels[written] = (byte)code;
            last = code < clear ? 1 : lengths[code];
            for (var i = 0; code >= clear && i < Math.Min(last, count - written); i++)
            {
                pixels[written + i] = pixels[starts[code] + i];
            }

            written += last;
            if (grows && next == 1 << size && size < 12)
            {
                size++;
            }
        }

        return pixels;
    }

    private static byte[]? TakePalette(ReadOnlySpan<byte> file, byte flags, ref int at)
    {
        if ((flags & 0x80) == 0)
        {
            return null;
        }

        var length = 3 << ((flags & 7) + 1);
        if (at + length > file.Length)
        {
            throw Truncated();
        }

        at += length;
        return file.Slice(at - length, length).ToArray();
    }

    // Sub-blocks up to the empty one; false where the file ends before that.
    private static bool TakeBlocks(ReadOnlySpan<byte> file, ref int at, Stream to)
    {
        while (at < file.Length)
        {
            int length = file[at++];
            if (length == 0)
            {
                return true;
            }

            var there = Math.Min(length, file.Length - at);
            to.Write(file.Slice(at, there));
            at += there;
        }

        return false;
    }

    private static byte Byte(ReadOnlySpan<byte> file, int at) => at < file.Length ? file[at] : throw Truncated();

    private static InputException Truncated() => VipsReader.Fault(ImageFormat.GIF, isCut: true);
}

using System.Buffers.Binary;

namespace Semblance.Imaging.Formats;

/// <summary>The first frame of a GIF as Pillow opens it: palette indexes on the whole canvas.</summary>
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
                    TakeBlocks(file, ref at, null);
                    break;
                case 0x2C:
                    return ReadFrame(file, at, width, height, colours, clear, limits);
                case 0x3B:
                    throw new InputException("is corrupt: it holds no picture (GIF)");
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
        int bits = Byte(file, at++);
        if (bits is 0 or > 11)
        {
            throw new InputException("is corrupt: its code size is out of range (GIF)");
        }

        using var codes = new MemoryStream();
        TakeBlocks(file, ref at, codes);
        var frame = Unpack(codes.GetBuffer().AsSpan(0, (int)codes.Length), bits, columns * rows);

        var samples = new byte[width * height];
        if (clear is { } index)
        {
            Array.Fill(samples, (byte)index);
        }

        for (var i = 0; i < rows; i++)
        {
            var y = (flags & 0x40) == 0 ? i : Interlaced(i, rows);
            frame.AsSpan(i * columns, columns).CopyTo(samples.AsSpan(((top + y) * width) + left));
        }
        return Describe(width, height, samples, colours, clear);
    }

    private static DecodedImage Describe(int width, int height, byte[] samples, byte[]? colours, int? clear)
    {
        if (colours is null || IsGrayRamp(colours))
        {
            (byte, byte, byte)? key = clear is { } c ? ((byte)c, (byte)c, (byte)c) : null;
            return new(PixelMode.L, width, height, samples) { ClearColour = key };
        }
        var palette = Palettes.Of(colours);
        if (clear is { } index)
        {
            palette[(index * 4) + 3] = 0;
        }

        return new(PixelMode.P, width, height, samples) { Palette = palette };
    }

    private static bool IsGrayRamp(byte[] rgb)
    {
        for (var i = 0; i < rgb.Length; i++)
        {
            if (rgb[i] != i / 3)
            {
                return false;
            }
        }

        return true;
    }

    private static int Interlaced(int i, int rows)
    {
        foreach (var (start, step) in ((int, int)[])[(0, 8), (4, 8), (2, 4), (1, 2)])
        {
            var count = rows > start ? (rows - start + step - 1) / step : 0;
            if (i < count)
            {
                return start + (i * step);
            }

            i -= count;
        }
        return 0;
    }

    private static byte[] Unpack(ReadOnlySpan<byte> data, int bits, int count)
    {
        var prefix = new short[4096];
        var suffix = new byte[4096];
        var stack = new byte[4097];
        int clear = 1 << bits,
            end = clear + 1;
        for (var i = 0; i < clear && i < 256; i++)
        {
            suffix[i] = (byte)i;
        }

        var result = new byte[count];
        int next = clear + 2,
            size = bits + 1,
            previous = -1,
            first = 0,
            buffer = 0,
            held = 0,
            written = 0,
            at = 0;
        while (written < count)
        {
            while (held < size)
            {
                if (at == data.Length)
                {
                    throw Truncated();
                }

                buffer |= data[at++] << held;
                held += 8;
            }
            var code = buffer & ((1 << size) - 1);
            buffer >>= size;
            held -= size;
            if (code == clear)
            {
                (next, size, previous) = (clear + 2, bits + 1, -1);
                continue;
            }
            if (code == end)
            {
                throw Truncated();
            }

            if (code > next || (previous < 0 && code >= clear) || (code == next && next == 4096))
            {
                throw new InputException("is corrupt: its compressed data cannot be read (GIF)");
            }

            var depth = 0;
            var walk = code;
            if (code == next)
            {
                stack[depth++] = (byte)first;
                walk = previous;
            }
            while (walk >= clear)
            {
                stack[depth++] = suffix[walk];
                walk = prefix[walk];
            }
            first = walk;
            stack[depth++] = (byte)first;
            if (previous >= 0 && next < 4096)
            {
                prefix[next] = (short)previous;
                suffix[next] = (byte)first;
                next++;
                if (next == 1 << size && size < 12)
                {
                    size++;
                }
            }
            previous = code;
            while (depth > 0 && written < count)
            {
                result[written++] = stack[--depth];
            }
        }
        return result;
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

        var palette = file.Slice(at, length).ToArray();
        at += length;
        return palette;
    }

    // Sub-blocks up to the empty one; a file that stops within is told by the picture that lacks pixels.
    private static void TakeBlocks(ReadOnlySpan<byte> file, ref int at, Stream? to)
    {
        while (at < file.Length)
        {
            int length = file[at++];
            if (length == 0)
            {
                return;
            }

            var there = Math.Min(length, file.Length - at);
            to?.Write(file.Slice(at, there));
            at += there;
        }
        if (to is null)
        {
            throw Truncated();
        }
    }

    private static byte Byte(ReadOnlySpan<byte> file, int at) => at < file.Length ? file[at] : throw Truncated();

    private static InputException Truncated() => new("is truncated: the GIF data end before the picture does");
}

using System.Buffers.Binary;
using System.IO.Compression;

namespace Semblance.Imaging.Formats;

/// <summary>
/// PNG of every colour type, depth and interlacing, in the modes that Pillow opens it in. Read here, since libvips
/// gives neither palette indexes nor key colours.
/// </summary>
internal static class PngReader
{
    private sealed record Header(int Width, int Height, int Depth, int Type, bool Interlaced)
    {
        public int Channels { get; } =
            Type switch
            {
                2 => 3,
                4 => 2,
                6 => 4,
                _ => 1,
            };

        /// <summary>Bytes of a row of that many pixels, without its filter byte.</summary>
        public int RowBytes(int width) => checked((int)((((long)width * Channels * Depth) + 7) / 8));
    }

    public static DecodedImage Read(ReadOnlyMemory<byte> file, ImageLimits limits, Func<int, byte[]> allocate)
    {
        var bytes = file.Span;
        var _at = 8;
        Header? header = null;
        byte[]? palette = null;
        byte[]? clear = null;
        var data = new List<ReadOnlyMemory<byte>>();
        var truncated = false;
        while (true)
        {
            if (_at + 12 > bytes.Length)
            {
                truncated = true;
                break;
            }
            var length = BinaryPrimitives.ReadUInt32BigEndian(bytes[_at..]);
            var kind = bytes.Slice(_at + 4, 4);
            if (length > bytes.Length - _at - 12)
            {
                truncated = true;
                // What there is of the picture still decides whether it is whole: the CRC is not what makes it so.
                if (kind.SequenceEqual("IDAT"u8))
                {
                    data.Add(file[(_at + 8)..]);
                }

                break;
            }
            var n = (int)length;
            var body = bytes.Slice(_at + 8, n);
            var crc = BinaryPrimitives.ReadUInt32BigEndian(bytes[(_at + 8 + n)..]);
            if (Crc32.Of(bytes.Slice(_at + 4, n + 4)) != crc)
            {
                // Text and other extras may be wrong; what the picture is made of may not.
                if ((kind[0] & 0x20) == 0 || kind.SequenceEqual("tRNS"u8))
                {
                    throw Corrupt("a checksum is wrong");
                }
            }
            else if (kind.SequenceEqual("IHDR"u8))
            {
                header ??= ReadHeader(body, limits);
            }
            else if (header is null)
            {
                throw Corrupt("its header is missing");
            }
            else if (kind.SequenceEqual("PLTE"u8))
            {
                palette = body.ToArray();
            }
            else if (kind.SequenceEqual("tRNS"u8))
            {
                clear = body.ToArray();
            }
            else if (kind.SequenceEqual("IDAT"u8))
            {
                data.Add(file.Slice(_at + 8, n));
            }
            else if (kind.SequenceEqual("IEND"u8))
            {
                break;
            }

            _at += n + 12;
        }
        if (header is null || (truncated && data.Count == 0))
        {
            throw Truncated();
        }

        if (data.Count == 0)
        {
            throw Corrupt("it has no picture data");
        }

        if (header.Type == 3 && palette is null)
        {
            throw Corrupt("its palette is missing");
        }

        var samples = Decode(header, data, truncated, allocate);
        return Describe(header, samples, palette, clear);
    }

    private static InputException Truncated() => new("is truncated: the PNG data end before the picture does");

    private static InputException Corrupt(string why, Exception? inner = null) =>
        new($"is corrupt: {why} (PNG)", inner);

    private static Header ReadHeader(ReadOnlySpan<byte> b, ImageLimits limits)
    {
        if (b.Length < 13)
        {
            throw Corrupt("its header is too short");
        }

        var width = BinaryPrimitives.ReadUInt32BigEndian(b);
        var height = BinaryPrimitives.ReadUInt32BigEndian(b[4..]);
        ImageDecoder.CheckSize(width, height, limits);
        var (depth, type) = (b[8], b[9]);
        var valid = type switch
        {
            0 => depth is 1 or 2 or 4 or 8 or 16,
            3 => depth is 1 or 2 or 4 or 8,
            2 or 4 or 6 => depth is 8 or 16,
            _ => false,
        };
        if (!valid || b[10] != 0 || b[11] != 0 || b[12] > 1)
        {
            throw Corrupt("its header names an unknown colour type, depth, compression or interlacing");
        }

        return new((int)width, (int)height, depth, type, b[12] == 1);
    }

    private static PixelMode ModeOf(Header header) =>
        header.Type switch
        {
            0 when header.Depth == 1 => PixelMode.One,
            0 when header.Depth == 16 => PixelMode.I16,
            0 => PixelMode.L,
            2 => PixelMode.RGB,
            3 => PixelMode.P,
            4 => PixelMode.LA,
            _ => PixelMode.RGBA,
        };

    private static DecodedImage Describe(Header header, byte[] samples, byte[]? palette, byte[]? clear)
    {
        var mode = ModeOf(header);
        var image = new DecodedImage(mode, header.Width, header.Height, samples);
        if (mode == PixelMode.P)
        {
            var colours = Palettes.Of(palette);
            for (var i = 0; i < Math.Min(clear?.Length ?? 0, 256); i++)
            {
                colours[(i * 4) + 3] = clear![i];
            }

            return image with
            {
                Palette = colours,
            };
        }
        // Pillow compares the low byte of the 16-bit key with the 8-bit sample, whatever the depth of the file.
        return mode switch
        {
            PixelMode.One or PixelMode.L when clear?.Length >= 2 => image with
            {
                ClearColour = (clear[1], clear[1], clear[1]),
            },
            PixelMode.RGB when clear?.Length >= 6 => image with { ClearColour = (clear[1], clear[3], clear[5]) },
            _ => image,
        };
    }

    // Adam7: where each pass starts and how far it steps.
    private static readonly (int X, int Y, int StepX, int StepY)[] Adam7 =
    [
        (0, 0, 8, 8),
        (4, 0, 8, 8),
        (0, 4, 4, 8),
        (2, 0, 4, 4),
        (0, 2, 2, 4),
        (1, 0, 2, 2),
        (0, 1, 1, 2),
    ];

    private static byte[] Decode(
        Header header,
        List<ReadOnlyMemory<byte>> data,
        bool truncated,
        Func<int, byte[]> allocate
    )
    {
        var passes = header.Interlaced ? Adam7 : [(0, 0, 1, 1)];
        long raw = 0;
        foreach (var (x, y, sx, sy) in passes)
        {
            raw +=
                (header.Width - x + sx - 1)
                / sx
                * (long)((header.Height - y + sy - 1) / sy)
                * header.Channels
                * header.Depth
                / 8;
        }
        // Deflate cannot shrink more than 1032 times: nothing is set aside for a picture that cannot be there.
        if (raw > data.Sum(_part => (long)_part.Length) * 1040)
        {
            throw truncated ? Truncated() : Corrupt("its data are too short for its size");
        }

        var mode = ModeOf(header);
        var pixel = DecodedImage.BytesOf(mode);
        var samples = allocate(checked((int)((long)header.Width * header.Height * pixel)));
        var filterStep = Math.Max(1, header.Channels * header.Depth / 8);
        using var zlib = new ZLibStream(new Parts(data), CompressionMode.Decompress);
        try
        {
            foreach (var (x0, y0, sx, sy) in passes)
            {
                var width = (header.Width - x0 + sx - 1) / sx;
                if (width == 0)
                {
                    continue;
                }

                var rowBytes = header.RowBytes(width);
                var above = new byte[rowBytes];
                var row = new byte[rowBytes + 1];
                var expanded = new byte[width * pixel];
                for (var y = y0; y < header.Height; y += sy)
                {
                    zlib.ReadExactly(row);
                    if (!PngFilter.Undo(row[0], row.AsSpan(1), above, filterStep))
                    {
                        throw Corrupt("a row has an unknown filter");
                    }

                    row.AsSpan(1).CopyTo(above);
                    if (sx == 1)
                    {
                        Expand(header, row.AsSpan(1), samples.AsSpan(y * header.Width * pixel, header.Width * pixel));
                        continue;
                    }
                    Expand(header, row.AsSpan(1), expanded);
                    for (var x = 0; x < width; x++)
                    {
                        expanded
                            .AsSpan(x * pixel, pixel)
                            .CopyTo(samples.AsSpan(((y * header.Width) + x0 + (x * sx)) * pixel));
                    }
                }
            }
        }
        catch (EndOfStreamException)
        {
            throw truncated ? Truncated() : Corrupt("its data are too short for its size");
        }
        catch (InvalidDataException error)
        {
            throw Corrupt("its compressed data cannot be read", error);
        }
        return samples;
    }

    private static void Expand(Header header, ReadOnlySpan<byte> row, Span<byte> target)
    {
        var depth = header.Depth;
        if (depth == 8)
        {
            row.CopyTo(target);
        }
        else if (depth == 16 && header.Type == 0)
        {
            for (var i = 0; i < target.Length; i += 2)
            {
                (target[i], target[i + 1]) = (row[i + 1], row[i]);
            }
        }
        else if (depth == 16)
        {
            for (var i = 0; i < target.Length; i++)
            {
                target[i] = row[i * 2];
            }
        }
        else
        {
            var mask = (1 << depth) - 1;
            var scale = header.Type == 3 ? 1 : 255 / mask;
            for (var i = 0; i < target.Length; i++)
            {
                var bit = i * depth;
                target[i] = (byte)(((row[bit >> 3] >> (8 - depth - (bit & 7))) & mask) * scale);
            }
        }
    }

    /// <summary>The IDAT chunks as one stream.</summary>
    private sealed class Parts(List<ReadOnlyMemory<byte>> parts) : Stream
    {
        private int _part;
        private int _at;

        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();
        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            while (_part < parts.Count && _at == parts[_part].Length)
            {
                (_part, _at) = (_part + 1, 0);
            }

            if (_part == parts.Count)
            {
                return 0;
            }

            var n = Math.Min(buffer.Length, parts[_part].Length - _at);
            parts[_part].Span.Slice(_at, n).CopyTo(buffer);
            _at += n;
            return n;
        }

        public override void Flush() { }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}

using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using System.Text;
using CsCheck;
using Semblance.Imaging.Formats;

namespace Semblance.Imaging.Tests.Formats;

public sealed class PngReaderTests
{
    private static byte[] Chunk(string kind, byte[] body)
    {
        byte[] all = [.. Encoding.ASCII.GetBytes(kind), .. body];
        var file = new byte[all.Length + 8];
        BinaryPrimitives.WriteInt32BigEndian(file, body.Length);
        all.CopyTo(file, 4);
        BinaryPrimitives.WriteUInt32BigEndian(file.AsSpan(all.Length + 4), Crc32.HashToUInt32(all));
        return file;
    }

    private static byte[] Png(
        int width,
        int height,
        int depth,
        int type,
        byte[] rows,
        bool interlaced = false,
        params byte[][] extra
    )
    {
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9], header[12]) = ((byte)depth, (byte)type, interlaced ? (byte)1 : (byte)0);
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            zlib.Write(rows);
        }

        return
        [
            0x89,
            .. "PNG\r\n\x1a\n"u8,
            .. Chunk("IHDR", header),
            .. extra.SelectMany(part => part),
            .. Chunk("IDAT", packed.ToArray()),
            .. Chunk("IEND", []),
        ];
    }

    [Theory]
    [InlineData("ab1_", true)]
    [InlineData("ab-c", false)]
    [InlineData("ab\0c", false)]
    public void Parts_ahead_of_the_pixels_have_names_that_pillow_takes(string name, bool isRead)
    {
        var file = Png(1, 1, 8, 0, [0, 7], extra: Chunk(name, [1, 2, 3]));
        if (isRead)
        {
            Assert.Equal([7], ImageDecoder.Decode(file).Samples);
            return;
        }

        Assert.Contains(
            "a name that there cannot be",
            Assert.Throws<InputException>(() => ImageDecoder.Decode(file)).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Pixels_of_every_kind_come_out_as_they_went_in()
    {
        (int Type, int Depth, PixelMode Mode)[] kinds =
        [
            (0, 1, PixelMode.One),
            (0, 2, PixelMode.L),
            (0, 4, PixelMode.L),
            (0, 8, PixelMode.L),
            (0, 16, PixelMode.I16),
            (2, 8, PixelMode.RGB),
            (2, 16, PixelMode.RGB),
            (3, 1, PixelMode.P),
            (3, 2, PixelMode.P),
            (3, 4, PixelMode.P),
            (3, 8, PixelMode.P),
            (4, 8, PixelMode.LA),
            (4, 16, PixelMode.LA),
            (6, 8, PixelMode.RGBA),
            (6, 16, PixelMode.RGBA),
        ];
        Gen.Select(Gen.Int[0, kinds.Length - 1], Gen.Int[1, 40], Gen.Int[1, 40], Gen.Bool, Gen.Int[0, 100_000])
            .Sample(
                (kind, width, height, interlaced, seed) =>
                {
                    var (type, depth, mode) = kinds[kind];
                    var channels = type switch
                    {
                        2 => 3,
                        4 => 2,
                        6 => 4,
                        _ => 1,
                    };
                    var random = new Random(seed);
                    var values = new int[width * height * channels];
                    foreach (ref var value in values.AsSpan())
                    {
                        value = random.Next(1 << depth);
                    }

                    var rows = Rows(values, width, height, channels, depth, interlaced, random);
                    byte[][] palette = type == 3 ? [Chunk("PLTE", new byte[768])] : [];
                    var image = ImageDecoder.Decode(Png(width, height, depth, type, rows, interlaced, palette));
                    var expected = values.SelectMany<int, byte>(value =>
                        (type, depth) switch
                        {
                            (0, 16) => [(byte)value, (byte)(value >> 8)],
                            (_, 16) => [(byte)(value >> 8)],
                            (0, _) => [(byte)(value * 255 / ((1 << depth) - 1))],
                            _ => [(byte)value],
                        }
                    );
                    return image.Mode == mode && image.Samples.SequenceEqual(expected);
                },
                iter: 600
            );
    }

    private static byte[] Rows(
        int[] values,
        int width,
        int height,
        int channels,
        int depth,
        bool interlaced,
        Random random
    )
    {
        (int X, int Y, int StepX, int StepY)[] passes = interlaced
            ? [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
            : [(0, 0, 1, 1)];
        var rows = new List<byte>();
        var step = Math.Max(1, channels * depth / 8);
        foreach (var (x0, y0, stepX, stepY) in passes.Where(pass => pass.X < width))
        {
            var length = ((((width - x0 + stepX - 1) / stepX * channels * depth) + 7) / 8) + step;
            // The bytes of a pixel before the row's first are zeros.
            var above = new byte[length];
            for (var y = y0; y < height; y += stepY)
            {
                var row = new byte[length];
                var bit = step * 8;
                for (var x = x0; x < width; x += stepX)
                {
                    foreach (var value in values.AsSpan(((y * width) + x) * channels, channels))
                    {
                        for (var i = depth - 1; i >= 0; i--, bit++)
                        {
                            row[bit / 8] |= (byte)((value >> i & 1) << (7 - (bit % 8)));
                        }
                    }
                }

                var filter = random.Next(5);
                rows.Add((byte)filter);
                for (var i = step; i < length; i++)
                {
                    int left = row[i - step],
                        up = above[i],
                        corner = above[i - step];
                    var nearest = ((int[])[left, up, corner]).MinBy(near => Math.Abs(left + up - corner - near));
                    rows.Add((byte)(row[i] - ((int[])[0, left, up, (left + up) / 2, nearest])[filter]));
                }

                above = row;
            }
        }

        return [.. rows];
    }

    [Fact]
    public void An_image_of_one_colour_is_read_though_its_data_are_a_thousandth_of_it()
    {
        const int side = 2000;
        var file = Png(side, side, 8, 0, new byte[side * (side + 1)]);
        Assert.InRange(file.Length, 0, side * side / 950);
        Assert.Equal(side * side, ImageDecoder.Decode(file).Samples.Length);
    }

    [Fact]
    public void No_memory_is_taken_for_an_image_whose_data_cannot_fill_it()
    {
        var file = Png(13_000, 13_000, 8, 2, new byte[39_001]);
        var asked = 0;
        byte[] Allocate(int length) => new byte[asked = length];
        Assert.Throws<InputException>(() => ImageDecoder.Decode(file, ImageLimits.Default, Allocate));
        Assert.Equal(0, asked);
    }

    [Theory]
    [InlineData(1, 0b0110_0000, PixelMode.One, new byte[] { 0, 255, 255 })]
    [InlineData(2, 0b0001_1000, PixelMode.L, new byte[] { 0, 85, 170 })]
    public void Shallow_gray_is_spread_over_the_whole_range(int depth, int packed, PixelMode mode, byte[] expected)
    {
        var image = ImageDecoder.Decode(Png(3, 1, depth, 0, [0, (byte)packed]));
        Assert.Equal(mode, image.Mode);
        Assert.Equal(expected, image.Samples);
    }

    [Fact]
    public void Palette_indexes_stay_indexes_and_clear_entries_are_kept()
    {
        var image = ImageDecoder.Decode(
            Png(3, 1, 4, 3, [0, 0x01, 0x20], false, Chunk("PLTE", [9, 8, 7, 6, 5, 4]), Chunk("tRNS", [255, 3]))
        );

        Assert.Equal(PixelMode.P, image.Mode);
        Assert.Equal([0, 1, 2], image.Samples);
        // The third colour is not in the file: Pillow's ramp of grays.
        Assert.Equal([9, 8, 7, 255, 6, 5, 4, 3, 2, 2, 2, 255], image.Palette![..12]);
    }

    [Theory]
    [InlineData(8, 0, new byte[] { 0, 7, 7, 9 }, new byte[] { 0, 7 }, 7, 7, 7)]
    [InlineData(8, 2, new byte[] { 0, 1, 2, 3 }, new byte[] { 0, 1, 0, 2, 0, 3 }, 1, 2, 3)]
    public void The_clear_colour_is_told_and_its_pixels_stay(
        int depth,
        int type,
        byte[] row,
        byte[] clear,
        byte red,
        byte green,
        byte blue
    )
    {
        var width = (row.Length - 1) / (type == 2 ? 3 : 1);
        var image = ImageDecoder.Decode(Png(width, 1, depth, type, row, false, Chunk("tRNS", clear)));
        Assert.Equal(type == 2 ? PixelMode.RGB : PixelMode.L, image.Mode);
        Assert.Equal(row[1..], image.Samples);
        Assert.Equal((red, green, blue), image.ClearColour);
    }

    [Fact]
    public void Sixteen_bit_gray_is_kept_low_byte_first()
    {
        var image = ImageDecoder.Decode(Png(2, 1, 16, 0, [0, 1, 255, 2, 0]));
        Assert.Equal(PixelMode.I16, image.Mode);
        Assert.Equal([255, 1, 0, 2], image.Samples);
    }

    [Fact]
    public void Compressed_data_that_name_too_small_a_window_are_read()
    {
        // Rows of 20,000 bytes: the second copies the first from further back than the 256 bytes that the data name.
        var row = new byte[20_000];
        new Random(3).NextBytes(row);
        var file = Png(20_000, 2, 8, 0, [0, .. row, 0, .. row]);
        var data = file.AsSpan(file.AsSpan().IndexOf("IDAT"u8));
        Assert.True(file.Length < 25_000);
        (data[4], data[5]) = (0x08, 0x1D);
        var length = BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(33));
        BinaryPrimitives.WriteUInt32BigEndian(data[(length + 4)..], Crc32.HashToUInt32(data[..(length + 4)]));
        Assert.Equal([.. row, .. row], ImageDecoder.Decode(file).Samples);
    }

    [Fact]
    public void What_an_image_is_made_of_must_match_its_checksum_and_text_behind_it_need_not()
    {
        var file = Png(1, 1, 8, 3, [0, 1], false, Chunk("PLTE", [1, 2, 3, 4, 5, 6]), Chunk("tEXt", "a\0b"u8.ToArray()));
        foreach (var kind in (string[])["IHDR", "PLTE", "IDAT", "IEND"])
        {
            var damaged = (byte[])file.Clone();
            var at = file.AsSpan().IndexOf(Encoding.ASCII.GetBytes(kind));
            damaged[at + 4 + BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(at - 4))] ^= 1;
            Assert.Contains("checksum", Refused(damaged), StringComparison.Ordinal);
        }

        // Ahead of the data Pillow refuses the file.
        file[file.AsSpan().IndexOf("tEXt"u8) + 4] ^= 1;
        Assert.Contains("checksum", Refused(file), StringComparison.Ordinal);
        var sound = Png(1, 1, 8, 0, [0, 1]);
        byte[] behind = [.. sound[..^12], 0, 0, 0, 1, .. "tEXta"u8, 9, 9, 9, 9, .. sound[^12..]];
        Assert.Equal([1], ImageDecoder.Decode(behind).Samples);
    }

    [Fact]
    public void Too_few_rows_are_refused() =>
        Assert.Contains("corrupt", Refused(Png(2, 3, 8, 0, [0, 1, 2, 0, 3, 4])), StringComparison.Ordinal);

    [Fact]
    public void Sizes_beyond_any_memory_are_too_large()
    {
        var file = Png(1, 1, 8, 0, [0, 1]);
        foreach (
            var (width, height) in ((uint, uint)[])[(uint.MaxValue, uint.MaxValue), (178_956_970, 1), (1, 150_000_000)]
        )
        {
            BinaryPrimitives.WriteUInt32BigEndian(file.AsSpan(16), width);
            BinaryPrimitives.WriteUInt32BigEndian(file.AsSpan(20), height);
            BinaryPrimitives.WriteUInt32BigEndian(file.AsSpan(29), Crc32.HashToUInt32(file.AsSpan(12, 17)));
            Assert.Contains("too large", Refused(file), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Sixteen_bit_colour_keeps_its_high_bytes()
    {
        var image = ImageDecoder.Decode(Png(1, 1, 16, 6, [0, 1, 255, 2, 255, 3, 255, 4, 255]));
        Assert.Equal(PixelMode.RGBA, image.Mode);
        Assert.Equal([1, 2, 3, 4], image.Samples);
    }

    [Fact]
    public void Every_row_filter_is_undone()
    {
        // 3 x 5 gray; worked by hand from the rows 10 20 30, 11 22 33, 12 24 36, 13 26 39, 14 28 42.
        byte[] rows =
        [
            .. (byte[])[0, 10, 20, 30],
            .. (byte[])[1, 11, 11, 11],
            .. (byte[])[2, 1, 2, 3],
            .. (byte[])[3, 7, 8, 8],
            .. (byte[])[4, 1, 2, 3],
        ];
        var image = ImageDecoder.Decode(Png(3, 5, 8, 0, rows));
        Assert.Equal([10, 20, 30, 11, 22, 33, 12, 24, 36, 13, 26, 39, 14, 28, 42], image.Samples);
    }

    private static string Refused(byte[] file) =>
        Assert.Throws<InputException>(() => ImageDecoder.Decode(file)).Message;
}

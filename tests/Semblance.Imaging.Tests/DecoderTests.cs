using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using System.Text;
using CsCheck;
using NetVips;
using Semblance.Imaging.Formats;

namespace Semblance.Imaging.Tests;

public sealed class DecoderTests
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
        using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
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
    public void What_an_image_is_made_of_must_match_its_checksum_and_text_need_not()
    {
        var file = Png(1, 1, 8, 3, [0, 1], false, Chunk("PLTE", [1, 2, 3, 4, 5, 6]), Chunk("tEXt", "a\0b"u8.ToArray()));
        foreach (var kind in (string[])["IHDR", "PLTE", "IDAT", "IEND"])
        {
            var damaged = (byte[])file.Clone();
            var at = file.AsSpan().IndexOf(Encoding.ASCII.GetBytes(kind));
            damaged[at + 4 + BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(at - 4))] ^= 1;
            Assert.Contains("checksum", Refused(damaged, ImageLimits.Default), StringComparison.Ordinal);
        }
        file[file.AsSpan().IndexOf("tEXt"u8) + 4] ^= 1;
        Assert.Equal([1], ImageDecoder.Decode(file).Samples);
    }

    [Fact]
    public void Too_few_rows_are_refused() =>
        Assert.Contains("corrupt", Refused(Png(2, 3, 8, 0, [0, 1, 2, 0, 3, 4]), new()), StringComparison.Ordinal);

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
            Assert.Contains("too large", Refused(file, ImageLimits.Default), StringComparison.Ordinal);
        }
    }

    // A GIF of 4 x 4 pixels in 4 colours, its codes as they stand in the file: 3 bits each, 4 clears the table, 5 ends.
    private static byte[] Gif(int flags, params int[] codes)
    {
        var bits = new byte[((codes.Length * 3) + 7) / 8];
        for (var i = 0; i < codes.Length * 3; i++)
        {
            bits[i / 8] |= (byte)((codes[i / 3] >> (i % 3) & 1) << (i % 8));
        }
        return
        [
            .. "GIF89a"u8,
            .. (byte[])[4, 0, 4, 0, 0x81, 0, 0, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 0, 0],
            .. (byte[])[0x21, 0xF9, 4, 1, 0, 0, 2, 0, 0x2C, 0, 0, 0, 0, 4, 0, 4, 0, (byte)flags],
            .. (byte[])[2, (byte)bits.Length, .. bits, 0, 0x3B],
        ];
    }

    // Two pixels after each clear, so that the codes stay 3 bits long.
    private static int[] Plain(IEnumerable<int> pixels) => [.. pixels.Chunk(2).SelectMany(two => (int[])[4, .. two])];

    [Fact]
    public void Indexes_of_a_gif_stay_indexes_and_the_clear_one_keeps_its_colour()
    {
        int[] pixels = [0, 1, 2, 3, 3, 2, 1, 0, 2, 2, 2, 2, 0, 0, 1, 1];
        var image = ImageDecoder.Decode(Gif(0, [.. Plain(pixels), 5]));
        Assert.Equal(PixelMode.P, image.Mode);
        Assert.Equal(pixels, image.Samples.Select(sample => (int)sample));
        Assert.Equal([9, 8, 7, 255, 6, 5, 4, 255, 3, 2, 1, 0, 0, 0, 0, 255, 4, 4, 4, 255], image.Palette![..20]);
    }

    [Fact]
    public void Strings_of_a_gif_may_hold_the_one_before_and_its_own_beginning()
    {
        // 1, then "11" (code 6, just being made), then "111" (7), and so on: 1 + 2 + 3 + 4 + 5 of 16 pixels, and one 0.
        // The last three codes have 4 bits: the table is full of those of 3 bits then.
        var bits = new List<int>();
        foreach (var (code, size) in ((int, int)[])[(4, 3), (1, 3), (6, 3), (7, 3), (8, 4), (9, 4), (0, 4)])
        {
            bits.AddRange(Enumerable.Range(0, size).Select(bit => (code >> bit) & 1));
        }
        var codes = bits.Chunk(3).Select(three => three.Select((bit, i) => bit << i).Sum()).ToArray();
        Assert.Equal([.. Enumerable.Repeat((byte)1, 15), 0], ImageDecoder.Decode(Gif(0, codes)).Samples);
    }

    [Fact]
    public void Rows_of_an_interlaced_gif_come_out_in_order()
    {
        // Rows 0, 2, 1, 3 of four.
        int[] pixels = [0, 0, 0, 0, 2, 2, 2, 2, 1, 1, 1, 1, 3, 3, 3, 3];
        var image = ImageDecoder.Decode(Gif(0x40, [.. Plain(pixels), 5]));
        Assert.Equal([0, 1, 2, 3], image.Samples.Where((_, i) => i % 4 == 0));
    }

    [Theory]
    [InlineData(15, true, "truncated")]
    [InlineData(14, false, "truncated")]
    [InlineData(16, false, null)]
    public void A_gif_that_lacks_pixels_is_refused(int pixels, bool ends, string? refusal)
    {
        var file = Gif(0, [.. Plain(Enumerable.Repeat(1, pixels)), .. (int[])(ends ? [5] : [])]);
        if (refusal is null)
        {
            Assert.All(ImageDecoder.Decode(file).Samples, sample => Assert.Equal(1, sample));
        }
        else
        {
            Assert.Contains(refusal, Refused(file, ImageLimits.Default), StringComparison.Ordinal);
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

    [Fact]
    public void Rows_of_an_interlaced_png_come_out_in_order() =>
        Gen.Select(Gen.Int[1, 20], Gen.Int[1, 20], Gen.Int[0, 1000])
            .Sample(
                (width, height, seed) =>
                {
                    var pixels = new byte[width * height * 3];
                    new Random(seed).NextBytes(pixels);
                    (int X, int Y, int StepX, int StepY)[] passes =
                    [
                        (0, 0, 8, 8),
                        (4, 0, 8, 8),
                        (0, 4, 4, 8),
                        (2, 0, 4, 4),
                        (0, 2, 2, 4),
                        (1, 0, 2, 2),
                        (0, 1, 1, 2),
                    ];
                    var rows = new List<byte>();
                    foreach (var (x0, y0, stepX, stepY) in passes.Where(pass => pass.X < width))
                    {
                        for (var y = y0; y < height; y += stepY)
                        {
                            rows.Add(0);
                            for (var x = x0; x < width; x += stepX)
                            {
                                rows.AddRange(pixels.AsSpan(((y * width) + x) * 3, 3));
                            }
                        }
                    }

                    var image = ImageDecoder.Decode(Png(width, height, 8, 2, [.. rows], interlaced: true));
                    return image.Samples.AsSpan().SequenceEqual(pixels);
                },
                iter: 200
            );

    [Fact]
    public void What_is_written_as_png_is_read_back() =>
        Gen.Select(Gen.Int[1, 40], Gen.Int[1, 40], Gen.Int[0, 1000])
            .Sample(
                (width, height, seed) =>
                {
                    var pixels = new byte[width * height * 3];
                    new Random(seed).NextBytes(pixels);
                    var file = PngWriter.Write(
                        pixels,
                        width,
                        height,
                        [new("prompt", "a cat"), new("note", "猫 \u2192")]
                    );
                    using var other = Image.PngloadBuffer(file);
                    return ImageDecoder.Decode(file).Samples.AsSpan().SequenceEqual(pixels)
                        && other.WriteToMemory<byte>().AsSpan().SequenceEqual(pixels)
                        && file.AsSpan().IndexOf("tEXtprompt\0a cat"u8) > 0;
                },
                iter: 50
            );

    [Fact]
    public void Limits_are_checked_before_anything_is_decoded_and_can_be_moved()
    {
        var file = PngWriter.Write(new byte[300], 10, 10);

        Assert.Contains("too large", Refused(file, new(MaxPixels: 99)), StringComparison.Ordinal);
        Assert.Contains("too large", Refused(file, new(MaxBytes: file.Length - 1)), StringComparison.Ordinal);
        Assert.Equal(10, ImageDecoder.Decode(file, new(MaxPixels: 100, MaxBytes: file.Length)).Width);
    }

    [Theory]
    [InlineData("jpg")]
    [InlineData("webp")]
    [InlineData("tif")]
    [InlineData("gif")]
    public void Limits_hold_for_every_format(string format)
    {
        var file = Encoded(format);
        Assert.Contains("too large", Refused(file, new(MaxPixels: (40 * 30) - 1)), StringComparison.Ordinal);
        Assert.Equal((40, 30), (ImageDecoder.Decode(file).Width, ImageDecoder.Decode(file).Height));
    }

    [Theory]
    [InlineData("jpg")]
    [InlineData("webp")]
    [InlineData("tif")]
    [InlineData("gif")]
    [InlineData("png")]
    public void A_file_cut_anywhere_is_refused_and_nothing_else_happens(string format)
    {
        var file = Encoded(format);
        for (var length = 1; length < file.Length * 4 / 5; length += 1 + (file.Length / 60))
        {
            Refused(file[..length], ImageLimits.Default);
        }
    }

    [Theory]
    [InlineData("jpg")]
    [InlineData("webp")]
    [InlineData("tif")]
    [InlineData("gif")]
    [InlineData("png")]
    public void Damaged_bytes_give_an_image_or_a_refusal(string format)
    {
        var file = Encoded(format);
        for (var seed = 0; seed < 150; seed++)
        {
            var random = new Random(seed);
            var damaged = (byte[])file.Clone();
            for (var i = 0; i < 4; i++)
            {
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            }

            try
            {
                var image = ImageDecoder.Decode(damaged, new(MaxPixels: 1_000_000));
                Assert.Equal(image.Width * image.Height * image.BytesPerPixel, image.Samples.Length);
            }
            catch (InputException) { }
        }
    }

    [Theory]
    [InlineData("BMP", new byte[] { 66, 77, 99, 0, 0, 0, 0, 0, 0, 0 })]
    [InlineData("JPEG XL", new byte[] { 0xFF, 0x0A })]
    [InlineData("HEIC", new byte[] { 0, 0, 0, 24, 102, 116, 121, 112, 104, 101, 105, 99 })]
    [InlineData("Photoshop", new byte[] { 56, 66, 80, 83 })]
    [InlineData("PDF", new byte[] { 37, 80, 68, 70, 45 })]
    public void A_format_that_is_not_read_is_named(string name, byte[] start) =>
        Assert.Contains(name, Refused([.. start, .. new byte[40]], ImageLimits.Default), StringComparison.Ordinal);

    [Fact]
    public void The_version_named_is_the_one_that_runs() =>
        Assert.Equal(
            $"libvips {NetVips.NetVips.Version(0)}.{NetVips.NetVips.Version(1)}.{NetVips.NetVips.Version(2)}",
            ImageDecoder.Version
        );

    [Fact]
    public void Good_and_bad_files_side_by_side_do_not_mix()
    {
        var good = Encoded("jpg");
        var bad = good[..(good.Length / 2)];
        var expected = ImageDecoder.Decode(good).Samples;
        Parallel.For(
            0,
            200,
            new ParallelOptions { MaxDegreeOfParallelism = 8 },
            i =>
            {
                if (i % 2 == 0)
                {
                    Assert.Equal(expected, ImageDecoder.Decode(good).Samples);
                }
                else
                {
                    Assert.Contains("truncated", Refused(bad, ImageLimits.Default), StringComparison.Ordinal);
                }
            }
        );
    }

    private static byte[] Encoded(string format)
    {
        var pixels = new byte[40 * 30 * 3];
        new Random(5).NextBytes(pixels);
        using var image = Image.NewFromMemoryCopy(pixels, 40, 30, 3, Enums.BandFormat.Uchar);
        return format == "png" ? PngWriter.Write(pixels, 40, 30) : image.WriteToBuffer("." + format);
    }

    private static string Refused(byte[] file, ImageLimits limits) =>
        Assert.Throws<InputException>(() => ImageDecoder.Decode(file, limits)).Message;
}

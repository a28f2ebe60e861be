using NetVips;
using Semblance.Imaging.Formats;

namespace Semblance.Imaging.Tests.Formats;

public sealed class ImageDecoderTests
{
    [Fact]
    public void Limits_are_checked_before_anything_is_decoded_and_can_be_moved()
    {
        var file = PngWriter.Write(new byte[300], 10, 10);

        Assert.Contains("too large", Refused(file, new(MaxPixels: 99)), StringComparison.Ordinal);
        Assert.Contains("too large", Refused(file, new(MaxBytes: file.Length - 1)), StringComparison.Ordinal);
        Assert.Equal(10, ImageDecoder.Decode(file, new(MaxPixels: 100, MaxBytes: file.Length)).Width);
    }

    [Fact]
    public void A_small_file_may_not_ask_for_the_memory_of_a_large_one()
    {
        var small = PngWriter.Write(new byte[300], 10, 10);
        ImageLimits limits = new() { MaxPixelsWhole = 99 };
        Assert.Contains("where 99 are allowed", Refused(small, limits), StringComparison.Ordinal);
        // Noise cannot be made smaller: more than 1 MiB.
        var noise = new byte[700 * 600 * 3];
        new Random(1).NextBytes(noise);
        Assert.Equal(700, ImageDecoder.Decode(PngWriter.Write(noise, 700, 600), limits).Width);
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
    [InlineData("JPEG XL", new byte[] { 0xFF, 0x0A })]
    [InlineData("HEIC", new byte[] { 0, 0, 0, 24, 102, 116, 121, 112, 104, 101, 105, 99 })]
    [InlineData("Photoshop", new byte[] { 56, 66, 80, 83 })]
    [InlineData("PDF", new byte[] { 37, 80, 68, 70, 45 })]
    public void A_format_that_is_not_read_is_named(string name, byte[] start) =>
        Assert.Contains(name, Refused([.. start, .. new byte[40]], ImageLimits.Default), StringComparison.Ordinal);

    [Theory]
    [InlineData("version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12\n", "is a pointer of Git LFS")]
    [InlineData("<!DOCTYPE html><html><svg/></html>", "is a web page")]
    [InlineData("<?xml version=\"1.0\"?><Error><Code>NoSuchKey</Code></Error>", "is the error message of a server")]
    [InlineData("Entry not found", "is the answer of a server")]
    [InlineData("\0\0\0\0\0\0\0\0", "begins with zeros, as after a copy that was interrupted")]
    [InlineData("just text", "is not an image: its first bytes")]
    public void What_a_download_left_in_the_place_of_an_image_is_called_so(string text, string said) =>
        Assert.StartsWith(
            said,
            Assert
                .Throws<InputException>(() => ImageDecoder.Decode(System.Text.Encoding.ASCII.GetBytes(text)))
                .Message.Replace("is not an image: it ", "", StringComparison.Ordinal),
            StringComparison.Ordinal
        );

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

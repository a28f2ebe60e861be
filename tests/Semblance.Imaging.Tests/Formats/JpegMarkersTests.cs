using NetVips;
using Semblance.Imaging.Formats;

namespace Semblance.Imaging.Tests.Formats;

/// <summary>What Pillow refuses of a JPEG file is refused, and nothing that it reads; each case was tried with it.</summary>
public sealed class JpegMarkersTests
{
    [Theory]
    [InlineData(0.2)]
    [InlineData(0.5)]
    [InlineData(0.8)]
    public void A_marker_that_there_cannot_be_amid_the_data_is_refused(double place)
    {
        var file = Jpeg();
        var start = file.AsSpan().IndexOf([(byte)0xFF, (byte)0xDA]) + 14;
        var at = start + (int)((file.Length - start) * place);
        (file[at], file[at + 1]) = (0xFF, 0xA6);
        Assert.Contains("corrupt", Refused(file), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0xA6)] // Not a marker.
    [InlineData(0xD8)] // A second image begins.
    [InlineData(0xC0)] // A second frame begins.
    [InlineData(0xC4)] // Tables behind the only scan.
    [InlineData(0xF0)] // Reserved.
    public void Nothing_else_may_stand_between_the_data_and_the_end(byte marker)
    {
        var file = Jpeg();
        Assert.Contains(
            "corrupt",
            Refused([.. file[..^2], 0xFF, marker, 0, 4, 9, 9, 0xFF, 0xD9]),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Junk_and_comments_before_the_end_and_anything_behind_it_are_read()
    {
        var file = Jpeg();
        var pixels = ImageDecoder.Decode(file).Samples;
        byte[][] harmless =
        [
            [.. file[..^2], .. "junk"u8, 0xFF, 0xD9],
            [.. file[..^2], 0xFF, 0xFE, 0, 5, .. "abc"u8, 0xFF, 0xD9],
            [.. file, .. "trailing"u8, 0xFF, 0xA6],
            [.. file[..2], 0xFF, 0xFE, 0, 4, 0xFF, 0xA6, .. file[2..]],
        ];
        foreach (var one in harmless)
        {
            var image = ImageDecoder.Decode(one);
            Assert.Equal(pixels, image.Samples);
            Assert.Equal(ImageRemarks.None, image.Remarks);
        }
    }

    [Fact]
    public void A_file_without_its_end_marker_is_truncated() =>
        Assert.Contains("truncated", Refused(Jpeg()[..^2]), StringComparison.Ordinal);

    [Fact]
    public void What_libjpeg_only_warns_of_is_read_and_reported()
    {
        var file = Jpeg();
        var at = file.Length / 2;
        // A restart that nobody announced: Pillow reads the rest as gray.
        (file[at], file[at + 1]) = (0xFF, 0xD3);
        Assert.Equal(ImageRemarks.Damaged, ImageDecoder.Decode(file).Remarks);
    }

    [Fact]
    public void A_bad_marker_between_restarts_costs_one_interval_and_in_the_last_one_the_image()
    {
        var file = Jpeg(restarts: 2);
        var first = file.AsSpan().IndexOf([(byte)0xFF, (byte)0xD0]);
        var last = file.AsSpan().LastIndexOfAnyInRange((byte)0xD0, (byte)0xD7);
        while (file[last - 1] != 0xFF)
        {
            last = file.AsSpan(0, last).LastIndexOfAnyInRange((byte)0xD0, (byte)0xD7);
        }

        var damaged = (byte[])file.Clone();
        (damaged[first + 6], damaged[first + 7]) = (0xFF, 0xA6);
        Assert.Equal(ImageRemarks.Damaged, ImageDecoder.Decode(damaged).Remarks);
        (file[last + 5], file[last + 6]) = (0xFF, 0xA6);
        Assert.Contains("corrupt", Refused(file), StringComparison.Ordinal);
    }

    [Fact]
    public void Progressive_files_have_tables_between_their_scans() =>
        Assert.Equal(ImageRemarks.None, ImageDecoder.Decode(Jpeg(progressive: true)).Remarks);

    private static byte[] Jpeg(int restarts = 0, bool progressive = false)
    {
        var pixels = new byte[96 * 64 * 3];
        new Random(7).NextBytes(pixels);
        using var image = Image.NewFromMemoryCopy(pixels, 96, 64, 3, Enums.BandFormat.Uchar);
        return image.JpegsaveBuffer(restartInterval: restarts, interlace: progressive, keep: Enums.ForeignKeep.None);
    }

    private static string Refused(byte[] file) =>
        Assert.Throws<InputException>(() => ImageDecoder.Decode(file)).Message;
}

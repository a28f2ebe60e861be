using System.Buffers.Binary;
using Semblance.Imaging.Formats;

namespace Semblance.Imaging.Tests.Formats;

/// <summary>Files made by hand with the pixels that Pillow gives for them.</summary>
public sealed class BmpReaderTests
{
    private static readonly byte[] BlackAndWhite = [0, 0, 0, 0, 255, 255, 255, 0];

    // Blue, green, red, unused: red, green, blue and yellow.
    private static readonly byte[] Colours = [0, 0, 255, 0, 0, 255, 0, 0, 255, 0, 0, 0, 0, 255, 255, 0];

    private static byte[] Bmp(
        int bits,
        int width,
        int height,
        byte[] data,
        byte[]? palette = null,
        int compression = 0,
        uint[]? masks = null,
        int header = 40,
        int colours = 0
    )
    {
        palette ??= [];
        var masked = (masks ?? []).SelectMany(BitConverter.GetBytes).ToArray();
        var head = new byte[14 + Math.Max(header, 40 + masked.Length)];
        "BM"u8.CopyTo(head);
        int[] fields = [header, width, height, 1 | (bits << 16), compression, data.Length, 0, 0, colours, 0];
        BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(10), head.Length + palette.Length);
        for (var i = 0; i < fields.Length; i++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(14 + (i * 4)), fields[i]);
        }

        masked.CopyTo(head, 54);
        return [.. head, .. palette, .. data];
    }

    private static (PixelMode, byte[]) Read(byte[] file)
    {
        var image = ImageDecoder.Decode(file);
        return (image.Mode, image.Samples);
    }

    [Fact]
    public void One_bit_black_and_white_is_read_from_the_bottom()
    {
        var (mode, samples) = Read(Bmp(1, 3, 2, [0b1010_0000, 0, 0, 0, 0b0110_0000, 0, 0, 0], BlackAndWhite));
        Assert.Equal(PixelMode.One, mode);
        Assert.Equal([0, 255, 255, 255, 0, 255], samples);
    }

    [Fact]
    public void Other_palettes_stay_palettes()
    {
        var image = ImageDecoder.Decode(Bmp(4, 3, 1, [0x01, 0x30, 0, 0], Colours, colours: 4));
        Assert.Equal(PixelMode.P, image.Mode);
        Assert.Equal([0, 1, 3], image.Samples);
        Assert.Equal([255, 0, 0, 255, 0, 255, 0, 255, 0, 0, 255, 255, 255, 255, 0, 255], image.Palette![..16]);
        Assert.Equal(PixelMode.P, Read(Bmp(1, 1, 1, [0, 0, 0, 0], [255, 255, 255, 0, 0, 0, 0, 0])).Item1);
    }

    [Fact]
    public void A_palette_of_more_colours_than_a_byte_counts_is_refused()
    {
        byte[] palette = [.. Enumerable.Range(0, 257 * 4).Select(i => (byte)(i * 7))];
        Assert.Equal(PixelMode.P, Read(Bmp(8, 1, 1, [3, 0, 0, 0], palette[..1024], colours: 256)).Item1);
        var error = Assert.Throws<InputException>(() => Read(Bmp(8, 1, 1, [3, 0, 0, 0], palette, colours: 257)));
        Assert.Contains("257 colours", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_ramp_of_all_grays_is_gray_and_a_negative_height_begins_at_the_top()
    {
        var ramp = Enumerable.Range(0, 256).SelectMany(i => (byte[])[(byte)i, (byte)i, (byte)i, 0]).ToArray();
        var (mode, samples) = Read(Bmp(8, 2, -2, [10, 20, 0, 0, 30, 40, 0, 0], ramp));
        Assert.Equal(PixelMode.L, mode);
        Assert.Equal([10, 20, 30, 40], samples);
    }

    [Fact]
    public void Sixteen_bits_are_five_of_each_colour_or_as_the_masks_say()
    {
        // 31 - 16 - 1, then 31 - 32 - 1.
        Assert.Equal([255, 131, 8], Read(Bmp(16, 1, 1, [0x01, 0x7E, 0, 0])).Item2);
        Assert.Equal(
            [255, 129, 8],
            Read(Bmp(16, 1, 1, [0x01, 0xFC, 0, 0], compression: 3, masks: [0xF800, 0x7E0, 0x1F])).Item2
        );
    }

    [Fact]
    public void Whole_bytes_are_blue_green_red()
    {
        Assert.Equal([3, 2, 1, 6, 5, 4], Read(Bmp(24, 2, 1, [1, 2, 3, 4, 5, 6, 0, 0])).Item2);
        Assert.Equal([3, 2, 1, 6, 5, 4], Read(Bmp(24, 2, 1, [1, 2, 3, 4, 5, 6, 0, 0], header: 124)).Item2);
        Assert.True(Same((PixelMode.RGB, [3, 2, 1]), Read(Bmp(32, 1, 1, [1, 2, 3, 4]))));
    }

    [Fact]
    public void Masks_of_32_bits_may_hold_alpha()
    {
        uint[] bgra = [0xFF0000, 0xFF00, 0xFF, 0xFF000000];
        uint[] abgr = [0xFF000000, 0xFF0000, 0xFF00, 0xFF];
        Assert.True(
            Same(
                (PixelMode.RGBA, [3, 2, 1, 4]),
                Read(Bmp(32, 1, 1, [1, 2, 3, 4], compression: 3, masks: bgra, header: 108))
            )
        );
        Assert.True(
            Same(
                (PixelMode.RGBA, [4, 3, 2, 1]),
                Read(Bmp(32, 1, 1, [1, 2, 3, 4], compression: 3, masks: abgr, header: 124))
            )
        );
        Assert.True(
            Same((PixelMode.RGB, [3, 2, 1]), Read(Bmp(32, 1, 1, [1, 2, 3, 4], compression: 3, masks: bgra[..3])))
        );
    }

    [Fact]
    public void The_header_of_os2_has_three_bytes_for_a_colour()
    {
        byte[] file =
        [
            .. "BM"u8,
            .. new byte[8],
            32,
            0,
            0,
            0,
            .. (byte[])[12, 0, 0, 0, 2, 0, 1, 0, 1, 0, 1, 0],
            .. (byte[])[1, 2, 3, 4, 5, 6],
            .. (byte[])[0x40, 0, 0, 0],
        ];
        var image = ImageDecoder.Decode(file);
        Assert.Equal([0, 1], image.Samples);
        Assert.Equal([3, 2, 1, 255, 6, 5, 4, 255], image.Palette![..8]);
    }

    [Fact]
    public void Runs_of_eight_bits_are_unpacked()
    {
        byte[] data = [3, 1, 0, 0, 0, 3, 2, 3, 0, 0, 0, 1];
        Assert.Equal([2, 3, 0, 1, 1, 1], Read(Bmp(8, 3, 2, data, Colours, 1, colours: 4)).Item2);
        // A jump over two pixels and one row, and a run beyond the end of the row.
        byte[] jump = [1, 1, 0, 2, 1, 1, 9, 3, 0, 1];
        Assert.Equal([0, 0, 3, 1, 0, 0], Read(Bmp(8, 3, 2, jump, Colours, 1, colours: 4)).Item2);
    }

    [Fact]
    public void Runs_of_four_bits_are_unpacked()
    {
        byte[] data = [3, 0x12, 0, 0, 0, 3, 0x32, 0x10, 0, 0, 0, 1];
        Assert.Equal([3, 2, 1, 1, 2, 1], Read(Bmp(4, 3, 2, data, Colours, 2, colours: 4)).Item2);
    }

    [Fact]
    public void What_is_cut_or_unusual_is_refused()
    {
        var whole = Bmp(24, 2, 2, new byte[16]);
        for (var length = 1; length < whole.Length - 2; length++)
        {
            Assert.Throws<InputException>(() => ImageDecoder.Decode(whole.AsMemory(0, length)));
        }

        Assert.Contains(
            "truncated",
            Refused(Bmp(8, 3, 2, [3, 1, 0, 1], Colours, 1, colours: 4)),
            StringComparison.Ordinal
        );
        Assert.Contains("compression 5", Refused(Bmp(24, 1, 1, new byte[4], compression: 5)), StringComparison.Ordinal);
        Assert.Contains("2 bits", Refused(Bmp(2, 1, 1, new byte[4], Colours)), StringComparison.Ordinal);
        uint[] odd = [0x3FF00000, 0xFFC00, 0x3FF];
        Assert.Contains(
            "unusual",
            Refused(Bmp(32, 1, 1, new byte[4], compression: 3, masks: odd)),
            StringComparison.Ordinal
        );
        Assert.Contains("too large", Refused(Bmp(24, 40_000, 40_000, new byte[4])), StringComparison.Ordinal);
    }

    private static bool Same((PixelMode Mode, byte[] Samples) one, (PixelMode Mode, byte[] Samples) other) =>
        one.Mode == other.Mode && one.Samples.SequenceEqual(other.Samples);

    private static string Refused(byte[] file) =>
        Assert.Throws<InputException>(() => ImageDecoder.Decode(file)).Message;
}

using Semblance.Imaging.Formats;

namespace Semblance.Imaging.Tests.Formats;

public sealed class GifReaderTests
{
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
            Assert.Contains(refusal, Refused(file), StringComparison.Ordinal);
        }
    }

    private static string Refused(byte[] file) =>
        Assert.Throws<InputException>(() => ImageDecoder.Decode(file)).Message;
}

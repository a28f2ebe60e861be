using Semblance.Imaging.Formats;

namespace Semblance.Imaging.Tests.Formats;

/// <summary>Pillow's default JPEG: baseline, the tables of the standard's Annex K at quality 75, colour at half size.</summary>
public sealed class JpegWriterTests
{
    private static readonly int[] _luminance =
    [
        .. new[] { 16, 11, 10, 16, 24, 40, 51, 61 },
        .. new[] { 12, 12, 14, 19, 26, 58, 60, 55 },
        .. new[] { 14, 13, 16, 24, 40, 57, 69, 56 },
        .. new[] { 14, 17, 22, 29, 51, 87, 80, 62 },
        .. new[] { 18, 22, 37, 56, 68, 109, 103, 77 },
        .. new[] { 24, 35, 55, 64, 81, 104, 113, 92 },
        .. new[] { 49, 64, 78, 87, 103, 121, 120, 101 },
        .. new[] { 72, 92, 95, 98, 112, 100, 103, 99 },
    ];

    private static readonly int[] _chrominance =
    [
        .. new[] { 17, 18, 24, 47, 99, 99, 99, 99 },
        .. new[] { 18, 21, 26, 66, 99, 99, 99, 99 },
        .. new[] { 24, 26, 56, 99, 99, 99, 99, 99 },
        .. new[] { 47, 66, 99, 99, 99, 99, 99, 99 },
        .. Enumerable.Repeat(99, 32),
    ];

    [Fact]
    public void Tables_and_sampling_are_those_of_Pillow()
    {
        var file = JpegWriter.Write(Gradient(50, 34), 50, 34);
        var segments = Segments(file);
        Assert.Equal((byte)0xE0, segments[0].Marker); // JFIF
        Assert.DoesNotContain(segments, segment => segment.Marker is 0xE1 or 0xC2 or 0xFE); // Exif, progressive, comment
        var frame = Assert.Single(segments, segment => segment.Marker == 0xC0).Body;
        Assert.Equal([8, 0, 34, 0, 50, 3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1], frame);
        byte[] tables = [.. segments.Where(segment => segment.Marker == 0xDB).SelectMany(segment => segment.Body)];
        Assert.Equal([0, .. Quantised(_luminance), 1, .. Quantised(_chrominance)], tables);
    }

    [Fact]
    public void What_is_written_reads_back_almost_the_same()
    {
        var pixels = Gradient(64, 64);
        var read = ImageDecoder.Decode(JpegWriter.Write(pixels, 64, 64));
        Assert.Equal((64, 64), (read.Width, read.Height));
        Assert.True(pixels.Zip(read.Samples, (a, b) => Math.Abs(a - b)).Average() < 3);
    }

    /// <summary>libjpeg's scaling for quality 75 (half of the standard's numbers), in the zigzag order of a file.</summary>
    private static IEnumerable<byte> Quantised(int[] table) =>
        ZigZag().Select(at => (byte)(((table[at] * 50) + 50) / 100));

    private static IEnumerable<int> ZigZag() =>
        Enumerable
            .Range(0, 64)
            .OrderBy(at => (at / 8) + (at % 8))
            .ThenBy(at => ((at / 8) + (at % 8)) % 2 == 0 ? at % 8 : at / 8);

    private static List<(byte Marker, byte[] Body)> Segments(byte[] file)
    {
        var segments = new List<(byte, byte[])>();
        for (var at = 2; file[at + 1] != 0xDA; )
        {
            var length = (file[at + 2] << 8) + file[at + 3];
            segments.Add((file[at + 1], file[(at + 4)..(at + 2 + length)]));
            at += 2 + length;
        }

        return segments;
    }

    private static byte[] Gradient(int width, int height)
    {
        var pixels = new byte[width * height * 3];
        for (var i = 0; i < pixels.Length; i++)
        {
            pixels[i] = (byte)((i % 3 * 60) + (i / 3 % width * 2) + (i / 3 / width));
        }

        return pixels;
    }
}

using System.Buffers.Binary;

namespace Semblance.Imaging.Formats;

/// <summary>
/// Smooth chroma for 4:2:0 AVIF. libheif repeats each chroma sample over two by two pixels, where Pillow's libavif
/// blends neighbours 9:3:3:1; that is up to 8 levels after a resize, and no option of libvips changes it. The samples
/// can be recovered from the repeated ones and blended as libavif does, which leaves a difference of rounding.
/// </summary>
internal static class AvifChroma
{
    // What red and blue count for in the light of a pixel; green has the rest.
    private readonly record struct Weights(float Red, float Blue)
    {
        public float Green { get; } = 1 - Red - Blue;
        public float RedChroma { get; } = 2 * (1 - Red);
        public float BlueChroma { get; } = 2 * (1 - Blue);

        public float GreenChroma(float cb, float cr) => ((RedChroma * Red * cr) + (BlueChroma * Blue * cb)) / Green;
    }

    /// <summary>Blends the chroma of RGB samples in place, if the file's is halved both ways.</summary>
    public static void Smooth(ReadOnlySpan<byte> file, byte[] rgb, int width, int height)
    {
        var at = file.IndexOf("av1C"u8);
        // Halved across and down, not monochrome: bits 3, 2 and 4 of the third byte.
        if (at < 0 || at + 7 > file.Length || (file[at + 6] & 0b1_1100) != 0b1100)
        {
            return;
        }

        at = file.IndexOf("colrnclx"u8);
        var colour = at < 0 || at + 15 > file.Length ? [] : file.Slice(at + 12, 3);
        // BT.601 where nothing is said, as libavif takes it.
        Weights? named = (colour.IsEmpty ? 2 : BinaryPrimitives.ReadUInt16BigEndian(colour)) switch
        {
            2 or 5 or 6 => new(0.299f, 0.114f),
            1 => new(0.2126f, 0.0722f),
            9 => new(0.2627f, 0.0593f),
            _ => null,
        };
        if (named is not { } weights)
        {
            return;
        }
        // Full-range BT.601 is what Pillow writes; there the stored samples are whole numbers, and libyuv, which
        // converts for libavif, has factors of 6 bits: 90/64 for 1.402, 113/64 for 1.772.
        var isCoarse = weights.Red == 0.299f && colour is [.., >= 0x80];
        var (columns, rows) = ((width + 1) / 2, (height + 1) / 2);
        var (blue, red) = (new float[columns * rows], new float[columns * rows]);
        for (var i = 0; i < blue.Length; i++)
        {
            var (cb, cr) = BlockChroma(rgb, width, height, i % columns * 2, i / columns * 2, weights);
            (blue[i], red[i]) = isCoarse ? (MathF.Round(cb), MathF.Round(cr)) : (cb, cr);
        }

        for (var i = 0; i < width * height; i++)
        {
            var (y, x) = Math.DivRem(i, width);
            var pixel = rgb.AsSpan(i * 3, 3);
            var block = (y / 2 * columns) + (x / 2);
            var light = Light(pixel, blue[block], red[block], weights);
            var (cb, cr) = (Blend(blue, columns, rows, x, y), Blend(red, columns, rows, x, y));
            if (isCoarse)
            {
                var (u, v) = ((int)MathF.Floor(cb + 0.5f), (int)MathF.Floor(cr + 0.5f));
                var scaled = ((Math.Clamp((int)MathF.Round(light), 0, 255) * 257 * 16320) >> 16) + 32;
                pixel[0] = (byte)Math.Clamp((scaled + (90 * v)) >> 6, 0, 255);
                pixel[1] = (byte)Math.Clamp((scaled - (22 * u) - (46 * v)) >> 6, 0, 255);
                pixel[2] = (byte)Math.Clamp((scaled + (113 * u)) >> 6, 0, 255);
            }
            else
            {
                pixel[0] = Byte(light + (weights.RedChroma * cr));
                pixel[1] = Byte(light - weights.GreenChroma(cb, cr));
                pixel[2] = Byte(light + (weights.BlueChroma * cb));
            }
        }
    }

    // Clipped pixels have lost their chroma: they count only where the block has no others.
    private static (float Cb, float Cr) BlockChroma(
        byte[] rgb,
        int width,
        int height,
        int left,
        int top,
        Weights weights
    )
    {
        Span<(float Cb, float Cr, int Count)> sums = stackalloc (float, float, int)[2];
        for (var y = top; y < Math.Min(top + 2, height); y++)
        {
            for (var x = left; x < Math.Min(left + 2, width); x++)
            {
                var pixel = rgb.AsSpan(((y * width) + x) * 3, 3);
                var light = (weights.Red * pixel[0]) + (weights.Green * pixel[1]) + (weights.Blue * pixel[2]);
                ref var sum = ref sums[pixel.ContainsAny((byte)0, (byte)255) ? 1 : 0];
                sum.Cb += (pixel[2] - light) / weights.BlueChroma;
                sum.Cr += (pixel[0] - light) / weights.RedChroma;
                sum.Count++;
            }
        }

        var (cb, cr, count) = sums[0].Count > 0 ? sums[0] : sums[1];
        return (cb / count, cr / count);
    }

    // From the channels that are not clipped; from all where all are.
    private static float Light(ReadOnlySpan<byte> pixel, float cb, float cr, Weights weights)
    {
        var isAllClipped = !pixel.ContainsAnyExcept((byte)0, (byte)255);
        var red = isAllClipped || pixel[0] is not (0 or 255) ? weights.Red : 0;
        var green = isAllClipped || pixel[1] is not (0 or 255) ? weights.Green : 0;
        var blue = isAllClipped || pixel[2] is not (0 or 255) ? weights.Blue : 0;
        return (
                (red * (pixel[0] - (weights.RedChroma * cr)))
                + (green * (pixel[1] + weights.GreenChroma(cb, cr)))
                + (blue * (pixel[2] - (weights.BlueChroma * cb)))
            ) / (red + green + blue);
    }

    private static float Blend(float[] plane, int columns, int rows, int x, int y)
    {
        var beside = Math.Clamp((x / 2) + (x % 2 == 0 ? -1 : 1), 0, columns - 1);
        var (here, there) = (y / 2 * columns, Math.Clamp((y / 2) + (y % 2 == 0 ? -1 : 1), 0, rows - 1) * columns);
        return (
                (9 * plane[here + (x / 2)])
                + (3 * plane[here + beside])
                + (3 * plane[there + (x / 2)])
                + plane[there + beside]
            ) / 16;
    }

    private static byte Byte(float value) => (byte)Math.Clamp((int)MathF.Floor(value + 0.5f), 0, 255);
}

using System.Buffers.Binary;

namespace Semblance.Imaging.Formats;

/// <summary>
/// Smooth chroma for 4:2:0 AVIF. libheif repeats each chroma sample over two by two pixels, where Pillow's libavif
/// blends neighbours 9:3:3:1; that is up to 8 levels after a resize. The samples can be had back from the repeated ones
/// and blended as libavif does, which leaves a difference of rounding.
/// </summary>
internal static class AvifChroma
{
    /// <summary>Blends the chroma of RGB samples in place, if the file's is halved both ways.</summary>
    public static void Smooth(ReadOnlySpan<byte> file, byte[] rgb, int width, int height)
    {
        var at = file.IndexOf("av1C"u8);
        // Halved across and down, not monochrome: bits 3, 2 and 4 of the third byte.
        if (at < 0 || at + 7 > file.Length || (file[at + 6] & 0b1_1100) != 0b1100 || Matrix(file) is not { } matrix)
        {
            return;
        }

        var (kr, kb) = matrix;
        var kg = 1 - kr - kb;
        var (toRed, toBlue) = (2 * (1 - kr), 2 * (1 - kb));
        // Full-range BT.601 is what Pillow writes; there the stored samples are whole numbers, and libyuv, which
        // converts for libavif, has factors of 6 bits: 90/64 for 1.402, 113/64 for 1.772.
        var coarse = kr == 0.299f && IsFullRange(file);
        var (columns, rows) = ((width + 1) / 2, (height + 1) / 2);
        var (blue, red, light) = (new float[columns * rows], new float[columns * rows], new float[width * height]);
        for (var j = 0; j < rows; j++)
        {
            for (var i = 0; i < columns; i++)
            {
                var (cb, cr) = BlockChroma(rgb, width, height, i * 2, j * 2, kr, kb);
                if (coarse)
                {
                    (cb, cr) = (MathF.Round(cb), MathF.Round(cr));
                }

                (blue[(j * columns) + i], red[(j * columns) + i]) = (cb, cr);
                for (var y = j * 2; y < Math.Min((j * 2) + 2, height); y++)
                {
                    for (var x = i * 2; x < Math.Min((i * 2) + 2, width); x++)
                    {
                        light[(y * width) + x] = Light(rgb, ((y * width) + x) * 3, cb, cr, kr, kb);
                    }
                }
            }
        }

        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var cb = Blend(blue, columns, rows, x, y);
                var cr = Blend(red, columns, rows, x, y);
                var value = light[(y * width) + x];
                var o = ((y * width) + x) * 3;
                if (coarse)
                {
                    var (u, v) = ((int)MathF.Floor(cb + 0.5f), (int)MathF.Floor(cr + 0.5f));
                    var scaled = ((Math.Clamp((int)MathF.Round(value), 0, 255) * 257 * 16320) >> 16) + 32;
                    rgb[o] = (byte)Math.Clamp((scaled + (90 * v)) >> 6, 0, 255);
                    rgb[o + 1] = (byte)Math.Clamp((scaled - (22 * u) - (46 * v)) >> 6, 0, 255);
                    rgb[o + 2] = (byte)Math.Clamp((scaled + (113 * u)) >> 6, 0, 255);
                    continue;
                }
                rgb[o] = Byte(value + (toRed * cr));
                rgb[o + 1] = Byte(value - (((toRed * kr * cr) + (toBlue * kb * cb)) / kg));
                rgb[o + 2] = Byte(value + (toBlue * cb));
            }
        }
    }

    // The matrix of the nclx colour box; BT.601 where nothing is said, as libavif takes it.
    private static (float Kr, float Kb)? Matrix(ReadOnlySpan<byte> file)
    {
        var at = file.IndexOf("colrnclx"u8);
        if (at < 0 || at + 15 > file.Length)
        {
            return (0.299f, 0.114f);
        }

        return BinaryPrimitives.ReadUInt16BigEndian(file[(at + 12)..]) switch
        {
            2 or 5 or 6 => (0.299f, 0.114f),
            1 => (0.2126f, 0.0722f),
            9 => (0.2627f, 0.0593f),
            _ => null,
        };
    }

    private static bool IsFullRange(ReadOnlySpan<byte> file)
    {
        var at = file.IndexOf("colrnclx"u8);
        return at >= 0 && at + 15 <= file.Length && (file[at + 14] & 0x80) != 0;
    }

    // Clipped pixels have lost their chroma: they count only where the block has no others.
    private static (float Cb, float Cr) BlockChroma(
        byte[] rgb,
        int width,
        int height,
        int x0,
        int y0,
        float kr,
        float kb
    )
    {
        float cb = 0,
            cr = 0,
            clippedCb = 0,
            clippedCr = 0;
        int whole = 0,
            clipped = 0;
        for (var y = y0; y < Math.Min(y0 + 2, height); y++)
        {
            for (var x = x0; x < Math.Min(x0 + 2, width); x++)
            {
                var o = ((y * width) + x) * 3;
                var value = (kr * rgb[o]) + ((1 - kr - kb) * rgb[o + 1]) + (kb * rgb[o + 2]);
                var (b, r) = ((rgb[o + 2] - value) / (2 * (1 - kb)), (rgb[o] - value) / (2 * (1 - kr)));
                if (IsClipped(rgb[o]) || IsClipped(rgb[o + 1]) || IsClipped(rgb[o + 2]))
                {
                    (clippedCb, clippedCr, clipped) = (clippedCb + b, clippedCr + r, clipped + 1);
                }
                else
                {
                    (cb, cr, whole) = (cb + b, cr + r, whole + 1);
                }
            }
        }

        return whole > 0 ? (cb / whole, cr / whole) : (clippedCb / clipped, clippedCr / clipped);
    }

    // From the channels that are not clipped; from all where all are.
    private static float Light(byte[] rgb, int o, float cb, float cr, float kr, float kb)
    {
        var kg = 1 - kr - kb;
        var (toRed, toBlue) = (2 * (1 - kr), 2 * (1 - kb));
        var (wr, wg, wb) = (IsClipped(rgb[o]) ? 0 : kr, IsClipped(rgb[o + 1]) ? 0 : kg, IsClipped(rgb[o + 2]) ? 0 : kb);
        if (wr + wg + wb == 0)
        {
            (wr, wg, wb) = (kr, kg, kb);
        }

        var fromGreen = rgb[o + 1] + (((toRed * kr * cr) + (toBlue * kb * cb)) / kg);
        return ((wr * (rgb[o] - (toRed * cr))) + (wg * fromGreen) + (wb * (rgb[o + 2] - (toBlue * cb))))
            / (wr + wg + wb);
    }

    private static float Blend(float[] plane, int columns, int rows, int x, int y)
    {
        var (i, j) = (x / 2, y / 2);
        var (i2, j2) = (
            Math.Clamp(i + (x % 2 == 0 ? -1 : 1), 0, columns - 1),
            Math.Clamp(j + (y % 2 == 0 ? -1 : 1), 0, rows - 1)
        );
        return (
                (9 * plane[(j * columns) + i])
                + (3 * plane[(j * columns) + i2])
                + (3 * plane[(j2 * columns) + i])
                + plane[(j2 * columns) + i2]
            ) / 16;
    }

    private static bool IsClipped(byte value) => value is 0 or 255;

    private static byte Byte(float value) => (byte)Math.Clamp((int)MathF.Floor(value + 0.5f), 0, 255);
}

namespace Semblance.Models.Imaging;

/// <summary>The two passes over bytes, each rounded and clipped to a byte. Every kernel gives the same bits.</summary>
internal static class Resample
{
    private const int Half = 1 << 21;

    public static bool DownFirst(PassOrder order, int w, int h, int width, int height) =>
        order == PassOrder.Pillow13 && height < h && w != width && h - height > 2L * (w - width);

    /// <summary>Samples [h, w, channels] to the wanted part of [height, width, channels].</summary>
    public static byte[] Run(
        byte[] pixels,
        int w,
        int h,
        int channels,
        int width,
        int height,
        ResizeFilter filter,
        PixelBox part,
        PassOrder order
    )
    {
        var across = w == width ? null : ResampleWeights.Of(w, width, part.Left, part.Width, filter);
        var down = h == height ? null : ResampleWeights.Of(h, height, part.Top, part.Height, filter);
        if (DownFirst(order, w, h, width, height))
        {
            var shrunk = Down(pixels, w * channels, 0, w * channels, down, part.Top, part.Height, 0);
            return Across(shrunk, w, channels, across, part.Left, part.Width, 0, part.Height);
        }
        // Only the rows that the second pass reads are worth a first pass.
        var firstRow = down?.First ?? part.Top;
        var rows = (down?.End ?? (part.Top + part.Height)) - firstRow;
        var narrow = Across(pixels, w, channels, across, part.Left, part.Width, firstRow, rows);
        return Down(narrow, part.Width * channels, 0, part.Width * channels, down, part.Top, part.Height, firstRow);
    }

    private static byte[] Across(
        byte[] pixels,
        int w,
        int channels,
        ResampleWeights? weights,
        int from,
        int count,
        int firstRow,
        int rows
    )
    {
        var result = new byte[checked(rows * count * channels)];
        if (weights is null)
        {
            for (var y = 0; y < rows; y++)
                pixels
                    .AsSpan((((firstRow + y) * w) + from) * channels, count * channels)
                    .CopyTo(result.AsSpan(y * count * channels));
            return result;
        }
        for (var y = 0; y < rows; y++)
        {
            var source = pixels.AsSpan((firstRow + y) * w * channels, w * channels);
            AcrossScalar(source, channels, weights, result.AsSpan(y * count * channels, count * channels));
        }
        return result;
    }

    private static void AcrossScalar(
        ReadOnlySpan<byte> source,
        int channels,
        ResampleWeights weights,
        Span<byte> target
    )
    {
        for (var x = 0; x < weights.Low.Length; x++)
        for (var c = 0; c < channels; c++)
        {
            var sum = Half;
            for (var k = 0; k < weights.Count[x]; k++)
                sum +=
                    source[((weights.Low[x] + k) * channels) + c]
                    * ResampleWeights.Fixed(weights.Weights[(x * weights.Stride) + k]);
            target[(x * channels) + c] = (byte)Math.Clamp(sum >> 22, 0, 255);
        }
    }

    private static byte[] Down(
        byte[] pixels,
        int line,
        int from,
        int count,
        ResampleWeights? weights,
        int top,
        int rows,
        int firstRow
    )
    {
        if (weights is null)
            return top == firstRow && pixels.Length == rows * line
                ? pixels
                : pixels.AsSpan((top - firstRow) * line, rows * line).ToArray();
        var result = new byte[checked(rows * count)];
        for (var y = 0; y < rows; y++)
        for (var x = 0; x < count; x++)
        {
            var sum = Half;
            for (var k = 0; k < weights.Count[y]; k++)
                sum +=
                    pixels[((weights.Low[y] + k - firstRow) * line) + from + x]
                    * ResampleWeights.Fixed(weights.Weights[(y * weights.Stride) + k]);
            result[(y * count) + x] = (byte)Math.Clamp(sum >> 22, 0, 255);
        }
        return result;
    }
}

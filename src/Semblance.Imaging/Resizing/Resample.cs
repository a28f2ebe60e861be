using System.Buffers;
using System.Runtime.Intrinsics.X86;

namespace Semblance.Imaging.Resizing;

/// <summary>The two passes over bytes, each rounded and clipped to a byte. Every kernel gives the same bits.</summary>
internal static class Resample
{
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
        PassOrder order,
        bool vectors = true
    )
    {
        var across = w == width ? null : ResampleWeights.Of(w, width, part.Left, part.Width, filter);
        var down = h == height ? null : ResampleWeights.Of(h, height, part.Top, part.Height, filter);
        if (DownFirst(order, w, h, width, height))
        {
            var shrunk = Down(pixels, w * channels, down, part.Top, part.Height, 0, vectors);
            return Across(shrunk, w, channels, across, part.Left, part.Width, 0, part.Height, vectors);
        }
        // Only the rows that the second pass reads are worth a first pass.
        var firstRow = down?.First ?? part.Top;
        var rows = (down?.End ?? (part.Top + part.Height)) - firstRow;
        if (across is null || down is null)
        {
            var one = Across(pixels, w, channels, across, part.Left, part.Width, firstRow, rows, vectors);
            return Down(one, part.Width * channels, down, part.Top, part.Height, firstRow, vectors);
        }
        // Between the passes lives a large array that nobody else sees: rented, it is neither cleared nor collected.
        var narrow = ArrayPool<byte>.Shared.Rent(checked(rows * part.Width * channels));
        try
        {
            Across(pixels, w, channels, across, firstRow, rows, narrow, vectors);
            return Down(narrow, part.Width * channels, down, part.Top, part.Height, firstRow, vectors);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(narrow);
        }
    }

    private static byte[] Across(
        byte[] pixels,
        int w,
        int channels,
        ResampleWeights? weights,
        int from,
        int count,
        int firstRow,
        int rows,
        bool vectors
    )
    {
        if (weights is null && count == w && firstRow == 0 && pixels.Length == rows * w * channels)
        {
            return pixels;
        }

        var result = GC.AllocateUninitializedArray<byte>(checked(rows * count * channels));
        if (weights is not null)
        {
            Across(pixels, w, channels, weights, firstRow, rows, result, vectors);
        }
        else
        {
            for (var y = 0; y < rows; y++)
            {
                pixels
                    .AsSpan((((firstRow + y) * w) + from) * channels, count * channels)
                    .CopyTo(result.AsSpan(y * count * channels));
            }
        }

        return result;
    }

    private static void Across(
        byte[] pixels,
        int w,
        int channels,
        ResampleWeights weights,
        int firstRow,
        int rows,
        byte[] result,
        bool vectors
    )
    {
        if (vectors && Avx2.IsSupported)
        {
            ResampleAvx2.Across(pixels, w, channels, weights, firstRow, rows, result);
        }
        else
        {
            ResampleScalar.Across(pixels, w, channels, weights, firstRow, rows, result);
        }
    }

    private static byte[] Down(
        byte[] pixels,
        int line,
        ResampleWeights? weights,
        int top,
        int rows,
        int firstRow,
        bool vectors
    )
    {
        if (weights is null)
        {
            return top == firstRow && pixels.Length == rows * line
                ? pixels
                : pixels.AsSpan((top - firstRow) * line, rows * line).ToArray();
        }

        var result = GC.AllocateUninitializedArray<byte>(checked(rows * line));
        if (vectors && Avx2.IsSupported)
        {
            ResampleAvx2.Down(pixels, line, weights, firstRow, result);
        }
        else
        {
            ResampleScalar.Down(pixels, line, weights, firstRow, result);
        }

        return result;
    }
}

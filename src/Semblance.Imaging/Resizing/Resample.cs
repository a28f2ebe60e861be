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
        var across = ResampleWeights.Of(w, width, part.Left, part.Width, filter);
        var down = ResampleWeights.Of(h, height, part.Top, part.Height, filter);
        var result = GC.AllocateUninitializedArray<byte>(checked(part.Width * part.Height * channels));
        var isDownFirst = DownFirst(order, w, h, width, height);
        // Only the rows that the second pass reads are worth a first pass.
        var (first, rows) = isDownFirst ? (0, part.Height) : (down.First, down.End - down.First);
        // Between the passes is a large array that nobody else sees: rented, it is neither cleared nor collected.
        var between = ArrayPool<byte>.Shared.Rent(checked(rows * (isDownFirst ? w : part.Width) * channels));
        try
        {
            if (isDownFirst)
            {
                Down(pixels, w * channels, down, 0, between, vectors);
                Across(between, w, channels, across, 0, rows, result, vectors);
            }
            else
            {
                Across(pixels, w, channels, across, first, rows, between, vectors);
                Down(between, part.Width * channels, down, first, result, vectors);
            }

            return result;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(between);
        }
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

    private static void Down(
        byte[] pixels,
        int line,
        ResampleWeights weights,
        int firstRow,
        byte[] result,
        bool vectors
    )
    {
        if (vectors && Avx2.IsSupported)
        {
            ResampleAvx2.Down(pixels, line, weights, firstRow, result);
        }
        else
        {
            ResampleScalar.Down(pixels, line, weights, firstRow, result);
        }
    }
}

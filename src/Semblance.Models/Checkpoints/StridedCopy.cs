namespace Semblance.Models.Checkpoints;

/// <summary>Gathers the elements of a view into row-major order.</summary>
internal static class StridedCopy
{
    /// <summary>Copies element by element; rows whose elements adjoin are copied whole.</summary>
    /// <param name="stored">From the view's first element on.</param>
    /// <param name="shape">Sizes of the view.</param>
    /// <param name="strides">Steps in elements, not negative.</param>
    /// <param name="width">Bytes of an element.</param>
    public static byte[] ToRowMajor(
        ReadOnlySpan<byte> stored,
        ReadOnlySpan<long> shape,
        ReadOnlySpan<long> strides,
        int width
    )
    {
        var count = 1L;
        foreach (var size in shape)
        {
            count *= size;
        }

        var result = new byte[count * width];
        if (count == 0)
        {
            return result;
        }

        var rank = shape.Length;
        var runs = rank > 0 && strides[^1] == 1;
        var run = (int)(runs ? shape[^1] : 1) * width;
        var outer = runs ? rank - 1 : rank;
        var index = new long[outer];
        var at = 0L;
        for (var written = 0; written < result.Length; written += run)
        {
            stored.Slice((int)(at * width), run).CopyTo(result.AsSpan(written));
            for (var axis = outer - 1; axis >= 0; axis--)
            {
                at += strides[axis];
                if (++index[axis] < shape[axis])
                {
                    break;
                }

                at -= strides[axis] * shape[axis];
                index[axis] = 0;
            }
        }

        return result;
    }
}

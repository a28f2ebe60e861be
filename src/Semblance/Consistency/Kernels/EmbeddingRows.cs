using System.Runtime.Intrinsics;

namespace Semblance.Consistency.Kernels;

/// <summary>[count, dimension] float32 in memory that its maker keeps pinned. A pointer, so that blocks of it can be handed to threads.</summary>
internal readonly unsafe struct EmbeddingRows(float* data, int count, int dimension)
{
    public int Count => count;

    public int Dimension => dimension;

    public float* Row(int index) => data + ((nint)index * dimension);

    /// <summary>How many rows <paramref name="length"/> numbers make.</summary>
    /// <exception cref="EmbeddingException">The length is not a multiple of the dimension.</exception>
    public static int CountOf(int length, int dimension)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
        return length % dimension == 0
            ? length / dimension
            : throw new EmbeddingException(null, $"has {length} numbers, not a multiple of the dimension {dimension}");
    }

    /// <summary>Whether no component is negative, so that no pair can be.</summary>
    public bool AreNonNegative()
    {
        var length = (nint)count * dimension;
        nint k = 0;
        for (; k + Vector512<float>.Count <= length; k += Vector512<float>.Count)
        {
            if (Vector512.LessThanAny(Vector512.Load(data + k), Vector512<float>.Zero))
            {
                return false;
            }
        }

        for (; k < length; k++)
        {
            if (data[k] < 0)
            {
                return false;
            }
        }

        return true;
    }
}

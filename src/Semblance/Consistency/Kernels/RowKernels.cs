using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Semblance.Consistency.Kernels;

/// <summary>
/// The loops over one block of rows. Products and sums are in double: float32 would cost 1e-6 of the score. Memory is read
/// once and in order, which is twice as fast as reading four rows side by side, and eight sums run side by side to hide
/// the latency of an addition.
/// </summary>
internal static unsafe class RowKernels
{
    private const int Lanes = 4;
    private const int Stride = 8 * Lanes;

    /// <summary>Adds the unit vectors of rows [from, to) to a sum and keeps what was found on the way.</summary>
    /// <param name="rows">The embeddings.</param>
    /// <param name="from">First row.</param>
    /// <param name="to">One past the last row.</param>
    /// <param name="axis">Unit vector [d] to measure the rows against, or null.</param>
    /// <param name="sum">[d], added to.</param>
    /// <param name="inverse">[rows.Count], receives 1 / norm.</param>
    /// <param name="smallest">Lowered to the smallest cosine with <paramref name="axis"/>, which is only good to <see cref="ConeTest.FloatMargin"/>.</param>
    /// <returns>The first row that is zero or not finite, or -1.</returns>
    public static int AddUnitVectors(
        EmbeddingRows rows,
        int from,
        int to,
        float* axis,
        double* sum,
        double* inverse,
        ref double smallest
    )
    {
        var d = rows.Dimension;
        for (var i = from; i < to; i += 4)
        {
            var count = Math.Min(4, to - i);
            var row = rows.Row(i);
            for (var r = 0; r < count; r++)
            {
                var one = row + ((nint)r * d);
                float dot = 0;
                var squares = axis == null ? SquaredNorm(one, d) : SquaredNorm(one, axis, d, out dot);
                if (!(squares > 0 && squares < double.PositiveInfinity))
                {
                    return i + r;
                }

                inverse[i + r] = 1 / Math.Sqrt(squares);
                if (axis != null)
                {
                    var cosine = dot * inverse[i + r];

                    // Outside these bounds a float32 product may have overflowed or lost its bits: claim nothing.
                    var sound = squares is > 1e-50 and < 1e50 && double.IsFinite(cosine);
                    smallest = Math.Min(smallest, sound ? cosine : -1);
                }
            }

            // Four at a time, so that the sum is read and written once for four; they are still in the nearest cache.
            if (count == 4)
            {
                AddFour(row, d, inverse + i, sum);
            }
            else
            {
                for (var r = 0; r < count; r++)
                {
                    AddOne(row + ((nint)r * d), d, inverse[i + r], sum);
                }
            }
        }

        return -1;
    }

    /// <summary>Dot products of the unit vectors of rows [from, to) with <paramref name="vector"/> [d], into <paramref name="dots"/> [rows.Count].</summary>
    public static void Dots(EmbeddingRows rows, int from, int to, double* vector, double* inverse, double* dots)
    {
        for (var i = from; i < to; i++)
        {
            dots[i] = inverse[i] * Dot(rows.Row(i), rows.Dimension, vector);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> Widen(float* source)
    {
        var narrow = Vector128.Load(source);
        return Avx.IsSupported
            ? Avx.ConvertToVector256Double(narrow)
            : Vector256.Create(Vector128.WidenLower(narrow), Vector128.WidenUpper(narrow));
    }

    private static double SquaredNorm(float* row, int d)
    {
        Vector256<double> n0 = default,
            n1 = default,
            n2 = default,
            n3 = default,
            n4 = default,
            n5 = default,
            n6 = default,
            n7 = default;
        var k = 0;
        for (; k + Stride <= d; k += Stride)
        {
            var x = Widen(row + k);
            n0 = Vector256.FusedMultiplyAdd(x, x, n0);
            x = Widen(row + k + 4);
            n1 = Vector256.FusedMultiplyAdd(x, x, n1);
            x = Widen(row + k + 8);
            n2 = Vector256.FusedMultiplyAdd(x, x, n2);
            x = Widen(row + k + 12);
            n3 = Vector256.FusedMultiplyAdd(x, x, n3);
            x = Widen(row + k + 16);
            n4 = Vector256.FusedMultiplyAdd(x, x, n4);
            x = Widen(row + k + 20);
            n5 = Vector256.FusedMultiplyAdd(x, x, n5);
            x = Widen(row + k + 24);
            n6 = Vector256.FusedMultiplyAdd(x, x, n6);
            x = Widen(row + k + 28);
            n7 = Vector256.FusedMultiplyAdd(x, x, n7);
        }

        var squares = Vector256.Sum(((n0 + n1) + (n2 + n3)) + ((n4 + n5) + (n6 + n7)));
        for (; k < d; k++)
        {
            squares += (double)row[k] * row[k];
        }

        return squares;
    }

    private static double SquaredNorm(float* row, float* axis, int d, out float dot)
    {
        Vector256<double> n0 = default,
            n1 = default,
            n2 = default,
            n3 = default,
            n4 = default,
            n5 = default,
            n6 = default,
            n7 = default;
        Vector256<float> a0 = default,
            a1 = default,
            a2 = default,
            a3 = default;
        var k = 0;
        for (; k + Stride <= d; k += Stride)
        {
            var x = Widen(row + k);
            n0 = Vector256.FusedMultiplyAdd(x, x, n0);
            x = Widen(row + k + 4);
            n1 = Vector256.FusedMultiplyAdd(x, x, n1);
            x = Widen(row + k + 8);
            n2 = Vector256.FusedMultiplyAdd(x, x, n2);
            x = Widen(row + k + 12);
            n3 = Vector256.FusedMultiplyAdd(x, x, n3);
            x = Widen(row + k + 16);
            n4 = Vector256.FusedMultiplyAdd(x, x, n4);
            x = Widen(row + k + 20);
            n5 = Vector256.FusedMultiplyAdd(x, x, n5);
            x = Widen(row + k + 24);
            n6 = Vector256.FusedMultiplyAdd(x, x, n6);
            x = Widen(row + k + 28);
            n7 = Vector256.FusedMultiplyAdd(x, x, n7);
            a0 = Vector256.FusedMultiplyAdd(Vector256.Load(row + k), Vector256.Load(axis + k), a0);
            a1 = Vector256.FusedMultiplyAdd(Vector256.Load(row + k + 8), Vector256.Load(axis + k + 8), a1);
            a2 = Vector256.FusedMultiplyAdd(Vector256.Load(row + k + 16), Vector256.Load(axis + k + 16), a2);
            a3 = Vector256.FusedMultiplyAdd(Vector256.Load(row + k + 24), Vector256.Load(axis + k + 24), a3);
        }

        var squares = Vector256.Sum(((n0 + n1) + (n2 + n3)) + ((n4 + n5) + (n6 + n7)));
        dot = Vector256.Sum((a0 + a1) + (a2 + a3));
        for (; k < d; k++)
        {
            squares += (double)row[k] * row[k];
            dot += row[k] * axis[k];
        }

        return squares;
    }

    private static void AddFour(float* row, int d, double* inverse, double* sum)
    {
        var r1 = row + d;
        var r2 = r1 + d;
        var r3 = r2 + d;
        var i0 = Vector256.Create(inverse[0]);
        var i1 = Vector256.Create(inverse[1]);
        var i2 = Vector256.Create(inverse[2]);
        var i3 = Vector256.Create(inverse[3]);
        var k = 0;
        for (; k + Lanes <= d; k += Lanes)
        {
            var s = Vector256.Load(sum + k);
            s = Vector256.FusedMultiplyAdd(Widen(row + k), i0, s);
            s = Vector256.FusedMultiplyAdd(Widen(r1 + k), i1, s);
            s = Vector256.FusedMultiplyAdd(Widen(r2 + k), i2, s);
            s = Vector256.FusedMultiplyAdd(Widen(r3 + k), i3, s);
            s.Store(sum + k);
        }

        for (; k < d; k++)
        {
            sum[k] += (row[k] * inverse[0]) + (r1[k] * inverse[1]) + (r2[k] * inverse[2]) + (r3[k] * inverse[3]);
        }
    }

    private static void AddOne(float* row, int d, double inverse, double* sum)
    {
        for (var k = 0; k < d; k++)
        {
            sum[k] = Math.FusedMultiplyAdd(row[k], inverse, sum[k]);
        }
    }

    private static double Dot(float* row, int d, double* vector)
    {
        Vector256<double> d0 = default,
            d1 = default,
            d2 = default,
            d3 = default,
            d4 = default,
            d5 = default,
            d6 = default,
            d7 = default;
        var k = 0;
        for (; k + Stride <= d; k += Stride)
        {
            d0 = Vector256.FusedMultiplyAdd(Widen(row + k), Vector256.Load(vector + k), d0);
            d1 = Vector256.FusedMultiplyAdd(Widen(row + k + 4), Vector256.Load(vector + k + 4), d1);
            d2 = Vector256.FusedMultiplyAdd(Widen(row + k + 8), Vector256.Load(vector + k + 8), d2);
            d3 = Vector256.FusedMultiplyAdd(Widen(row + k + 12), Vector256.Load(vector + k + 12), d3);
            d4 = Vector256.FusedMultiplyAdd(Widen(row + k + 16), Vector256.Load(vector + k + 16), d4);
            d5 = Vector256.FusedMultiplyAdd(Widen(row + k + 20), Vector256.Load(vector + k + 20), d5);
            d6 = Vector256.FusedMultiplyAdd(Widen(row + k + 24), Vector256.Load(vector + k + 24), d6);
            d7 = Vector256.FusedMultiplyAdd(Widen(row + k + 28), Vector256.Load(vector + k + 28), d7);
        }

        var total = Vector256.Sum(((d0 + d1) + (d2 + d3)) + ((d4 + d5) + (d6 + d7)));
        for (; k < d; k++)
        {
            total += row[k] * vector[k];
        }

        return total;
    }
}

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
        for (var i = from; i < to; i++)
        {
            var row = rows.Row(i);
            var squares = SquaredNorm(row, axis, d, out var along);
            if (!(squares > 0 && squares < double.PositiveInfinity))
            {
                return i;
            }

            inverse[i] = 1 / Math.Sqrt(squares);
            if (axis != null)
            {
                var cosine = along * inverse[i];

                // Outside these bounds a float32 product may have overflowed or lost its bits: claim nothing.
                var sound = squares is > 1e-50 and < 1e50 && double.IsFinite(cosine);
                smallest = Math.Min(smallest, sound ? cosine : -1);
            }

            // Four at a time, so that the sum is read and written once for four; they are still in the nearest cache.
            var place = (i - from) % 4;
            if (place == 3)
            {
                AddFour(rows.Row(i - 3), d, inverse + i - 3, sum);
            }
            else if (i - place + 4 > to)
            {
                AddOne(row, d, inverse[i], sum);
            }
        }

        return -1;
    }

    /// <summary>Dot products of the unit vectors of rows [from, to) with <paramref name="vector"/> [d], into <paramref name="dots"/> [rows.Count].</summary>
    public static void Dots(EmbeddingRows rows, int from, int to, double* vector, double* inverse, double* dots)
    {
        for (var i = from; i < to; i++)
        {
            dots[i] = inverse[i] * Dot(rows.Row(i), vector, rows.Dimension);
        }
    }

    /// <summary>The squared length of a row, and its product with the axis, if there is one, in float32.</summary>
    private static double SquaredNorm(float* row, float* axis, int d, out float along)
    {
        Vector256<double> s0,
            s1,
            s2,
            s3,
            s4,
            s5,
            s6,
            s7;
        s0 = s1 = s2 = s3 = s4 = s5 = s6 = s7 = default;
        Vector256<float> a0,
            a1,
            a2,
            a3;
        a0 = a1 = a2 = a3 = default;
        var k = 0;
        for (; k + Stride <= d; k += Stride)
        {
            s0 = AddSquares(row + k, s0);
            s1 = AddSquares(row + k + 4, s1);
            s2 = AddSquares(row + k + 8, s2);
            s3 = AddSquares(row + k + 12, s3);
            s4 = AddSquares(row + k + 16, s4);
            s5 = AddSquares(row + k + 20, s5);
            s6 = AddSquares(row + k + 24, s6);
            s7 = AddSquares(row + k + 28, s7);
            if (axis != null)
            {
                a0 = Vector256.FusedMultiplyAdd(Vector256.Load(row + k), Vector256.Load(axis + k), a0);
                a1 = Vector256.FusedMultiplyAdd(Vector256.Load(row + k + 8), Vector256.Load(axis + k + 8), a1);
                a2 = Vector256.FusedMultiplyAdd(Vector256.Load(row + k + 16), Vector256.Load(axis + k + 16), a2);
                a3 = Vector256.FusedMultiplyAdd(Vector256.Load(row + k + 24), Vector256.Load(axis + k + 24), a3);
            }
        }

        var squares = Vector256.Sum(((s0 + s1) + (s2 + s3)) + ((s4 + s5) + (s6 + s7)));
        along = Vector256.Sum((a0 + a1) + (a2 + a3));
        for (; k < d; k++)
        {
            squares += (double)row[k] * row[k];
            along += axis == null ? 0 : row[k] * axis[k];
        }

        return squares;
    }

    private static double Dot(float* row, double* vector, int d)
    {
        Vector256<double> s0,
            s1,
            s2,
            s3,
            s4,
            s5,
            s6,
            s7;
        s0 = s1 = s2 = s3 = s4 = s5 = s6 = s7 = default;
        var k = 0;
        for (; k + Stride <= d; k += Stride)
        {
            s0 = Vector256.FusedMultiplyAdd(Widen(row + k), Vector256.Load(vector + k), s0);
            s1 = Vector256.FusedMultiplyAdd(Widen(row + k + 4), Vector256.Load(vector + k + 4), s1);
            s2 = Vector256.FusedMultiplyAdd(Widen(row + k + 8), Vector256.Load(vector + k + 8), s2);
            s3 = Vector256.FusedMultiplyAdd(Widen(row + k + 12), Vector256.Load(vector + k + 12), s3);
            s4 = Vector256.FusedMultiplyAdd(Widen(row + k + 16), Vector256.Load(vector + k + 16), s4);
            s5 = Vector256.FusedMultiplyAdd(Widen(row + k + 20), Vector256.Load(vector + k + 20), s5);
            s6 = Vector256.FusedMultiplyAdd(Widen(row + k + 24), Vector256.Load(vector + k + 24), s6);
            s7 = Vector256.FusedMultiplyAdd(Widen(row + k + 28), Vector256.Load(vector + k + 28), s7);
        }

        var total = Vector256.Sum(((s0 + s1) + (s2 + s3)) + ((s4 + s5) + (s6 + s7)));
        for (; k < d; k++)
        {
            total += row[k] * vector[k];
        }

        return total;
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

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> Widen(float* source)
    {
        var narrow = Vector128.Load(source);
        return Avx.IsSupported
            ? Avx.ConvertToVector256Double(narrow)
            : Vector256.Create(Vector128.WidenLower(narrow), Vector128.WidenUpper(narrow));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> AddSquares(float* source, Vector256<double> sum)
    {
        var wide = Widen(source);
        return Vector256.FusedMultiplyAdd(wide, wide, sum);
    }
}

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Semblance.Consistency;

/// <summary>
/// The loops over one block of rows. Products and sums are in double: float32 would cost 1e-6 of the score. Four rows go
/// together, so that the shared vector is read and written once for four; a row's own numbers do not depend on that.
/// </summary>
internal static unsafe class RowKernels
{
    private const int Lanes = 8;
    private const int FloatLanes = 16;

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
        var squares = stackalloc double[4];
        var dots = stackalloc double[4];
        for (var i = from; i < to; i += 4)
        {
            var count = Math.Min(4, to - i);
            if (count == 4 && axis != null)
            {
                MeasureFour(rows.Row(i), axis, d, squares, dots);
            }
            else if (count == 4)
            {
                MeasureFour(rows.Row(i), d, squares);
            }
            else
            {
                for (var r = 0; r < count; r++)
                {
                    squares[r] = SquaredNorm(rows.Row(i + r), d);
                    dots[r] = axis == null ? 0 : FloatDot(rows.Row(i + r), axis, d);
                }
            }

            for (var r = 0; r < count; r++)
            {
                if (!(squares[r] > 0 && squares[r] < double.PositiveInfinity))
                {
                    return i + r;
                }

                inverse[i + r] = 1 / Math.Sqrt(squares[r]);
                if (axis != null)
                {
                    var cosine = dots[r] * inverse[i + r];

                    // Outside these bounds a float32 product may have overflowed or lost its bits: claim nothing.
                    var sound = squares[r] is > 1e-50 and < 1e50 && double.IsFinite(cosine);
                    smallest = Math.Min(smallest, sound ? cosine : -1);
                }
            }

            if (count == 4)
            {
                AddFour(rows.Row(i), d, inverse + i, sum);
            }
            else
            {
                for (var r = 0; r < count; r++)
                {
                    AddOne(rows.Row(i + r), d, inverse[i + r], sum);
                }
            }
        }

        return -1;
    }

    /// <summary>Dot products of the unit vectors of rows [from, to) with <paramref name="vector"/> [d], into <paramref name="dots"/> [rows.Count].</summary>
    public static void Dots(EmbeddingRows rows, int from, int to, double* vector, double* inverse, double* dots)
    {
        var d = rows.Dimension;
        var i = from;
        for (; i + 4 <= to; i += 4)
        {
            DotFour(rows.Row(i), d, vector, dots + i);
            for (var r = 0; r < 4; r++)
            {
                dots[i + r] *= inverse[i + r];
            }
        }

        for (; i < to; i++)
        {
            dots[i] = inverse[i] * Dot(rows.Row(i), d, vector);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Widen(float* source)
    {
        var narrow = Vector256.Load(source);
        return Avx512F.IsSupported
            ? Avx512F.ConvertToVector512Double(narrow)
            : Vector512.Create(Vector256.WidenLower(narrow), Vector256.WidenUpper(narrow));
    }

    private static void MeasureFour(float* row, int d, double* squares)
    {
        var r1 = row + d;
        var r2 = r1 + d;
        var r3 = r2 + d;
        Vector512<double> n0 = default,
            n1 = default,
            n2 = default,
            n3 = default;
        var k = 0;
        for (; k + Lanes <= d; k += Lanes)
        {
            var (a, b, c, e) = (Widen(row + k), Widen(r1 + k), Widen(r2 + k), Widen(r3 + k));
            n0 = Vector512.FusedMultiplyAdd(a, a, n0);
            n1 = Vector512.FusedMultiplyAdd(b, b, n1);
            n2 = Vector512.FusedMultiplyAdd(c, c, n2);
            n3 = Vector512.FusedMultiplyAdd(e, e, n3);
        }

        (squares[0], squares[1]) = (Vector512.Sum(n0), Vector512.Sum(n1));
        (squares[2], squares[3]) = (Vector512.Sum(n2), Vector512.Sum(n3));
        for (; k < d; k++)
        {
            squares[0] += (double)row[k] * row[k];
            squares[1] += (double)r1[k] * r1[k];
            squares[2] += (double)r2[k] * r2[k];
            squares[3] += (double)r3[k] * r3[k];
        }
    }

    private static void MeasureFour(float* row, float* axis, int d, double* squares, double* dots)
    {
        var r1 = row + d;
        var r2 = r1 + d;
        var r3 = r2 + d;
        Vector512<double> n0 = default,
            n1 = default,
            n2 = default,
            n3 = default;
        Vector512<float> d0 = default,
            d1 = default,
            d2 = default,
            d3 = default;
        var k = 0;
        for (; k + FloatLanes <= d; k += FloatLanes)
        {
            var along = Vector512.Load(axis + k);
            d0 = Vector512.FusedMultiplyAdd(Vector512.Load(row + k), along, d0);
            d1 = Vector512.FusedMultiplyAdd(Vector512.Load(r1 + k), along, d1);
            d2 = Vector512.FusedMultiplyAdd(Vector512.Load(r2 + k), along, d2);
            d3 = Vector512.FusedMultiplyAdd(Vector512.Load(r3 + k), along, d3);
            var (a, b, c, e) = (Widen(row + k), Widen(r1 + k), Widen(r2 + k), Widen(r3 + k));
            n0 = Vector512.FusedMultiplyAdd(a, a, n0);
            n1 = Vector512.FusedMultiplyAdd(b, b, n1);
            n2 = Vector512.FusedMultiplyAdd(c, c, n2);
            n3 = Vector512.FusedMultiplyAdd(e, e, n3);
            (a, b, c, e) = (Widen(row + k + 8), Widen(r1 + k + 8), Widen(r2 + k + 8), Widen(r3 + k + 8));
            n0 = Vector512.FusedMultiplyAdd(a, a, n0);
            n1 = Vector512.FusedMultiplyAdd(b, b, n1);
            n2 = Vector512.FusedMultiplyAdd(c, c, n2);
            n3 = Vector512.FusedMultiplyAdd(e, e, n3);
        }

        (dots[0], dots[1]) = (Vector512.Sum(d0), Vector512.Sum(d1));
        (dots[2], dots[3]) = (Vector512.Sum(d2), Vector512.Sum(d3));

        // The lanes go on as in the loop without an axis: a norm is the same to the bit in both.
        if (k + Lanes <= d)
        {
            var (a, b, c, e) = (Widen(row + k), Widen(r1 + k), Widen(r2 + k), Widen(r3 + k));
            n0 = Vector512.FusedMultiplyAdd(a, a, n0);
            n1 = Vector512.FusedMultiplyAdd(b, b, n1);
            n2 = Vector512.FusedMultiplyAdd(c, c, n2);
            n3 = Vector512.FusedMultiplyAdd(e, e, n3);
            for (var end = k + Lanes; k < end; k++)
            {
                dots[0] += (double)row[k] * axis[k];
                dots[1] += (double)r1[k] * axis[k];
                dots[2] += (double)r2[k] * axis[k];
                dots[3] += (double)r3[k] * axis[k];
            }
        }

        (squares[0], squares[1]) = (Vector512.Sum(n0), Vector512.Sum(n1));
        (squares[2], squares[3]) = (Vector512.Sum(n2), Vector512.Sum(n3));
        for (; k < d; k++)
        {
            squares[0] += (double)row[k] * row[k];
            squares[1] += (double)r1[k] * r1[k];
            squares[2] += (double)r2[k] * r2[k];
            squares[3] += (double)r3[k] * r3[k];
            dots[0] += (double)row[k] * axis[k];
            dots[1] += (double)r1[k] * axis[k];
            dots[2] += (double)r2[k] * axis[k];
            dots[3] += (double)r3[k] * axis[k];
        }
    }

    private static double SquaredNorm(float* row, int d)
    {
        Vector512<double> lanes = default;
        var k = 0;
        for (; k + Lanes <= d; k += Lanes)
        {
            var a = Widen(row + k);
            lanes = Vector512.FusedMultiplyAdd(a, a, lanes);
        }

        var total = Vector512.Sum(lanes);
        for (; k < d; k++)
        {
            total += (double)row[k] * row[k];
        }

        return total;
    }

    private static double FloatDot(float* row, float* axis, int d)
    {
        double total = 0;
        for (var k = 0; k < d; k++)
        {
            total += (double)row[k] * axis[k];
        }

        return total;
    }

    private static void AddFour(float* row, int d, double* inverse, double* sum)
    {
        var r1 = row + d;
        var r2 = r1 + d;
        var r3 = r2 + d;
        var i0 = Vector512.Create(inverse[0]);
        var i1 = Vector512.Create(inverse[1]);
        var i2 = Vector512.Create(inverse[2]);
        var i3 = Vector512.Create(inverse[3]);
        var k = 0;
        for (; k + Lanes <= d; k += Lanes)
        {
            var s = Vector512.Load(sum + k);
            s = Vector512.FusedMultiplyAdd(Widen(row + k), i0, s);
            s = Vector512.FusedMultiplyAdd(Widen(r1 + k), i1, s);
            s = Vector512.FusedMultiplyAdd(Widen(r2 + k), i2, s);
            s = Vector512.FusedMultiplyAdd(Widen(r3 + k), i3, s);
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

    private static void DotFour(float* row, int d, double* vector, double* dots)
    {
        var r1 = row + d;
        var r2 = r1 + d;
        var r3 = r2 + d;
        Vector512<double> d0 = default,
            d1 = default,
            d2 = default,
            d3 = default;
        var k = 0;
        for (; k + Lanes <= d; k += Lanes)
        {
            var v = Vector512.Load(vector + k);
            d0 = Vector512.FusedMultiplyAdd(Widen(row + k), v, d0);
            d1 = Vector512.FusedMultiplyAdd(Widen(r1 + k), v, d1);
            d2 = Vector512.FusedMultiplyAdd(Widen(r2 + k), v, d2);
            d3 = Vector512.FusedMultiplyAdd(Widen(r3 + k), v, d3);
        }

        (dots[0], dots[1]) = (Vector512.Sum(d0), Vector512.Sum(d1));
        (dots[2], dots[3]) = (Vector512.Sum(d2), Vector512.Sum(d3));
        for (; k < d; k++)
        {
            dots[0] += row[k] * vector[k];
            dots[1] += r1[k] * vector[k];
            dots[2] += r2[k] * vector[k];
            dots[3] += r3[k] * vector[k];
        }
    }

    private static double Dot(float* row, int d, double* vector)
    {
        Vector512<double> lanes = default;
        var k = 0;
        for (; k + Lanes <= d; k += Lanes)
        {
            lanes = Vector512.FusedMultiplyAdd(Widen(row + k), Vector512.Load(vector + k), lanes);
        }

        var total = Vector512.Sum(lanes);
        for (; k < d; k++)
        {
            total += row[k] * vector[k];
        }

        return total;
    }
}

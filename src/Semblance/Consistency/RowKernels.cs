using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Semblance.Consistency;

/// <summary>
/// The loops over one block of rows. Products and sums are in double: float32 would cost 1e-6 of the score. Memory is read
/// once and in order, which is twice as fast as reading four rows side by side; what comes next is asked for early, while
/// rows that have arrived are worked on.
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
        for (var i = from; i < to; i += 4)
        {
            var count = Math.Min(4, to - i);
            var row = rows.Row(i);

            // The next four rows (past the end the last ones again): half are asked for here, half while adding.
            var next = rows.Row(Math.Min(i + 4, Math.Max(from, to - 4)));
            for (var r = 0; r < count; r++)
            {
                float dot = 0;
                var early = next + ((nint)r * d / 2);
                var squares =
                    axis == null
                        ? SquaredNorm(row + ((nint)r * d), d, early)
                        : SquaredNorm(row + ((nint)r * d), axis, d, early, out dot);
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

            if (count == 4)
            {
                AddFour(row, d, inverse + i, sum, next + (2 * (nint)d));
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
    private static Vector512<double> Widen(float* source)
    {
        var narrow = Vector256.Load(source);
        return Avx512F.IsSupported
            ? Avx512F.ConvertToVector512Double(narrow)
            : Vector512.Create(Vector256.WidenLower(narrow), Vector256.WidenUpper(narrow));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AskFor(float* address)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch0(address);
        }
    }

    private static double SquaredNorm(float* row, int d, float* early)
    {
        Vector512<double> n0 = default,
            n1 = default;
        var k = 0;
        for (; k + FloatLanes <= d; k += FloatLanes)
        {
            AskFor(early + (k / 2));
            var (a, b) = (Widen(row + k), Widen(row + k + Lanes));
            n0 = Vector512.FusedMultiplyAdd(a, a, n0);
            n1 = Vector512.FusedMultiplyAdd(b, b, n1);
        }

        var squares = Vector512.Sum(n0 + n1);
        for (; k < d; k++)
        {
            squares += (double)row[k] * row[k];
        }

        return squares;
    }

    private static double SquaredNorm(float* row, float* axis, int d, float* early, out float dot)
    {
        Vector512<double> n0 = default,
            n1 = default;
        Vector512<float> along = default;
        var k = 0;
        for (; k + FloatLanes <= d; k += FloatLanes)
        {
            AskFor(early + (k / 2));
            var (a, b) = (Widen(row + k), Widen(row + k + Lanes));
            n0 = Vector512.FusedMultiplyAdd(a, a, n0);
            n1 = Vector512.FusedMultiplyAdd(b, b, n1);
            along = Vector512.FusedMultiplyAdd(Vector512.Load(row + k), Vector512.Load(axis + k), along);
        }

        dot = Vector512.Sum(along);
        var squares = Vector512.Sum(n0 + n1);
        for (; k < d; k++)
        {
            squares += (double)row[k] * row[k];
            dot += row[k] * axis[k];
        }

        return squares;
    }

    private static void AddFour(float* row, int d, double* inverse, double* sum, float* early)
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
            AskFor(early + (2 * k));
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

    private static double Dot(float* row, int d, double* vector)
    {
        Vector512<double> d0 = default,
            d1 = default;
        var k = 0;
        for (; k + FloatLanes <= d; k += FloatLanes)
        {
            d0 = Vector512.FusedMultiplyAdd(Widen(row + k), Vector512.Load(vector + k), d0);
            d1 = Vector512.FusedMultiplyAdd(Widen(row + k + Lanes), Vector512.Load(vector + k + Lanes), d1);
        }

        var total = Vector512.Sum(d0 + d1);
        for (; k < d; k++)
        {
            total += row[k] * vector[k];
        }

        return total;
    }
}

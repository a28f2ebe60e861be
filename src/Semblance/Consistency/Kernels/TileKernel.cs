using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Semblance.Consistency.Kernels;

/// <summary>
/// The innermost product of <see cref="PairTiles"/>: four rows times the rows of one panel. Twelve sums live in
/// registers, of eight numbers each where the processor has such, else of four.
/// </summary>
internal static unsafe class TileKernel
{
    /// <summary>How many rows of the tile are made at once.</summary>
    public const int Rows = 4;

    private const int Line = PairTiles.Side;

    /// <summary>A vector of doubles, of whatever width the processor has.</summary>
    private interface ILanes<T>
        where T : unmanaged
    {
        static abstract T Load(double* from);

        static abstract T Broadcast(double value);

        static abstract T MultiplyAdd(T left, T right, T sum);

        static abstract void Store(T value, double* to);
    }

    /// <summary>Numbers [4, 24] of a tile.</summary>
    /// <param name="a">First of four neighbours in a panel [depth, 24].</param>
    /// <param name="b">A panel [depth, 24].</param>
    /// <param name="depth">How many dimensions are summed.</param>
    /// <param name="c">First of the numbers, in a tile with <see cref="PairTiles.Side"/> to a row.</param>
    /// <param name="add">Whether the sums of earlier dimensions are there already.</param>
    public static void Multiply(double* a, double* b, int depth, double* c, bool add)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            Strip<Vector512<double>, Eight>(a, b, depth, c, add);
        }
        else
        {
            Strip<Vector256<double>, Four>(a, b, depth, c, add);
            Strip<Vector256<double>, Four>(a, b + 12, depth, c + 12, add);
        }
    }

    /// <summary>Four rows by three vectors.</summary>
    private static void Strip<T, L>(double* a, double* b, int depth, double* c, bool add)
        where T : unmanaged
        where L : ILanes<T>
    {
        var w = sizeof(T) / sizeof(double);
        T c00 = default,
            c01 = default,
            c02 = default,
            c10 = default,
            c11 = default,
            c12 = default,
            c20 = default,
            c21 = default,
            c22 = default,
            c30 = default,
            c31 = default,
            c32 = default;
        if (add)
        {
            c00 = L.Load(c);
            c01 = L.Load(c + w);
            c02 = L.Load(c + (2 * w));
            c10 = L.Load(c + Line);
            c11 = L.Load(c + Line + w);
            c12 = L.Load(c + Line + (2 * w));
            c20 = L.Load(c + (2 * Line));
            c21 = L.Load(c + (2 * Line) + w);
            c22 = L.Load(c + (2 * Line) + (2 * w));
            c30 = L.Load(c + (3 * Line));
            c31 = L.Load(c + (3 * Line) + w);
            c32 = L.Load(c + (3 * Line) + (2 * w));
        }

        for (var end = b + ((nint)depth * PackedRows.Width); b < end; b += PackedRows.Width, a += PackedRows.Width)
        {
            var b0 = L.Load(b);
            var b1 = L.Load(b + w);
            var b2 = L.Load(b + (2 * w));
            var one = L.Broadcast(a[0]);
            c00 = L.MultiplyAdd(one, b0, c00);
            c01 = L.MultiplyAdd(one, b1, c01);
            c02 = L.MultiplyAdd(one, b2, c02);
            one = L.Broadcast(a[1]);
            c10 = L.MultiplyAdd(one, b0, c10);
            c11 = L.MultiplyAdd(one, b1, c11);
            c12 = L.MultiplyAdd(one, b2, c12);
            one = L.Broadcast(a[2]);
            c20 = L.MultiplyAdd(one, b0, c20);
            c21 = L.MultiplyAdd(one, b1, c21);
            c22 = L.MultiplyAdd(one, b2, c22);
            one = L.Broadcast(a[3]);
            c30 = L.MultiplyAdd(one, b0, c30);
            c31 = L.MultiplyAdd(one, b1, c31);
            c32 = L.MultiplyAdd(one, b2, c32);
        }

        L.Store(c00, c);
        L.Store(c01, c + w);
        L.Store(c02, c + (2 * w));
        L.Store(c10, c + Line);
        L.Store(c11, c + Line + w);
        L.Store(c12, c + Line + (2 * w));
        L.Store(c20, c + (2 * Line));
        L.Store(c21, c + (2 * Line) + w);
        L.Store(c22, c + (2 * Line) + (2 * w));
        L.Store(c30, c + (3 * Line));
        L.Store(c31, c + (3 * Line) + w);
        L.Store(c32, c + (3 * Line) + (2 * w));
    }

    private readonly struct Eight : ILanes<Vector512<double>>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<double> Load(double* from) => Vector512.Load(from);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<double> Broadcast(double value) => Vector512.Create(value);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<double> MultiplyAdd(
            Vector512<double> left,
            Vector512<double> right,
            Vector512<double> sum
        ) => Vector512.FusedMultiplyAdd(left, right, sum);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Store(Vector512<double> value, double* to) => value.Store(to);
    }

    private readonly struct Four : ILanes<Vector256<double>>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector256<double> Load(double* from) => Vector256.Load(from);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector256<double> Broadcast(double value) => Vector256.Create(value);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector256<double> MultiplyAdd(
            Vector256<double> left,
            Vector256<double> right,
            Vector256<double> sum
        ) => Vector256.FusedMultiplyAdd(left, right, sum);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Store(Vector256<double> value, double* to) => value.Store(to);
    }
}

using System.Runtime.Intrinsics;
using Eight = System.Runtime.Intrinsics.Vector512<double>;
using Four = System.Runtime.Intrinsics.Vector256<double>;

namespace Semblance.Consistency.Kernels;

/// <summary>
/// The innermost product of <see cref="PairTiles"/>: four rows times the rows of one panel. Twelve sums live in
/// registers, of eight numbers each where the processor has such, else of four.
/// </summary>
internal static unsafe class TileKernel
{
    /// <summary>How many rows of the tile are made at once.</summary>
    public const int Rows = 4;

    /// <summary>A vector of doubles, of whatever width the processor has.</summary>
    private interface ILanes<T>
        where T : unmanaged
    {
        static abstract T Load(double* from);

        static abstract T Broadcast(double value);

        static abstract T MultiplyAdd(T left, T right, T sum);

        static abstract void Store(T value, double* to);
    }

    /// <summary>Adds the products of some dimensions to numbers [4, 24] of a tile.</summary>
    /// <param name="a">First of four neighbours in a panel [depth, 24].</param>
    /// <param name="b">A panel [depth, 24].</param>
    /// <param name="depth">How many dimensions are summed.</param>
    /// <param name="c">First of the numbers, in a tile with <see cref="PairTiles.Side"/> to a row.</param>
    public static void MultiplyAdd(double* a, double* b, int depth, double* c)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            Strip<Eight, EightLanes>(a, b, depth, c);
        }
        else
        {
            Strip<Four, FourLanes>(a, b, depth, c);
            Strip<Four, FourLanes>(a, b + 12, depth, c + 12);
        }
    }

    /// <summary>Four rows by three vectors.</summary>
    private static void Strip<T, L>(double* a, double* b, int depth, double* c)
        where T : unmanaged
        where L : ILanes<T>
    {
        var w = sizeof(T) / sizeof(double);
        var d = c + PairTiles.Side;
        var e = d + PairTiles.Side;
        var f = e + PairTiles.Side;
        var (c0, c1, c2) = (L.Load(c), L.Load(c + w), L.Load(c + (2 * w)));
        var (d0, d1, d2) = (L.Load(d), L.Load(d + w), L.Load(d + (2 * w)));
        var (e0, e1, e2) = (L.Load(e), L.Load(e + w), L.Load(e + (2 * w)));
        var (f0, f1, f2) = (L.Load(f), L.Load(f + w), L.Load(f + (2 * w)));
        for (var end = b + ((nint)depth * PackedRows.Width); b < end; b += PackedRows.Width, a += PackedRows.Width)
        {
            var (b0, b1, b2) = (L.Load(b), L.Load(b + w), L.Load(b + (2 * w)));
            var one = L.Broadcast(a[0]);
            c0 = L.MultiplyAdd(one, b0, c0);
            c1 = L.MultiplyAdd(one, b1, c1);
            c2 = L.MultiplyAdd(one, b2, c2);
            one = L.Broadcast(a[1]);
            d0 = L.MultiplyAdd(one, b0, d0);
            d1 = L.MultiplyAdd(one, b1, d1);
            d2 = L.MultiplyAdd(one, b2, d2);
            one = L.Broadcast(a[2]);
            e0 = L.MultiplyAdd(one, b0, e0);
            e1 = L.MultiplyAdd(one, b1, e1);
            e2 = L.MultiplyAdd(one, b2, e2);
            one = L.Broadcast(a[3]);
            f0 = L.MultiplyAdd(one, b0, f0);
            f1 = L.MultiplyAdd(one, b1, f1);
            f2 = L.MultiplyAdd(one, b2, f2);
        }

        Store<T, L>(c, w, c0, c1, c2);
        Store<T, L>(d, w, d0, d1, d2);
        Store<T, L>(e, w, e0, e1, e2);
        Store<T, L>(f, w, f0, f1, f2);
    }

    private static void Store<T, L>(double* row, int width, T first, T second, T third)
        where T : unmanaged
        where L : ILanes<T>
    {
        L.Store(first, row);
        L.Store(second, row + width);
        L.Store(third, row + (2 * width));
    }

    private readonly struct EightLanes : ILanes<Eight>
    {
        public static Eight Load(double* from) => Vector512.Load(from);

        public static Eight Broadcast(double value) => Vector512.Create(value);

        public static Eight MultiplyAdd(Eight left, Eight right, Eight sum) =>
            Vector512.FusedMultiplyAdd(left, right, sum);

        public static void Store(Eight value, double* to) => value.Store(to);
    }

    private readonly struct FourLanes : ILanes<Four>
    {
        public static Four Load(double* from) => Vector256.Load(from);

        public static Four Broadcast(double value) => Vector256.Create(value);

        public static Four MultiplyAdd(Four left, Four right, Four sum) => Vector256.FusedMultiplyAdd(left, right, sum);

        public static void Store(Four value, double* to) => value.Store(to);
    }
}

using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Semblance.Consistency;

/// <summary>One tile of the matrix of all cosines. Rows and columns are positions in the order that was given.</summary>
internal readonly unsafe struct PairTile(double* cosines, int row, int rows, int column, int columns)
{
    /// <summary>Row-major, <see cref="PairTiles.Side"/> numbers to a row, aligned to 64 bytes.</summary>
    public double* Cosines => cosines;

    /// <summary>First row.</summary>
    public int Row => row;

    /// <summary>How many rows.</summary>
    public int Rows => rows;

    /// <summary>First column, never below <see cref="Row"/>.</summary>
    public int Column => column;

    /// <summary>How many columns.</summary>
    public int Columns => columns;

    /// <summary>The first column of this row of the tile that belongs to a pair i &lt; j.</summary>
    public int FirstColumn(int tileRow) => row == column ? tileRow + 1 : 0;
}

/// <summary>
/// All cosines of a set, or those that are asked for, as a blocked matrix product in double. Each is computed once, for
/// i &lt; j. A cosine is one chain of fused multiply-adds over the dimensions in order, whatever its place in a tile.
/// </summary>
internal static unsafe class PairTiles
{
    /// <summary>Rows and columns of a tile: two of 96 x 512 doubles fit into a second-level cache of 1 MB.</summary>
    public const int Side = 96;

    // Rows packed together; a multiple of the kernels' heights and widths.
    private const int Panel = 24;

    // 24 x 128 doubles stay in a first-level cache of 32 KB.
    private const int Depth = 128;

    /// <summary>Rows that are held as packed doubles at a time: 66 MB for 512 dimensions. Columns of one stripe start at a multiple of it.</summary>
    public const int SuperBlock = Side * 168;

    /// <summary>How many results of its own the work is split into; depends on the number of tiles alone.</summary>
    public static int Groups(int rows) => Math.Min(64, (Math.Min(rows, SuperBlock) + Side - 1) / Side);

    /// <summary>Visits the tiles that are needed.</summary>
    /// <param name="rows">The embeddings.</param>
    /// <param name="inverse">[n], 1 / norm.</param>
    /// <param name="order">[n], the row at each position.</param>
    /// <param name="needed">Whether any pair of two ranges of positions is wanted: (first of the rows, one past their last, first of the columns, one past their last).</param>
    /// <param name="threads">0 for all cores.</param>
    /// <param name="visit">(group, tile): tiles of one group come one after another in a fixed order, groups side by side.</param>
    /// <param name="endOfStripe">(first column, columns) after all groups have seen their tiles of these columns.</param>
    public static void Visit(
        EmbeddingRows rows,
        double[] inverse,
        int[] order,
        Func<int, int, int, int, bool> needed,
        Threads threads,
        Action<int, PairTile> visit,
        Action<int, int>? endOfStripe = null
    )
    {
        var n = rows.Count;
        var held = Math.Min(n, SuperBlock);
        using var left = new PackedRows(held, rows.Dimension);
        using var right = n > SuperBlock ? new PackedRows(held, rows.Dimension) : null;
        for (var top = 0; top < n; top += SuperBlock)
        {
            var bottom = Math.Min(n, top + SuperBlock);
            var packed = false;
            for (var start = top; start < n; start += SuperBlock)
            {
                var end = Math.Min(n, start + SuperBlock);
                if (!needed(top, bottom, start, end))
                {
                    continue;
                }

                if (!packed)
                {
                    left.Fill(rows, inverse, order, top, bottom, threads);
                    packed = true;
                }

                var columns = left;
                if (start != top)
                {
                    columns = right!;
                    columns.Fill(rows, inverse, order, start, end, threads);
                }

                VisitStripe(left, columns, top, bottom, start, end, needed, threads, Groups(n), visit);
                endOfStripe?.Invoke(start, end - start);
            }
        }
    }

    private static void VisitStripe(
        PackedRows left,
        PackedRows right,
        int top,
        int bottom,
        int start,
        int end,
        Func<int, int, int, int, bool> needed,
        Threads threads,
        int groups,
        Action<int, PairTile> visit
    )
    {
        var tileRows = (bottom - top + Side - 1) / Side;
        FixedBlocks.Run(
            groups,
            threads,
            group =>
            {
                var tile = (double*)NativeMemory.AlignedAlloc(Side * Side * sizeof(double), 64);
                try
                {
                    // There and back over the groups, since the upper rows of a triangle have more tiles.
                    for (var step = 0; step * groups < tileRows; step++)
                    {
                        var tileRow = (step * groups) + (step % 2 == 0 ? group : groups - 1 - group);
                        if (tileRow >= tileRows)
                        {
                            continue;
                        }

                        var row = top + (tileRow * Side);
                        var rowEnd = Math.Min(bottom, row + Side);
                        for (var column = Math.Max(row, start); column < end; column += Side)
                        {
                            threads.Stop.ThrowIfCancellationRequested();
                            var columnEnd = Math.Min(end, column + Side);
                            if (!needed(row, rowEnd, column, columnEnd))
                            {
                                continue;
                            }

                            Multiply(left, row - top, rowEnd - row, right, column - start, columnEnd - column, tile);
                            visit(group, new PairTile(tile, row, rowEnd - row, column, columnEnd - column));
                        }
                    }
                }
                finally
                {
                    NativeMemory.AlignedFree(tile);
                }
            }
        );
    }

    private static void Multiply(
        PackedRows left,
        int row,
        int rows,
        PackedRows right,
        int column,
        int columns,
        double* tile
    )
    {
        var d = left.Dimension;
        for (var k = 0; k < d; k += Depth)
        {
            var depth = Math.Min(Depth, d - k);
            for (var j = 0; j < columns; j += Panel)
            {
                var b = right.Panel(column + j) + ((nint)k * Panel);
                for (var i = 0; i < rows; i += 4)
                {
                    var a = left.Panel(row + i) + ((nint)k * Panel) + ((row + i) % Panel);
                    var c = tile + (i * Side) + j;
                    if (Vector512.IsHardwareAccelerated)
                    {
                        FourByTwentyFour(a, b, depth, c, k > 0);
                    }
                    else
                    {
                        FourByTwelve(a, b, depth, c, k > 0);
                        FourByTwelve(a, b + 12, depth, c + 12, k > 0);
                    }
                }
            }
        }
    }

    private static void FourByTwentyFour(double* a, double* b, int depth, double* c, bool add)
    {
        Vector512<double> c00 = default,
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
            c00 = Vector512.Load(c);
            c01 = Vector512.Load(c + 8);
            c02 = Vector512.Load(c + 16);
            c10 = Vector512.Load(c + Side);
            c11 = Vector512.Load(c + Side + 8);
            c12 = Vector512.Load(c + Side + 16);
            c20 = Vector512.Load(c + (2 * Side));
            c21 = Vector512.Load(c + (2 * Side) + 8);
            c22 = Vector512.Load(c + (2 * Side) + 16);
            c30 = Vector512.Load(c + (3 * Side));
            c31 = Vector512.Load(c + (3 * Side) + 8);
            c32 = Vector512.Load(c + (3 * Side) + 16);
        }

        for (var end = b + ((nint)depth * Panel); b < end; b += Panel, a += Panel)
        {
            var b0 = Vector512.Load(b);
            var b1 = Vector512.Load(b + 8);
            var b2 = Vector512.Load(b + 16);
            var one = Vector512.Create(a[0]);
            c00 = Vector512.FusedMultiplyAdd(one, b0, c00);
            c01 = Vector512.FusedMultiplyAdd(one, b1, c01);
            c02 = Vector512.FusedMultiplyAdd(one, b2, c02);
            one = Vector512.Create(a[1]);
            c10 = Vector512.FusedMultiplyAdd(one, b0, c10);
            c11 = Vector512.FusedMultiplyAdd(one, b1, c11);
            c12 = Vector512.FusedMultiplyAdd(one, b2, c12);
            one = Vector512.Create(a[2]);
            c20 = Vector512.FusedMultiplyAdd(one, b0, c20);
            c21 = Vector512.FusedMultiplyAdd(one, b1, c21);
            c22 = Vector512.FusedMultiplyAdd(one, b2, c22);
            one = Vector512.Create(a[3]);
            c30 = Vector512.FusedMultiplyAdd(one, b0, c30);
            c31 = Vector512.FusedMultiplyAdd(one, b1, c31);
            c32 = Vector512.FusedMultiplyAdd(one, b2, c32);
        }

        c00.Store(c);
        c01.Store(c + 8);
        c02.Store(c + 16);
        c10.Store(c + Side);
        c11.Store(c + Side + 8);
        c12.Store(c + Side + 16);
        c20.Store(c + (2 * Side));
        c21.Store(c + (2 * Side) + 8);
        c22.Store(c + (2 * Side) + 16);
        c30.Store(c + (3 * Side));
        c31.Store(c + (3 * Side) + 8);
        c32.Store(c + (3 * Side) + 16);
    }

    private static void FourByTwelve(double* a, double* b, int depth, double* c, bool add)
    {
        Vector256<double> c00 = default,
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
            c00 = Vector256.Load(c);
            c01 = Vector256.Load(c + 4);
            c02 = Vector256.Load(c + 8);
            c10 = Vector256.Load(c + Side);
            c11 = Vector256.Load(c + Side + 4);
            c12 = Vector256.Load(c + Side + 8);
            c20 = Vector256.Load(c + (2 * Side));
            c21 = Vector256.Load(c + (2 * Side) + 4);
            c22 = Vector256.Load(c + (2 * Side) + 8);
            c30 = Vector256.Load(c + (3 * Side));
            c31 = Vector256.Load(c + (3 * Side) + 4);
            c32 = Vector256.Load(c + (3 * Side) + 8);
        }

        for (var end = b + ((nint)depth * Panel); b < end; b += Panel, a += Panel)
        {
            var b0 = Vector256.Load(b);
            var b1 = Vector256.Load(b + 4);
            var b2 = Vector256.Load(b + 8);
            var one = Vector256.Create(a[0]);
            c00 = Vector256.FusedMultiplyAdd(one, b0, c00);
            c01 = Vector256.FusedMultiplyAdd(one, b1, c01);
            c02 = Vector256.FusedMultiplyAdd(one, b2, c02);
            one = Vector256.Create(a[1]);
            c10 = Vector256.FusedMultiplyAdd(one, b0, c10);
            c11 = Vector256.FusedMultiplyAdd(one, b1, c11);
            c12 = Vector256.FusedMultiplyAdd(one, b2, c12);
            one = Vector256.Create(a[2]);
            c20 = Vector256.FusedMultiplyAdd(one, b0, c20);
            c21 = Vector256.FusedMultiplyAdd(one, b1, c21);
            c22 = Vector256.FusedMultiplyAdd(one, b2, c22);
            one = Vector256.Create(a[3]);
            c30 = Vector256.FusedMultiplyAdd(one, b0, c30);
            c31 = Vector256.FusedMultiplyAdd(one, b1, c31);
            c32 = Vector256.FusedMultiplyAdd(one, b2, c32);
        }

        c00.Store(c);
        c01.Store(c + 4);
        c02.Store(c + 8);
        c10.Store(c + Side);
        c11.Store(c + Side + 4);
        c12.Store(c + Side + 8);
        c20.Store(c + (2 * Side));
        c21.Store(c + (2 * Side) + 4);
        c22.Store(c + (2 * Side) + 8);
        c30.Store(c + (3 * Side));
        c31.Store(c + (3 * Side) + 4);
        c32.Store(c + (3 * Side) + 8);
    }
}

/// <summary>Unit vectors as doubles, 24 rows side by side, so that a kernel reads them in one line. Rows past the end are zero.</summary>
internal sealed unsafe class PackedRows : IDisposable
{
    private const int Width = 24;
    private readonly double* data;

    public PackedRows(int rows, int dimension)
    {
        Dimension = dimension;
        var panels = (nuint)((rows + Width - 1) / Width);
        data = (double*)NativeMemory.AlignedAlloc(panels * (nuint)dimension * Width * sizeof(double), 64);
    }

    public int Dimension { get; }

    /// <summary>The panel that holds this row: [dimension, 24].</summary>
    public double* Panel(int row) => data + ((nint)(row / Width) * Dimension * Width);

    public void Fill(EmbeddingRows rows, double[] inverse, int[] order, int from, int to, Threads threads) =>
        FixedBlocks.Run(
            (to - from + Width - 1) / Width,
            threads,
            panel =>
            {
                var target = Panel(panel * Width);
                for (var r = 0; r < Width; r++)
                {
                    var position = from + (panel * Width) + r;
                    var source = position < to ? rows.Row(order[position]) : null;
                    var scale = position < to ? inverse[order[position]] : 0;
                    for (var k = 0; k < Dimension; k++)
                    {
                        target[((nint)k * Width) + r] = source == null ? 0 : source[k] * scale;
                    }
                }
            }
        );

    public void Dispose() => NativeMemory.AlignedFree(data);
}

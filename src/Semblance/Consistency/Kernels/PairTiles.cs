using System.Runtime.InteropServices;

namespace Semblance.Consistency.Kernels;

/// <summary>One tile of the matrix of all cosines. Rows and columns are positions in the order that was given.</summary>
internal readonly unsafe struct PairTile(double* cosines, int row, int rows, int column, int columns)
{
    /// <summary>Row-major, <see cref="PairTiles.Side"/> numbers to a row, aligned to 64 bytes.</summary>
    public double* Cosines => cosines;

    public int Row => row;

    public int Rows => rows;

    /// <summary>The first column, never below <see cref="Row"/>.</summary>
    public int Column => column;

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
        var groups = Groups(n);
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

                var (firstRow, endRow, firstColumn) = (top, bottom, start);
                threads.Run(groups, group => VisitGroup(group, columns, firstRow, endRow, firstColumn, end));
                endOfStripe?.Invoke(start, end - start);
            }
        }

        void VisitGroup(int group, PackedRows columns, int top, int bottom, int start, int end)
        {
            var tileRows = (bottom - top + Side - 1) / Side;
            var tile = (double*)NativeMemory.AlignedAlloc(Side * Side * sizeof(double), 64);
            try
            {
                // There and back over the groups, since the upper rows of a triangle have more tiles.
                for (var step = 0; step * groups < tileRows; step++)
                {
                    var row = top + (((step * groups) + (step % 2 == 0 ? group : groups - 1 - group)) * Side);
                    var rowEnd = Math.Min(bottom, row + Side);
                    for (var column = Math.Max(row, start); row < bottom && column < end; column += Side)
                    {
                        threads.Stop.ThrowIfCancellationRequested();
                        var columnEnd = Math.Min(end, column + Side);
                        if (needed(row, rowEnd, column, columnEnd))
                        {
                            var place = new PairTile(tile, row, rowEnd - row, column, columnEnd - column);
                            Fill(place, left, row - top, columns, column - start);
                            visit(group, place);
                        }
                    }
                }
            }
            finally
            {
                NativeMemory.AlignedFree(tile);
            }
        }
    }

    private static void Fill(PairTile tile, PackedRows left, int row, PackedRows right, int column)
    {
        NativeMemory.Clear(tile.Cosines, Side * Side * sizeof(double));
        for (var k = 0; k < left.Dimension; k += Depth)
        {
            var depth = Math.Min(Depth, left.Dimension - k);
            for (var j = 0; j < tile.Columns; j += PackedRows.Width)
            {
                var b = right.Panel(column + j) + ((nint)k * PackedRows.Width);
                for (var i = 0; i < tile.Rows; i += TileKernel.Rows)
                {
                    var a = left.Panel(row + i) + ((nint)k * PackedRows.Width) + ((row + i) % PackedRows.Width);
                    TileKernel.MultiplyAdd(a, b, depth, tile.Cosines + (i * Side) + j);
                }
            }
        }
    }
}

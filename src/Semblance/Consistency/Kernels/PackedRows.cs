using System.Runtime.InteropServices;

namespace Semblance.Consistency.Kernels;

/// <summary>Unit vectors as doubles, 24 rows side by side, so that a kernel reads them in one line. Rows past the end are zero.</summary>
internal sealed unsafe class PackedRows : IDisposable
{
    /// <summary>Rows to a panel; a multiple of the widths and heights of <see cref="TileKernel"/>.</summary>
    public const int Width = 24;

    private readonly double* _data;

    public PackedRows(int rows, int dimension)
    {
        Dimension = dimension;
        var panels = (nuint)((rows + Width - 1) / Width);
        _data = (double*)NativeMemory.AlignedAlloc(panels * (nuint)dimension * Width * sizeof(double), 64);
    }

    public int Dimension { get; }

    /// <summary>The panel that holds this row: [dimension, 24].</summary>
    public double* Panel(int row) => _data + ((nint)(row / Width) * Dimension * Width);

    public void Fill(EmbeddingRows rows, double[] inverse, int[] order, int from, int to, Threads threads) =>
        threads.Run(
            (to - from + Width - 1) / Width,
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

    public void Dispose() => NativeMemory.AlignedFree(_data);
}

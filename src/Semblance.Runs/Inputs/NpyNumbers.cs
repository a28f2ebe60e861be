using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Semblance.Runs.Formats;
using Semblance.Tensors;

namespace Semblance.Runs.Inputs;

/// <summary>The numbers of a <c>.npy</c> array, which follow its header.</summary>
/// <param name="Stream">Read from where it is.</param>
/// <param name="Width">2, 4 or 8 bytes.</param>
/// <param name="BigEndian">Whether the high byte comes first.</param>
internal sealed record NpyNumbers(Stream Stream, int Width, bool BigEndian)
{
    private const int Block = 1 << 16;

    /// <summary>[rows, columns] in single precision; doubles are rounded row by row.</summary>
    /// <param name="rows">At least 1.</param>
    /// <param name="columns">At least 1.</param>
    /// <param name="fortran">Whether the numbers of one column follow one another.</param>
    public float[] Read(int rows, int columns, bool fortran)
    {
        if (Width < 8)
        {
            var singles = ReadSingles((long)rows * columns);
            return fortran ? Transpose(singles, rows, columns) : singles;
        }

        if (fortran)
        {
            var doubles = new double[(long)rows * columns];
            ReadDoubles(doubles);
            return DoublePrecision.Round(Transpose(doubles, rows, columns), columns);
        }

        // Row by row: all at once would take twice the memory of what is kept.
        var vectors = new float[(long)rows * columns];
        var row = new double[columns];
        for (var at = 0; at < vectors.Length; at += columns)
        {
            ReadDoubles(row);
            DoublePrecision.Round(row, vectors.AsSpan(at, columns));
        }

        return vectors;
    }

    private float[] ReadSingles(long count)
    {
        var values = new float[count];
        var type = Width == 2 ? TensorType.Float16 : TensorType.Float32;
        var block = new byte[Block * Width];
        for (var at = 0; at < values.Length; at += Block)
        {
            var some = values.AsSpan(at, Math.Min(Block, values.Length - at));
            var bytes = block.AsSpan(0, some.Length * Width);
            Stream.ReadExactly(bytes);
            if (BigEndian && Width == 2)
            {
                var halves = MemoryMarshal.Cast<byte, ushort>(bytes);
                BinaryPrimitives.ReverseEndianness(halves, halves);
            }
            else if (BigEndian)
            {
                var words = MemoryMarshal.Cast<byte, uint>(bytes);
                BinaryPrimitives.ReverseEndianness(words, words);
            }

            TensorTypes.ToFloat32(type, bytes, some);
        }

        return values;
    }

    private void ReadDoubles(Span<double> values)
    {
        // A span of bytes cannot be longer than 2 GB, so large arrays come in pieces.
        for (var at = 0; at < values.Length; at += 1 << 24)
        {
            var some = values.Slice(at, Math.Min(1 << 24, values.Length - at));
            Stream.ReadExactly(MemoryMarshal.AsBytes(some));
            if (BigEndian)
            {
                var words = MemoryMarshal.Cast<double, ulong>(some);
                BinaryPrimitives.ReverseEndianness(words, words);
            }
        }
    }

    private static T[] Transpose<T>(T[] columnMajor, int rows, int columns)
    {
        var values = new T[columnMajor.Length];
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < columns; column++)
            {
                values[((long)row * columns) + column] = columnMajor[((long)column * rows) + row];
            }
        }

        return values;
    }
}

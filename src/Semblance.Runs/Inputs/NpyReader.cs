using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;
using Semblance.Tensors;

namespace Semblance.Runs.Inputs;

/// <summary>
/// NumPy's <c>.npy</c>, versions 1 to 3: little-endian float16, float32 or float64 of shape [n, d], in C or Fortran
/// order. https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
/// </summary>
internal static partial class NpyReader
{
    /// <summary>What the set of a file is called.</summary>
    public static string PromptOf(string path) => Path.GetFileNameWithoutExtension(path);

    /// <summary>One set, named by the file.</summary>
    public static EmbeddingInput Read(string path, string model)
    {
        using var stream = File.OpenRead(path);
        Span<byte> prefix = stackalloc byte[12];
        if (stream.ReadAtLeast(prefix, 10, throwOnEndOfStream: false) < 10 || !IsMagic(prefix))
        {
            throw new InputException(
                stream.Length == 0
                    ? $"{path} is empty; write it again with numpy.save."
                    : $"{path} is not a .npy file; write it with numpy.save."
            );
        }

        var lengthBytes = prefix[6] == 1 ? 2 : 4;
        long headerLength =
            lengthBytes == 2
                ? BinaryPrimitives.ReadUInt16LittleEndian(prefix[8..])
                : BinaryPrimitives.ReadUInt32LittleEndian(prefix[8..]);
        stream.Position = 8 + lengthBytes;
        if (headerLength > stream.Length - stream.Position)
        {
            throw new InputException($"{path} is truncated.");
        }

        var header = new byte[headerLength];
        stream.ReadExactly(header);
        var text = Encoding.UTF8.GetString(header);
        var type = Description().Match(text).Groups["type"].Value;
        var fortran = FortranOrder().IsMatch(text);
        var shape = Shape().Match(text);
        if (!shape.Success)
        {
            throw new InputException($"{path} must hold one array [images, dimension]; its header is {text.Trim()}.");
        }

        (TensorType Kind, int Bytes) number = type switch
        {
            "<f2" => (TensorType.Float16, 2),
            "<f4" => (TensorType.Float32, 4),
            "<f8" => (TensorType.Float64, 8),
            _ => throw new InputException(
                $"{path} holds numbers of type {type}; expected float16, float32 or float64 (save with .astype('<f4'))."
            ),
        };
        if (
            !long.TryParse(
                shape.Groups["rows"].ValueSpan,
                NumberStyles.None,
                CultureInfo.InvariantCulture,
                out var rows
            )
            || !long.TryParse(
                shape.Groups["columns"].ValueSpan,
                NumberStyles.None,
                CultureInfo.InvariantCulture,
                out var columns
            )
            || (Int128)rows * columns > Array.MaxLength
        )
        {
            throw new InputException(
                $"{path} has the shape ({shape.Groups["rows"].Value}, {shape.Groups["columns"].Value}), more than the {Array.MaxLength} numbers that one array may hold; write a file per prompt."
            );
        }

        if (rows < 1 || columns < 1)
        {
            throw new InputException($"{path} holds no numbers: its shape is ({rows}, {columns}).");
        }

        var count = rows * columns;
        if (stream.Length - stream.Position != count * number.Bytes)
        {
            throw new InputException(
                $"{path}: {stream.Length - stream.Position} bytes of numbers where {rows} x {columns} of type {type} need {count * number.Bytes}."
            );
        }

        var input = EmbeddingSets.Check(
            path,
            [
                new EmbeddingSet(
                    model,
                    PromptOf(path),
                    null,
                    number.Kind == TensorType.Float64
                        ? ReadDoubles(stream, fortran, (int)rows, (int)columns)
                        : ReadSingles(stream, number, fortran, (int)rows, (int)columns),
                    (int)columns
                ),
            ],
            promptsAreRaw: false
        );
        return input with { Rounded = number.Kind == TensorType.Float64 };
    }

    private static bool IsMagic(ReadOnlySpan<byte> prefix) =>
        prefix[0] == 0x93 && prefix[1..6].SequenceEqual("NUMPY"u8);

    private static float[] ReadSingles(
        FileStream stream,
        (TensorType Kind, int Bytes) number,
        bool fortran,
        int rows,
        int columns
    )
    {
        var values = new float[(long)rows * columns];
        if (number.Kind == TensorType.Float32)
        {
            ReadNumbers(stream, values.AsSpan());
        }
        else
        {
            var block = new byte[(1 << 16) * number.Bytes];
            for (var at = 0; at < values.Length; at += 1 << 16)
            {
                var some = Math.Min(1 << 16, values.Length - at);
                stream.ReadExactly(block.AsSpan(0, some * number.Bytes));
                TensorTypes.ToFloat32(number.Kind, block.AsSpan(0, some * number.Bytes), values.AsSpan(at, some));
            }
        }

        return fortran ? Transpose(values, rows, columns) : values;
    }

    private static float[] ReadDoubles(FileStream stream, bool fortran, int rows, int columns)
    {
        if (fortran)
        {
            var values = new double[(long)rows * columns];
            ReadNumbers(stream, values.AsSpan());
            return DoublePrecision.Round(Transpose(values, rows, columns), columns);
        }

        // Row by row: all at once would take twice the memory of what is kept.
        var vectors = new float[(long)rows * columns];
        var row = new double[columns];
        for (var at = 0; at < vectors.Length; at += columns)
        {
            ReadNumbers(stream, row.AsSpan());
            DoublePrecision.Round(row, vectors.AsSpan(at, columns));
        }

        return vectors;
    }

    /// <summary>The numbers in the order of the file.</summary>
    private static void ReadNumbers<T>(FileStream stream, Span<T> values)
        where T : unmanaged
    {
        // A span of bytes cannot be longer than 2 GB, so large arrays come in pieces.
        for (var at = 0; at < values.Length; at += 1 << 24)
        {
            stream.ReadExactly(MemoryMarshal.AsBytes(values.Slice(at, Math.Min(1 << 24, values.Length - at))));
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

    [GeneratedRegex(@"'descr'\s*:\s*'(?<type>[^']*)'", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Description();

    [GeneratedRegex(@"'fortran_order'\s*:\s*True", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex FortranOrder();

    [GeneratedRegex(
        @"'shape'\s*:\s*\(\s*(?<rows>\d+)\s*,\s*(?<columns>\d+)\s*,?\s*\)",
        RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex Shape();
}

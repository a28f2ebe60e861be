using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Semblance.Runs.Inputs;

/// <summary>
/// NumPy's <c>.npy</c>, versions 1 to 3: float16, float32 or float64 of either byte order, of shape [n, d], in C or Fortran
/// order. https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
/// </summary>
internal static partial class NpyReader
{
    /// <summary>A real header has some hundred bytes.</summary>
    private const int LongestHeader = 1 << 20;

    /// <summary>What the set of a file is called.</summary>
    public static string PromptOf(string path) => Path.GetFileNameWithoutExtension(path);

    /// <summary>One set, named by the file.</summary>
    public static EmbeddingInput Read(string path, string model)
    {
        using var stream = RegularFile.OpenRead(path);
        (var set, var rounded) = Read(path, stream, stream.Length, model, PromptOf(path));
        return EmbeddingSets.Check(path, [set], promptsAreRaw: false) with { Rounded = rounded };
    }

    /// <summary>One array of a stream as a set of that name.</summary>
    /// <param name="name">Of the file, for messages.</param>
    /// <param name="stream">Read from where it is to the end of the array.</param>
    /// <param name="length">Bytes of the array, with its header.</param>
    /// <param name="model">Of the set.</param>
    /// <param name="prompt">Of the set.</param>
    /// <returns>The set, and whether it was in double precision.</returns>
    public static (EmbeddingSet Set, bool Rounded) Read(
        string name,
        Stream stream,
        long length,
        string model,
        string prompt
    )
    {
        (var text, var rest) = ReadHeader(name, stream, length);
        var type = Description().Match(text).Groups["type"].Value;
        var shape = Shape().Match(text);
        if (!shape.Success)
        {
            throw new InputException(
                $"{name} must hold one array [images, dimension]; its header is {(text.Length > 200 ? text[..200] + "..." : text.Trim())}."
            );
        }

        var width = type switch
        {
            "<f2" or ">f2" or "=f2" => 2,
            "<f4" or ">f4" or "=f4" => 4,
            "<f8" or ">f8" or "=f8" => 8,
            _ => throw new InputException(
                $"{name} holds {(type.Length > 0 ? $"numbers of type {type}" : "records")}; expected float16, float32 or float64 (save with .astype('<f4'))."
            ),
        };
        (var rows, var columns) = SizeOf(name, shape);
        if (rest != (long)rows * columns * width)
        {
            throw new InputException(
                $"{name}: {rest} bytes of numbers where {rows} x {columns} of type {type} need {(long)rows * columns * width}."
            );
        }

        var numbers = new NpyNumbers(stream, width, BigEndian: type[0] == '>');
        var vectors = numbers.Read(rows, columns, FortranOrder().IsMatch(text));
        return (new EmbeddingSet(model, prompt, null, vectors, columns), width == 8);
    }

    private static (string Header, long Left) ReadHeader(string name, Stream stream, long length)
    {
        Span<byte> prefix = stackalloc byte[12];
        var read = stream.ReadAtLeast(prefix[..10], 10, throwOnEndOfStream: false);
        if (read < 10 || prefix[0] != 0x93 || !prefix[1..6].SequenceEqual("NUMPY"u8))
        {
            throw new InputException(
                length == 0
                    ? $"{name} is empty; write it again with numpy.save."
                    : $"{name} is not a .npy file; write it with numpy.save."
            );
        }

        var start = 10;
        long headerLength = BinaryPrimitives.ReadUInt16LittleEndian(prefix[8..]);
        if (prefix[6] != 1)
        {
            start = 12;
            read += stream.ReadAtLeast(prefix[10..], 2, throwOnEndOfStream: false);
            headerLength = BinaryPrimitives.ReadUInt32LittleEndian(prefix[8..]);
        }

        if (read < start || headerLength > length - start)
        {
            throw new InputException($"{name} is truncated.");
        }

        if (headerLength > LongestHeader)
        {
            throw new InputException($"{name} has a header of {headerLength} bytes, which numpy does not write.");
        }

        var header = new byte[headerLength];
        stream.ReadExactly(header);
        return (Encoding.UTF8.GetString(header), length - start - headerLength);
    }

    private static (int Rows, int Columns) SizeOf(string name, Match shape)
    {
        (var first, var second) = (shape.Groups["rows"].Value, shape.Groups["columns"].Value);
        if (
            !long.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out var rows)
            || !long.TryParse(second, NumberStyles.None, CultureInfo.InvariantCulture, out var columns)
            || (Int128)rows * columns > Array.MaxLength
        )
        {
            throw new InputException(
                $"{name} has the shape ({first}, {second}), more than the {Array.MaxLength} numbers that one array may hold; write a file per prompt."
            );
        }

        return rows >= 1 && columns >= 1
            ? ((int)rows, (int)columns)
            : throw new InputException($"{name} holds no numbers: its shape is ({rows}, {columns}).");
    }

    [GeneratedRegex(@"'descr'\s*:\s*'(?<type>[^']*)'", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 2000)]
    private static partial Regex Description();

    [GeneratedRegex(@"'fortran_order'\s*:\s*True", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 2000)]
    private static partial Regex FortranOrder();

    [GeneratedRegex(
        @"'shape'\s*:\s*\(\s*(?<rows>\d+)\s*,\s*(?<columns>\d+)\s*,?\s*\)",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 2000
    )]
    private static partial Regex Shape();
}

using System.Globalization;
using System.Numerics;
using System.Text;
using Parquet;
using Parquet.Schema;

namespace Semblance.Runs.Formats;

/// <summary>The values of one column of a row group: text, numbers of every width, lists of numbers.</summary>
internal static class ParquetCells
{
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    /// <summary>How numbers of each width are read, one in a row or lists of them.</summary>
    private static readonly Dictionary<Type, Readers> Numbers = new()
    {
        [typeof(long)] = Of<long>(),
        [typeof(int)] = Of<int>(),
        [typeof(short)] = Of<short>(),
        [typeof(sbyte)] = Of<sbyte>(),
        [typeof(ulong)] = Of<ulong>(),
        [typeof(uint)] = Of<uint>(),
        [typeof(ushort)] = Of<ushort>(),
        [typeof(byte)] = Of<byte>(),
        [typeof(double)] = Of<double>(),
        [typeof(float)] = Of<float>(),
        [typeof(decimal)] = Of<decimal>(),
    };

    /// <summary>Text, or numbers as text; null for none.</summary>
    /// <param name="rows">The group.</param>
    /// <param name="name">Of the column, for messages.</param>
    /// <param name="field">The column.</param>
    /// <param name="half">Whether its bytes are numbers in half precision.</param>
    /// <exception cref="InputException">The column holds something else.</exception>
    public static Task<IEnumerable<string?>> TextAsync(
        ParquetRowGroupReader rows,
        string name,
        DataField field,
        bool half
    ) =>
        field.MaxRepetitionLevel > 0 ? throw Holds(name, "lists")
        : IsText(field) ? StringsAsync(rows, field)
        : half ? HalvesAsync(rows, field)
        : IsBytes(field) ? BytesAsync(rows, name, field)
        : Numbers.TryGetValue(field.ClrType, out var numbers) ? numbers.Text(rows, field)
        : throw Holds(name, KindOf(field));

    /// <summary>One embedding for each row.</summary>
    /// <exception cref="InputException">The lists are not of numbers.</exception>
    public static Task<IEnumerable<VectorCell>> VectorsAsync(
        ParquetRowGroupReader rows,
        string name,
        DataField field,
        bool half
    ) =>
        field.MaxRepetitionLevel > 1 ? throw Holds(name, "lists of lists")
        : Numbers.TryGetValue(field.ClrType, out var numbers) ? numbers.Vectors(rows, field)
        : half
            ? ListsAsync<ReadOnlyMemory<byte>>(
                rows,
                field,
                values => VectorCell.Of(Array.ConvertAll(values.ToArray(), HalfOf))
            )
        : throw Holds(name, $"lists of {(IsText(field) ? "text" : KindOf(field))}");

    private static Readers Of<T>()
        where T : struct, INumber<T> => new(NumbersAsync<T>, (rows, field) => ListsAsync<T>(rows, field, VectorOf));

    private static bool IsText(DataField field) =>
        field.ClrType == typeof(string) || field.ClrType == typeof(ReadOnlyMemory<char>);

    public static bool IsBytes(DataField field) =>
        field.ClrType == typeof(byte[]) || field.ClrType == typeof(ReadOnlyMemory<byte>);

    private static string KindOf(DataField field) =>
        field.ClrType == typeof(bool) ? "true or false"
        : field.ClrType == typeof(DateTime) || field.ClrType == typeof(DateOnly) ? "dates"
        : IsBytes(field) ? "bytes"
        : "values of another kind";

    private static InputException Holds(string name, string what) =>
        new($"Column \"{name}\" holds {what}; expected text or numbers (for embeddings, lists of numbers).");

    private static async Task<IEnumerable<string?>> StringsAsync(ParquetRowGroupReader rows, DataField field)
    {
        var values = new string?[checked((int)rows.RowCount)];
        await rows.ReadAsync(field, values.AsMemory()!, null, default);
        return values;
    }

    /// <summary>Bytes without a word on what they are: older writers mean text.</summary>
    private static async Task<IEnumerable<string?>> BytesAsync(ParquetRowGroupReader rows, string name, DataField field)
    {
        var values = await RawBytesAsync(rows, field);
        try
        {
            return Array.ConvertAll(values, bytes => bytes is null ? null : Strict.GetString(bytes));
        }
        catch (DecoderFallbackException error)
        {
            throw new InputException(Holds(name, "bytes").Message, error);
        }
    }

    private static async Task<IEnumerable<string?>> HalvesAsync(ParquetRowGroupReader rows, DataField field) =>
        (await RawBytesAsync(rows, field)).Select(bytes =>
            bytes is null ? null : HalfOf(bytes).ToString(CultureInfo.InvariantCulture)
        );

    public static async Task<byte[]?[]> RawBytesAsync(ParquetRowGroupReader rows, DataField field)
    {
        var values = new byte[]?[checked((int)rows.RowCount)];
        await rows.ReadAsync(field, values.AsMemory()!, null, default);
        return values;
    }

    private static float HalfOf(ReadOnlyMemory<byte> bytes) =>
        (float)System.Buffers.Binary.BinaryPrimitives.ReadHalfLittleEndian(bytes.Span);

    private static async Task<IEnumerable<string?>> NumbersAsync<T>(ParquetRowGroupReader rows, DataField field)
        where T : struct, IFormattable
    {
        var count = checked((int)rows.RowCount);
        if (field.MaxDefinitionLevel > 0)
        {
            var values = new T?[count];
            await rows.ReadAsync<T>(field, values.AsMemory(), null, default);
            return values.Select(value => value?.ToString(null, CultureInfo.InvariantCulture));
        }

        var plain = new T[count];
        await rows.ReadAsync<T>(field, plain.AsMemory(), null, default);
        return plain.Select(value => value.ToString(null, CultureInfo.InvariantCulture));
    }

    /// <summary>Single precision as it is, all else through double precision.</summary>
    private static VectorCell VectorOf<T>(ReadOnlySpan<T> values)
        where T : struct, INumber<T> =>
        values.ToArray() is var array && array is float[] single
            ? VectorCell.Of(single)
            : VectorCell.Of(Array.ConvertAll(array, double.CreateChecked));

    private static async Task<IEnumerable<VectorCell>> ListsAsync<T>(
        ParquetRowGroupReader rows,
        DataField field,
        Func<ReadOnlySpan<T>, VectorCell> of
    )
        where T : struct
    {
        var count = checked((int)(rows.GetMetadata(field)?.MetaData?.NumValues ?? 0));
        var values = new T[count];
        var present = new int[count];
        var levels = new int[count];
        await rows.ReadRawAsync<T>(field, values, present.AsMemory(), levels.AsMemory(), default);
        var cells = new List<VectorCell>(checked((int)rows.RowCount));
        // Only numbers that are there have a value; a row without one has a level all the same.
        for (var (at, value) = (0, 0); at < count; )
        {
            var end = at + 1;
            while (end < count && levels[end] != 0)
            {
                end++;
            }

            var filled = present.AsSpan(at, end - at).Count(field.MaxDefinitionLevel);
            cells.Add(
                filled == end - at ? of(values.AsSpan(value, filled))
                : end - at == 1 ? VectorCell.None
                : new VectorCell(null, "has gaps: some of its numbers are null")
            );
            (at, value) = (end, value + filled);
        }

        return cells;
    }

    private sealed record Readers(
        Func<ParquetRowGroupReader, DataField, Task<IEnumerable<string?>>> Text,
        Func<ParquetRowGroupReader, DataField, Task<IEnumerable<VectorCell>>> Vectors
    );
}

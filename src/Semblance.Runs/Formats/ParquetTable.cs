using System.Globalization;
using Parquet;
using Parquet.Schema;

namespace Semblance.Runs.Formats;

/// <summary>Reads the few kinds of columns that tables of images, embeddings and scores have.</summary>
internal sealed class ParquetTable
{
    private readonly ParquetReader _reader;

    private ParquetTable(ParquetReader reader) => _reader = reader;

    /// <summary>The columns, those within lists and groups by themselves.</summary>
    public DataField[] Fields => _reader.Schema.GetDataFields();

    /// <summary>Names of the columns, as a reader of the table sees them.</summary>
    public IEnumerable<string> Names => _reader.Schema.Fields.Select(column => column.Name);

    /// <summary>Opens a file and reads from it; what is wrong with a column is to be said without the file.</summary>
    /// <exception cref="InputException">The file is damaged or not a parquet file, or what <paramref name="read"/> throws.</exception>
    public static T Read<T>(string path, Func<ParquetTable, T> read)
    {
        try
        {
            return ReadAsync(path, read).GetAwaiter().GetResult();
        }
        catch (InputException error) when (!error.Message.StartsWith(path, StringComparison.Ordinal))
        {
            throw new InputException($"{path}: {error.Message}", error);
        }
        catch (Exception error) when (error is not SemblanceException and not OperationCanceledException)
        {
            // The library throws many kinds of exceptions for damaged files.
            throw new InputException($"{path} cannot be read as parquet: {error.Message}", error);
        }
    }

    /// <summary>The column of that name (case does not matter), or null.</summary>
    /// <exception cref="InputException">Two columns have that name.</exception>
    public DataField? Find(string name)
    {
        DataField[] found =
        [
            .. Fields.Where(field => string.Equals(field.Path.FirstPart, name, StringComparison.OrdinalIgnoreCase)),
        ];
        return found.Length < 2
            ? found.FirstOrDefault()
            : throw new InputException($"The column \"{name}\" is given twice; keep one of them.");
    }

    /// <summary>The values of a column of text or numbers as text, null for none; null where there is no such column.</summary>
    /// <exception cref="InputException">Two columns have that name, or it holds something else.</exception>
    public string?[]? Text(string name) => Find(name) is { } field ? Text(field) : null;

    /// <inheritdoc cref="Text(string)"/>
    /// <exception cref="InputException">There is no such column.</exception>
    public string?[] RequiredText(string name) =>
        Text(name) ?? throw new InputException($"There is no column \"{name}\".");

    /// <inheritdoc cref="Text(string)"/>
    public string?[] Text(DataField field) => [.. Groups(rows => TextAsync(rows, field))];

    /// <summary>The values of a column of lists of numbers.</summary>
    /// <exception cref="InputException">It does not hold lists, or a list is empty or has gaps.</exception>
    public IEnumerable<T[]> Lists<T>(DataField field)
        where T : struct => Groups(rows => ListsAsync<T>(rows, field));

    private static async Task<T> ReadAsync<T>(string path, Func<ParquetTable, T> read)
    {
        var stream = File.OpenRead(path);
        await using (stream.ConfigureAwait(false))
        {
            var reader = await ParquetReader.CreateAsync(stream);
            await using (reader.ConfigureAwait(false))
            {
                return read(new ParquetTable(reader));
            }
        }
    }

    private IEnumerable<T> Groups<T>(Func<ParquetRowGroupReader, Task<IEnumerable<T>>> read)
    {
        for (var group = 0; group < _reader.RowGroupCount; group++)
        {
            using var rows = _reader.OpenRowGroupReader(group);
            foreach (var value in read(rows).GetAwaiter().GetResult())
            {
                yield return value;
            }
        }
    }

    private static async Task<IEnumerable<string?>> TextAsync(ParquetRowGroupReader rows, DataField field)
    {
        if (field.ClrType == typeof(string) || field.ClrType == typeof(ReadOnlyMemory<char>))
        {
            var values = new string?[checked((int)rows.RowCount)];
            await rows.ReadAsync(field, values.AsMemory()!, null, default);
            return values;
        }

        return field.ClrType == typeof(long) ? await NumbersAsync<long>(rows, field)
            : field.ClrType == typeof(int) ? await NumbersAsync<int>(rows, field)
            : field.ClrType == typeof(double) ? await NumbersAsync<double>(rows, field)
            : field.ClrType == typeof(float) ? await NumbersAsync<float>(rows, field)
            : throw new InputException(
                $"Column \"{field.Name}\" holds {field.ClrType.Name}; expected text or numbers."
            );
    }

    private static async Task<IEnumerable<string?>> NumbersAsync<T>(ParquetRowGroupReader rows, DataField field)
        where T : struct, IFormattable
    {
        var count = checked((int)rows.RowCount);
        if (field.IsNullable)
        {
            var values = new T?[count];
            await rows.ReadAsync<T>(field, values.AsMemory(), null, default);
            return values.Select(value => value?.ToString(null, CultureInfo.InvariantCulture));
        }

        var plain = new T[count];
        await rows.ReadAsync<T>(field, plain.AsMemory(), null, default);
        return plain.Select(value => value.ToString(null, CultureInfo.InvariantCulture));
    }

    private static async Task<IEnumerable<T[]>> ListsAsync<T>(ParquetRowGroupReader rows, DataField field)
        where T : struct
    {
        var name = field.Path.FirstPart;
        if (field.MaxRepetitionLevel != 1)
        {
            throw new InputException($"column \"{name}\" must hold lists of numbers.");
        }

        var count = checked((int)(rows.GetMetadata(field)?.MetaData?.NumValues ?? 0));
        var values = new T[count];
        var present = new int[count];
        var levels = new int[count];
        await rows.ReadRawAsync<T>(field, values, present.AsMemory(), levels.AsMemory(), default);
        if (!Array.TrueForAll(present, level => level == field.MaxDefinitionLevel))
        {
            throw new InputException($"column \"{name}\" has rows without numbers; leave them out.");
        }

        // Repetition level 0 starts a new row.
        int[] starts = [.. Enumerable.Range(0, count).Where(at => levels[at] == 0), count];
        return starts.Zip(starts.Skip(1), (start, end) => values[start..end]);
    }
}

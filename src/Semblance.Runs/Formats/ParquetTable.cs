using Parquet;
using Parquet.Schema;

namespace Semblance.Runs.Formats;

/// <summary>Reads the few kinds of columns that tables of images and embeddings have.</summary>
internal static class ParquetTable
{
    /// <summary>Opens a file and hands it to <paramref name="read"/>.</summary>
    /// <exception cref="InputException">The file is damaged or not a parquet file.</exception>
    public static async Task<T> OpenAsync<T>(string path, Func<ParquetReader, Task<T>> read)
    {
        try
        {
            var stream = File.OpenRead(path);
            await using (stream.ConfigureAwait(false))
            {
                var reader = await ParquetReader.CreateAsync(stream);
                await using (reader.ConfigureAwait(false))
                {
                    return await read(reader);
                }
            }
        }
        catch (InputException error) when (!error.Message.StartsWith(path, StringComparison.Ordinal))
        {
            // What is wrong with a column is said without the file.
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
    public static DataField? Find(ParquetReader reader, string name)
    {
        DataField[] found =
        [
            .. reader
                .Schema.GetDataFields()
                .Where(field => string.Equals(field.Path.FirstPart, name, StringComparison.OrdinalIgnoreCase)),
        ];
        return found.Length < 2
            ? found.FirstOrDefault()
            : throw new InputException($"The column \"{name}\" is given twice; keep one of them.");
    }

    /// <summary>All values of a column as text; null where the column or the value is.</summary>
    public static async Task<string?[]> TextAsync(ParquetReader reader, DataField field)
    {
        List<string?> texts = [];
        for (var group = 0; group < reader.RowGroupCount; group++)
        {
            using var rows = reader.OpenRowGroupReader(group);
            var count = checked((int)rows.RowCount);
            if (field.ClrType == typeof(string) || field.ClrType == typeof(ReadOnlyMemory<char>))
            {
                var values = new string?[count];
                await rows.ReadAsync(field, values.AsMemory()!, null, default);
                texts.AddRange(values);
            }
            else if (field.ClrType == typeof(long))
            {
                texts.AddRange((await NumbersAsync<long>(rows, field, count)).Select(value => value?.ToString()));
            }
            else if (field.ClrType == typeof(int))
            {
                texts.AddRange((await NumbersAsync<int>(rows, field, count)).Select(value => value?.ToString()));
            }
            else if (field.ClrType == typeof(double))
            {
                texts.AddRange((await NumbersAsync<double>(rows, field, count)).Select(value => value?.ToString("R")));
            }
            else if (field.ClrType == typeof(float))
            {
                texts.AddRange((await NumbersAsync<float>(rows, field, count)).Select(value => value?.ToString("R")));
            }
            else
            {
                throw new InputException(
                    $"Column \"{field.Name}\" holds {field.ClrType.Name}; expected text or numbers."
                );
            }
        }

        return [.. texts];
    }

    private static async Task<T?[]> NumbersAsync<T>(ParquetRowGroupReader rows, DataField field, int count)
        where T : struct
    {
        var values = new T?[count];
        if (field.IsNullable)
        {
            await rows.ReadAsync<T>(field, values.AsMemory(), null, default);
            return values;
        }

        var plain = new T[count];
        await rows.ReadAsync<T>(field, plain.AsMemory(), null, default);
        return Array.ConvertAll(plain, value => (T?)value);
    }
}

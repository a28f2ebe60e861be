using System.Globalization;
using Parquet;
using Parquet.Meta;
using Parquet.Schema;

namespace Semblance.Runs.Formats;

/// <summary>Reads the few kinds of columns that tables of images, embeddings and scores have.</summary>
internal sealed class ParquetTable
{
    private readonly ParquetReader _reader;
    private readonly Stream _stream;
    private readonly HashSet<SchemaElement> _halves = new(ReferenceEqualityComparer.Instance);

    private ParquetTable(ParquetReader reader, Stream stream)
    {
        _reader = reader;
        _stream = stream;
        // The library knows no half precision, and refuses the whole file: to it, they are two bytes.
        foreach (
            var element in reader.Metadata?.Schema.Where(element => element.LogicalType?.FLOAT16 is not null) ?? []
        )
        {
            element.LogicalType = null;
            _halves.Add(element);
        }

        Columns = [.. reader.Schema.Fields.SelectMany(field => ColumnsOf("", field))];
    }

    /// <summary>The columns: their names, those within others after a dot, and where their values are.</summary>
    public IReadOnlyList<(string Name, DataField Field)> Columns { get; }

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
            throw new InputException($"{path}: {error.Message}", error) { Remedies = error.Remedies };
        }
        catch (Exception error) when (error is not SemblanceException and not OperationCanceledException)
        {
            // The library throws many kinds of exceptions for damaged files.
            throw new InputException($"{path} cannot be read as parquet: {ParquetFault.Of(path, error)}.", error);
        }
    }

    /// <summary>The values of a column of text or numbers as text, null for none; null where there is no such column.</summary>
    /// <exception cref="InputException">It holds something else.</exception>
    public string?[]? Text(string name) =>
        ColumnNames.Find([.. Columns.Select(column => column.Name)], name) is >= 0 and var place ? Text(place) : null;

    /// <inheritdoc cref="Text(string)"/>
    /// <exception cref="InputException">There is no such column.</exception>
    public string?[] RequiredText(string name) =>
        Text(name) ?? throw new InputException($"There is no column \"{name}\".");

    /// <inheritdoc cref="Text(string)"/>
    public string?[] Text(int place) =>
        [
            .. Groups(
                Columns[place].Field,
                rows =>
                    ParquetCells.TextAsync(
                        rows,
                        Columns[place].Name,
                        Columns[place].Field,
                        IsHalf(Columns[place].Field)
                    )
            ),
        ];

    /// <summary>The embeddings of a column of lists of numbers, or of such lists as text.</summary>
    /// <exception cref="InputException">It holds something else.</exception>
    public IReadOnlyList<VectorCell> Vectors(int place)
    {
        (var name, var field) = Columns[place];
        return field.MaxRepetitionLevel == 0
            ? [.. Text(place).Select(VectorCell.Of)]
            : [.. Groups(field, rows => ParquetCells.VectorsAsync(rows, name, field, IsHalf(field)))];
    }

    /// <summary>Whether a column holds bytes.</summary>
    public bool IsBytes(int place) =>
        Columns[place].Field is { MaxRepetitionLevel: 0 } field && ParquetCells.IsBytes(field);

    /// <summary>How many rows each row group has.</summary>
    public int[] Groups()
    {
        var rows = new int[_reader.RowGroupCount];
        for (var group = 0; group < rows.Length; group++)
        {
            using var reader = _reader.OpenRowGroupReader(group);
            rows[group] = checked((int)reader.RowCount);
        }

        return rows;
    }

    /// <summary>The values of a column of bytes in one row group, null for none.</summary>
    public byte[]?[] Bytes(int place, int group)
    {
        using var rows = _reader.OpenRowGroupReader(group);
        CheckPages(rows, Columns[place].Field);
        return ParquetCells.RawBytesAsync(rows, Columns[place].Field).GetAwaiter().GetResult();
    }

    /// <summary>The embeddings of columns that hold one number of each.</summary>
    /// <exception cref="InputException">A column holds something else.</exception>
    public IReadOnlyList<VectorCell> Vectors(IReadOnlyList<int> places)
    {
        // Column by column: as text all of them at once would take some ten times the memory.
        double?[][] numbers = [.. places.Select(place => Array.ConvertAll(Text(place), NumberOf))];
        return
        [
            .. Enumerable
                .Range(0, numbers[0].Length)
                .Select(row =>
                    Array.FindIndex(numbers, column => column[row] is null) is >= 0 and var missing
                        ? new VectorCell(null, $"has no number {missing + 1} of {numbers.Length}")
                        : VectorCell.Of(Array.ConvertAll(numbers, column => column[row]!.Value))
                ),
        ];
    }

    private static double? NumberOf(string? text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>The rows of all groups together.</summary>
    public long Count => _reader.Metadata?.NumRows ?? 0;

    /// <summary>What can be read: values, lists of values, and what is within groups of values. Maps and lists of groups cannot.</summary>
    private static IEnumerable<(string Name, DataField Field)> ColumnsOf(string prefix, Field field) =>
        field switch
        {
            DataField value => [(prefix + value.Name, value)],
            ListField { Item: DataField value } list => [(prefix + list.Name, value)],
            StructField group => group.Fields.SelectMany(part => ColumnsOf($"{prefix}{group.Name}.", part)),
            _ => [],
        };

    private bool IsHalf(DataField field) => field.SchemaElement is { } element && _halves.Contains(element);

    private static async Task<T> ReadAsync<T>(string path, Func<ParquetTable, T> read)
    {
        var stream = RegularFile.OpenRead(path);
        await using (stream.ConfigureAwait(false))
        {
            ParquetCheck.Footer(stream);
            var reader = await ParquetReader.CreateAsync(stream);
            await using (reader.ConfigureAwait(false))
            {
                ParquetCheck.Rows(reader.Metadata!, stream.Length);
                return read(new ParquetTable(reader, stream));
            }
        }
    }

    private void CheckPages(ParquetRowGroupReader rows, DataField field) =>
        ParquetCheck.Pages(
            _stream,
            rows.GetMetadata(field)?.MetaData ?? throw ThriftScan.Damaged(),
            rows.RowCount,
            field.MaxRepetitionLevel > 0
        );

    private IEnumerable<T> Groups<T>(DataField field, Func<ParquetRowGroupReader, Task<IEnumerable<T>>> read)
    {
        for (var group = 0; group < _reader.RowGroupCount; group++)
        {
            using var rows = _reader.OpenRowGroupReader(group);
            CheckPages(rows, field);
            foreach (var value in read(rows).GetAwaiter().GetResult())
            {
                yield return value;
            }
        }
    }
}

using Parquet;
using Parquet.Schema;

namespace Semblance.Runs.Formats;

/// <summary>Writes small tables, one row group, column by column.</summary>
internal sealed class ParquetColumns
{
    private readonly List<(DataField Field, Func<ParquetRowGroupWriter, DataField, Task> Write)> _columns = [];

    public ParquetColumns Text(string name, IReadOnlyCollection<string?> values)
    {
        _columns.Add(
            (new DataField(name, typeof(string), isNullable: true), (group, field) => group.WriteAsync(field, values!))
        );
        return this;
    }

    public ParquetColumns Number<T>(string name, T?[] values)
        where T : struct
    {
        _columns.Add(
            (
                new DataField(name, typeof(T), isNullable: true),
                (group, field) => group.WriteAsync<T>(field, (ReadOnlyMemory<T?>)values)
            )
        );
        return this;
    }

    public async Task WriteAsync(Stream stream)
    {
        var schema = new ParquetSchema(_columns.Select(column => (Field)column.Field));
        // The writer asks for positions, which a stream on a device does not know.
        using var buffer = new MemoryStream();
        var writer = await ParquetWriter.CreateAsync(schema, buffer);
        await using (writer.ConfigureAwait(false))
        {
            using var group = writer.CreateRowGroup();
            foreach ((var field, var write) in _columns)
            {
                await write(group, field);
            }
        }

        buffer.Position = 0;
        await buffer.CopyToAsync(stream);
    }
}

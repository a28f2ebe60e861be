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

    public void Write(Stream stream)
    {
        // The writer asks for positions, which a stream on a device does not know.
        using var buffer = new MemoryStream();
        WriteAsync(buffer).GetAwaiter().GetResult();
        buffer.WriteTo(stream);
    }

    private async Task WriteAsync(MemoryStream stream)
    {
        var schema = new ParquetSchema(_columns.Select(column => (Field)column.Field));
        var writer = await ParquetWriter.CreateAsync(schema, stream);
        await using (writer.ConfigureAwait(false))
        {
            using var group = writer.CreateRowGroup();
            foreach ((var field, var write) in _columns)
            {
                await write(group, field);
            }
        }
    }
}

namespace Semblance.Runs.Formats;

/// <summary>A table in Parquet, opened anew for what is read of it.</summary>
internal sealed class ParquetFile : TableFile
{
    private ParquetFile(string path, IReadOnlyList<string> names, ColumnMap map)
        : base(path, names, map) { }

    public static bool IsOne(string path) =>
        System.IO.Path.GetExtension(path).ToLowerInvariant() is ".parquet" or ".pq";

    public static ParquetFile Open(string path, ColumnMap map) =>
        new(path, ParquetTable.Read(path, table => table.Columns.Select(column => column.Name).ToArray()), map);

    public override TableRows ReadAt(IReadOnlyList<int> places, int vectors = -1) =>
        ParquetTable.Read(
            Path,
            table =>
            {
                string?[]?[] columns = [.. places.Select(place => place < 0 ? null : table.Text(place))];
                var embeddings = vectors < 0 ? [] : table.Vectors(vectors);
                return new TableRows(columns, checked((int)table.Count), null)
                {
                    Vectors = embeddings,
                    Rounded = vectors >= 0 && table.Columns[vectors].Field.ClrType == typeof(double),
                };
            }
        );
}

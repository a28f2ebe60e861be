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

    public override TableRows ReadAt(IReadOnlyList<int> places, IReadOnlyList<int> vectors) =>
        ParquetTable.Read(
            Path,
            table =>
            {
                string?[]?[] columns = [.. places.Select(place => place < 0 ? null : table.Text(place))];
                var embeddings = vectors switch
                {
                    [] => [],
                    [var only] => table.Vectors(only),
                    _ => table.Vectors(vectors),
                };
                return new TableRows(columns, checked((int)table.Count), null)
                {
                    Vectors = embeddings,
                    Rounded = vectors.Any(place => table.Columns[place].Field.ClrType == typeof(double)),
                };
            }
        );
}

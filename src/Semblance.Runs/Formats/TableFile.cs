namespace Semblance.Runs.Formats;

/// <summary>A table in a file, of whatever format: named columns, and rows of text.</summary>
internal abstract class TableFile
{
    private readonly IReadOnlyList<string> _written;

    /// <summary>A table whose columns are called so in the file.</summary>
    /// <exception cref="InputException">A column that stands for one of ours is missing.</exception>
    protected TableFile(string path, IReadOnlyList<string> written, ColumnMap map)
    {
        Path = path;
        _written = written;
        Names = map.Apply(path, written);
    }

    public string Path { get; }

    /// <summary>Names of the columns, ours for those that stand for ours; none where a text is empty.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>The folder that paths in the table are relative to.</summary>
    public virtual string Folder => System.IO.Path.GetDirectoryName(Path) ?? "";

    /// <summary>The numbered columns that hold an embedding, where no other column does.</summary>
    public NumberedColumns? Numbered => Has("embedding") ? null : NumberedColumns.In(Names);

    public static bool IsTable(string path) =>
        System.IO.Directory.Exists(path) ? PartFiles.In(path).Count > 0 : KindOf(path) is not null;

    /// <summary>Opens a table by the extension of its name.</summary>
    /// <param name="path">For which <see cref="IsTable"/>.</param>
    /// <param name="map">Columns with other names.</param>
    /// <param name="onlyNames">Whether no row will be read.</param>
    /// <exception cref="InputException">The file cannot be read, or its columns cannot be found.</exception>
    public static TableFile Open(string path, ColumnMap map, bool onlyNames = false) =>
        KindOf(path) switch
        {
            _ when System.IO.Directory.Exists(path) => TableOfParts.OpenFolder(path, map, onlyNames),
            "text" => SeparatedTable.Open(path, map),
            "json" => JsonTable.Open(path, map, onlyNames ? JsonTable.Sample : int.MaxValue),
            _ => ParquetFile.Open(path, map),
        };

    /// <summary>Whether there is a column of this name.</summary>
    public bool Has(params IEnumerable<string> names) => ColumnNames.Find(Names, names) >= 0;

    /// <summary>Reads the columns of these names in every row.</summary>
    /// <param name="names">Of each column; one that the table does not have is null in every row.</param>
    /// <param name="vectors">The column of embeddings; null for none.</param>
    /// <exception cref="InputException">A row cannot be read, or one of the columns is there twice or holds something else.</exception>
    public TableRows Read(IReadOnlyList<string> names, string? vectors = null)
    {
        ColumnNames.RequireOnce(Path, Names, vectors is null ? names : [.. names, vectors]);
        return ReadAt(
            [.. names.Select(name => ColumnNames.Find(Names, name))],
            vectors is null ? []
                : ColumnNames.Find(Names, vectors) is >= 0 and var place ? [place]
                : Numbered?.Places ?? []
        );
    }

    /// <summary>Reads the columns at some places; -1 for one that is not there.</summary>
    public TableRows ReadAt(IReadOnlyList<int> places) => ReadAt(places, []);

    /// <summary>Reads columns, and embeddings: of one column of whole ones, or of a column for each of their numbers.</summary>
    public abstract TableRows ReadAt(IReadOnlyList<int> places, IReadOnlyList<int> vectors);

    /// <summary>What a column is called in the file, for messages.</summary>
    protected string Written(int place) => _written[place];

    private static string? KindOf(string path) =>
        CompressedFile.ExtensionOf(path) switch
        {
            ".csv" or ".tsv" or ".txt" or ".tab" => "text",
            ".jsonl" or ".ndjson" or ".json" => "json",
            ".parquet" or ".pq" when !CompressedFile.IsOne(path) => "parquet",
            _ => null,
        };
}

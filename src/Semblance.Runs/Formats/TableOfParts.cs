namespace Semblance.Runs.Formats;

/// <summary>A table in several files of one folder, each with its own header; columns that a part lacks are empty in it.</summary>
internal sealed class TableOfParts : TableFile
{
    private readonly IReadOnlyList<TableFile> _parts;

    private TableOfParts(string folder, IReadOnlyList<string> names, IReadOnlyList<TableFile> parts)
        : base(folder, names, ColumnMap.None) => _parts = parts;

    public override string Folder => Path;

    /// <summary>Opens all parts of a folder but empty files, which writers leave for parts without rows.</summary>
    /// <exception cref="InputException">A part cannot be read.</exception>
    public static TableOfParts OpenFolder(string folder, ColumnMap map, bool onlyNames)
    {
        TableFile[] parts =
        [
            .. PartFiles
                .In(folder)
                .Where(part => new FileInfo(part).Length > 0)
                .Select(part =>
                    SourceFile.FaultOfContent(part) is { } fault
                        ? throw new InputException($"{part} {fault}.")
                        : Open(part, map, onlyNames)
                )
                .Where(part => part.Names.Count > 0),
        ];
        return new TableOfParts(
            System.IO.Path.TrimEndingDirectorySeparator(folder),
            [.. parts.SelectMany(part => part.Names).Distinct(StringComparer.Ordinal)],
            parts
        );
    }

    public override TableRows ReadAt(IReadOnlyList<int> places, IReadOnlyList<int> vectors)
    {
        List<string?>?[] columns = [.. places.Select(place => place < 0 ? null : new List<string?>())];
        List<VectorCell> embeddings = [];
        List<string> rows = [];
        var rounded = false;
        foreach (var part in _parts)
        {
            int[] own = [.. places.Select(place => PlaceIn(part, place))];
            int[] ownVectors = [.. vectors.Select(place => PlaceIn(part, place)).Where(place => place >= 0)];
            var read = part.ReadAt(own, ownVectors.Length == vectors.Count ? ownVectors : []);
            for (var i = 0; i < columns.Length; i++)
            {
                columns[i]?.AddRange(read.Columns[i] ?? new string?[read.Count]);
            }

            embeddings.AddRange(
                read.Vectors.Count == read.Count ? read.Vectors : Enumerable.Repeat(VectorCell.None, read.Count)
            );
            rows.AddRange(
                Enumerable
                    .Range(0, read.Count)
                    .Select(row => $"{System.IO.Path.GetFileName(part.Path)}, {read.Place(row)}")
            );
            rounded |= read.Rounded;
        }

        return new TableRows(columns, rows.Count, null)
        {
            Vectors = vectors.Count == 0 ? [] : embeddings,
            Rounded = rounded,
            Places = rows,
        };
    }

    private int PlaceIn(TableFile part, int place) =>
        place < 0 ? -1 : Enumerable.Range(0, part.Names.Count).FirstOrDefault(at => part.Names[at] == Names[place], -1);
}

using System.Text.RegularExpressions;
using Semblance.Consistency;
using Semblance.Runs.Formats;
using Semblance.Runs.Inputs.Containers;

namespace Semblance.Runs.Inputs;

/// <summary>
/// Parquet tables that hold the images themselves, as the data sets of Hugging Face do: a column <c>image</c> with
/// <c>bytes</c> and <c>path</c>, or one of bytes.
/// </summary>
internal static partial class EmbeddedImages
{
    private const string Row = "row ";

    private static readonly string[] Names =
    [
        "image.bytes",
        "image",
        "img.bytes",
        "img",
        "jpg",
        "png",
        "webp",
        "image_bytes",
        "picture",
        "bytes",
        "content",
    ];

    /// <summary>The place of the column of images; -1 where there is none.</summary>
    public static int ColumnOf(string path) =>
        ParquetFile.IsOne(path)
            ? ParquetTable.Read(
                path,
                table =>
                    Names
                        .SelectMany(name => ColumnNames.Places([.. table.Columns.Select(column => column.Name)], name))
                        .Where(table.IsBytes)
                        .DefaultIfEmpty(-1)
                        .First()
            )
            : -1;

    /// <summary>A folder of parts file by file where they hold images, since an image is found again by its file; else whole.</summary>
    public static IReadOnlyList<string> Shards(string folder)
    {
        var parts = PartFiles.In(folder);
        return ColumnOf(parts[0]) >= 0 ? parts : [folder];
    }

    /// <summary>The rows; those that cannot be named are bad.</summary>
    /// <param name="table">The file, with the column <c>prompt</c> where it has one.</param>
    /// <param name="column">The place of the images.</param>
    /// <exception cref="InputException">There are no rows that can be used.</exception>
    public static ImageInput Read(TableFile table, int column)
    {
        var path = table.Path;
        var images = Open(path, column);
        var cells = table.Read([.. RowNames.Columns, .. NamesBeside(path, column)]);
        // The shards of one data set are one model.
        var names = new RowNames(Path.GetFileNameWithoutExtension(Shard().Replace(path, ".parquet")), cells);
        var own = NamesOf(cells, RowNames.Columns.Length);
        List<ImageRow> rows = [];
        List<SkippedFile> bad = [];
        for (var i = 0; i < cells.Count; i++)
        {
            if (names.FaultOf(i, own[i]) is { } fault)
            {
                bad.Add(new SkippedFile($"{path}, row {i + 1}", fault));
                continue;
            }

            rows.Add(
                new ImageRow(names.Model(i), names.Prompt(i), names.Seed(i), $"{path}/{own[i]}")
                {
                    Held = new HeldImage(images, i),
                }
            );
        }

        return rows.Count > 0
            ? new ImageInput(rows, names.HasPrompts) { Bad = bad }
            : throw new InputException($"{path} has no rows that can be used.");
    }

    /// <summary>All images by the paths that <see cref="Read"/> gives them.</summary>
    public static Dictionary<string, HeldImage> ByPath(string path, int column)
    {
        var images = Open(path, column);
        var cells = TableFile.Open(path, ColumnMap.None).Read([.. NamesBeside(path, column)]);
        return NamesOf(cells, 0)
            .Index()
            .ToDictionary(row => $"{path}/{row.Item}", row => new HeldImage(images, row.Index));
    }

    private static ParquetImages Open(string path, int column) =>
        new(path, column, ParquetTable.Read(path, table => table.Groups()));

    /// <summary>The column of the images' own names.</summary>
    private static IEnumerable<string> NamesBeside(string path, int column)
    {
        var name = ParquetTable.Read(path, table => table.Columns[column].Name);
        return [name.EndsWith(".bytes", StringComparison.OrdinalIgnoreCase) ? $"{name[..^6]}.path" : "path"];
    }

    /// <summary>What each image is called: as the table says, or by its row where another is called so too.</summary>
    private static string[] NamesOf(TableRows cells, int place)
    {
        var given = Enumerable.Range(0, cells.Count).Select(row => cells.Cell(place, row)).ToArray();
        var unique = given
            .CountBy(name => name ?? "")
            .Where(name => name.Value == 1)
            .Select(name => name.Key)
            .ToHashSet();
        return
        [
            .. given.Select(
                (name, row) =>
                    name is { Length: > 0 } && unique.Contains(name) && !name.StartsWith(Row, StringComparison.Ordinal)
                        ? name
                        : $"{Row}{row + 1}"
            ),
        ];
    }

    [GeneratedRegex(@"-\d{3,}-of-\d{3,}\.\w+$", RegexOptions.None, matchTimeoutMilliseconds: 2000)]
    private static partial Regex Shard();
}

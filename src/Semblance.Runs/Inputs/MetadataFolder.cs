using Semblance.Consistency;
using Semblance.Runs.Formats;

namespace Semblance.Runs.Inputs;

/// <summary>
/// Folders of images by the convention of Hugging Face: a table <c>metadata</c> beside the images, or in each of several
/// folders, with <c>file_name</c> and <c>text</c> or <c>prompt</c>.
/// </summary>
internal static class MetadataFolder
{
    private const string FileName = "file_name";

    /// <summary>The columns by our names where a table follows the convention; null where it does not.</summary>
    public static ColumnMap? MapOf(TableFile table, ColumnMap map) =>
        table.Has("path") || !table.Has(FileName) ? null
        : table.Has("prompt") || !table.Has("text") ? map.With("path", FileName)
        : map.With("path", FileName).With("prompt", "text");

    /// <summary>Whether a file has the name of such a table.</summary>
    public static bool IsTable(string path) =>
        Path.GetFileNameWithoutExtension(path).Equals("metadata", StringComparison.OrdinalIgnoreCase)
        && TableFile.IsTable(path);

    /// <summary>What a table is called: as its folder, or the archive that it is in, where it belongs to it.</summary>
    public static string NameOf(string path) =>
        !IsTable(path) ? CompressedFile.NameOf(path)
        : Path.GetDirectoryName(path) is { } folder && File.Exists(folder) ? Path.GetFileNameWithoutExtension(folder)
        : FolderReader.NameOf(Path.GetDirectoryName(Path.GetFullPath(path))!);

    /// <summary>Reads a folder whose tables name prompts; images that no table names are left out. Null for other folders.</summary>
    /// <exception cref="InputException">A table cannot be read.</exception>
    public static ImageInput? Read(string folder, ColumnMap map)
    {
        var listing = FolderListing.Of(folder, IsTable);
        (TableFile Table, ColumnMap Map)[] tables =
        [
            .. listing
                .Files.Select(file => TableFile.Open(file.Path, map, onlyNames: true))
                .Select(table => (table, MapOf(table, map)))
                .Where(table => table.Item2 is not null && (table.table.Has("prompt") || table.table.Has("text")))
                .Select(table => (table.table, table.Item2!)),
        ];
        if (tables.Length == 0)
        {
            return null;
        }

        ImageInput[] read = [.. tables.Select(one => TableReader.Read(TableFile.Open(one.Table.Path, one.Map)))];
        var images = FolderListing.Of(folder, ImageNames.IsImage);
        var named = read.SelectMany(one => one.Rows).Select(row => Path.GetFullPath(row.Path)).ToHashSet();
        var others = FolderReader.Others([.. images.Others.Where(file => !IsTable(file))]);
        return others with
        {
            Rows = [.. read.SelectMany(one => one.Rows)],
            PromptsAreRaw = true,
            Bad = [.. images.Bad, .. read.SelectMany(one => one.Bad)],
            Empty =
            [
                .. images
                    .Files.Where(file => !named.Contains(Path.GetFullPath(file.Path)))
                    .Select(file => new SkippedFile(
                        file.Path,
                        $"is not named in {string.Join(" or ", tables.Take(2).Select(one => one.Table.Path))}"
                    )),
                .. others.Empty,
            ],
        };
    }
}

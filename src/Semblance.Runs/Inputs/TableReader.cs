using Semblance.Consistency;
using Semblance.Runs.Formats;
using Semblance.Wording;

namespace Semblance.Runs.Inputs;

/// <summary>Tables of images: <c>path</c> and optional <c>model</c>, <c>prompt</c>, <c>seed</c>; paths are relative to the table's folder.</summary>
internal static class TableReader
{
    /// <summary>Rows without a path, or without a prompt or model that others have, are bad; whether files are there is seen when they are read.</summary>
    /// <param name="table">The table.</param>
    /// <param name="shown">Where it is for its reader, if it was copied from there; its images are beside it.</param>
    /// <param name="faultOf">What is wrong with the path of an image; the file's own fault where this is not given.</param>
    /// <exception cref="InputException">No row can be used.</exception>
    public static ImageInput Read(TableFile table, string? shown = null, Func<string, string?>? faultOf = null)
    {
        var path = shown ?? table.Path;
        faultOf ??= SourceFile.FaultOf;
        if (table.Names.Count == 0)
        {
            throw new InputException(
                table is JsonTable
                    ? $"{path} has no rows."
                    : $"{path} is empty; expected a line with the names of the columns (path, and optional model, prompt, seed)."
            );
        }

        if (!table.Has("path"))
        {
            var likely =
                ColumnMap.Likely("path", table.Names) is null && ColumnMap.Likely("embedding", table.Names) is not null;
            throw ColumnNames.Missing(path, table.Names, likely ? ["path", "embedding"] : ["path"]);
        }

        var cells = table.Read([.. RowNames.Columns, "path"]);
        if (cells.Count == 0)
        {
            throw new InputException($"{path} has no rows.");
        }

        var folder = path == table.Path ? table.Folder : Path.GetDirectoryName(path) ?? "";
        var names = new RowNames(MetadataFolder.NameOf(path), cells);
        var rows = new List<ImageRow>(cells.Count);
        List<SkippedFile> bad = [];
        for (var i = 0; i < cells.Count; i++)
        {
            var image = cells.Cell(RowNames.Columns.Length, i);
            if (image is null && table is JsonTable)
            {
                throw new InputException($"{path}, {cells.Place(i)}: no \"path\".");
            }

            var fault =
                string.IsNullOrWhiteSpace(image) ? "the path is empty"
                : image.Contains('\0', StringComparison.Ordinal)
                    ? "the path holds a character that no file name has (U+0000)"
                : names.FaultOf(i, image);
            if (fault is not null)
            {
                bad.Add(new SkippedFile($"{path}, row {i + 1}", fault));
                continue;
            }

            rows.Add(new ImageRow(names.Model(i), names.Prompt(i), names.Seed(i), At(folder, image!)));
        }

        // Tables from Windows.
        static string At(string folder, string image) =>
            Path.Combine(folder, image) is var path
            && Path.DirectorySeparatorChar != '\\'
            && image.Contains('\\', StringComparison.Ordinal)
            && !File.Exists(path)
                ? path.Replace('\\', '/')
                : path;

        return rows.Exists(row => faultOf(row.Path) is null)
            ? new ImageInput(rows, names.HasPrompts) { Bad = bad }
            : throw new InputException(
                Listing.Of([
                    $"No row of {path} can be used (paths are relative to the table's folder):",
                    .. bad.Select(row => $"  {row.Path}: {row.Reason}"),
                    .. rows.Select(row => $"  {row.Path}: {faultOf(row.Path)}"),
                ])
            );
    }
}

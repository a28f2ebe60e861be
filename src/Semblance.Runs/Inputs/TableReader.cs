using Semblance.Consistency;
using Semblance.Runs.Formats;
using Semblance.Wording;

namespace Semblance.Runs.Inputs;

/// <summary>Tables of images: <c>path</c> and optional <c>model</c>, <c>prompt</c>, <c>seed</c>; paths are relative to the table's folder.</summary>
internal static class TableReader
{
    private static readonly string[] Columns = ["path", "model", "prompt", "seed"];

    public static ImageInput ReadSeparated(string path)
    {
        var file = SeparatedFile
            .Open(path, header => ColumnNames.Find(header, Columns[0]) >= 0)
            .NotEmpty("path, and optional model, prompt, seed");
        int[] at = [.. Columns.Select(name => ColumnNames.Find(file.Header, name))];
        RequirePath(path, file.Header, at[0] >= 0);
        ColumnNames.RequireOnce(path, file.Header, Columns);
        return Build(
            path,
            [.. file.Rows().Select(row => at.Select(column => column < 0 ? null : row.Cells[column]).ToArray())],
            hasPrompt: at[2] >= 0
        );
    }

    public static ImageInput ReadParquet(string path, ParquetTable table)
    {
        RequirePath(path, table.Names, table.Find(Columns[0]) is not null);
        string?[]?[] columns = [.. Columns.Select(table.Text)];
        return Build(
            path,
            [.. columns[0]!.Select((_, row) => columns.Select(column => column?[row]).ToArray())],
            hasPrompt: columns[2] is not null
        );
    }

    public static ImageInput ReadJsonLines(string path)
    {
        List<string?[]> cells = [];
        foreach ((var line, var row) in JsonLines.Read(path, Columns))
        {
            if (row.GetValueOrDefault("path") is null)
            {
                throw new InputException($"{path}, line {line}: no \"path\".");
            }

            cells.Add([.. Columns.Select(name => row.GetValueOrDefault(name))]);
        }

        return Build(path, cells, hasPrompt: cells.Any(row => row[2] is not null));
    }

    private static void RequirePath(string path, IEnumerable<string> columns, bool found)
    {
        if (!found)
        {
            throw new InputException(
                $"{path} has no column \"path\"; its columns are {string.Join(", ", columns.Select(name => $"\"{name}\""))}."
            );
        }
    }

    /// <summary>Rows from cells. Rows without a path or a prompt are bad; whether files are there is seen when they are read.</summary>
    /// <param name="path">Of the table.</param>
    /// <param name="cells">path, model, prompt, seed of each row.</param>
    /// <param name="hasPrompt">Whether the table names prompts; else it is one set, named by the file.</param>
    /// <exception cref="InputException">No row can be used.</exception>
    private static ImageInput Build(string path, List<string?[]> cells, bool hasPrompt)
    {
        if (cells.Count == 0)
        {
            throw new InputException($"{path} has no rows.");
        }

        var folder = Path.GetDirectoryName(path) ?? "";
        var name = Path.GetFileNameWithoutExtension(path);
        var rows = new List<ImageRow>(cells.Count);
        List<SkippedFile> bad = [];
        for (var i = 0; i < cells.Count; i++)
        {
            string[] cell = [.. cells[i].Select(text => text ?? "")];
            if (cell[0].Length == 0 || (hasPrompt && cell[2].Length == 0))
            {
                var missing = cell[0].Length == 0 ? "the path is empty" : $"the prompt of {cell[0]} is empty";
                bad.Add(new SkippedFile($"{path}, row {i + 1}", missing));
                continue;
            }

            rows.Add(
                new ImageRow(
                    cells[i][1] ?? (hasPrompt ? name : ""),
                    cells[i][2] ?? name,
                    cell[3].Length == 0 ? null : cell[3],
                    Path.Combine(folder, cell[0])
                )
            );
        }

        return rows.Exists(row => SourceFile.FaultOf(row.Path) is null)
            ? new ImageInput(rows, hasPrompt) { Bad = bad }
            : throw new InputException(
                Listing.Of([
                    $"No row of {path} can be used (paths are relative to the table's folder):",
                    .. bad.Select(row => $"  {row.Path}: {row.Reason}"),
                    .. rows.Select(row => $"  {row.Path}: {SourceFile.FaultOf(row.Path)}"),
                ])
            );
    }
}

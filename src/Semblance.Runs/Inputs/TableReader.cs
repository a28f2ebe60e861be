using System.Text.Json;

namespace Semblance.Runs.Inputs;

/// <summary>Tables of images: <c>path</c> and optional <c>model</c>, <c>prompt</c>, <c>seed</c>; paths are relative to the table's folder.</summary>
internal static class TableReader
{
    private static readonly string[] Columns = ["path", "model", "prompt", "seed"];

    public static ImageInput ReadSeparated(string path, char separator)
    {
        using StreamReader text = new(path);
        try
        {
            string[]? header = null;
            int[] at = [];
            List<string?[]> cells = [];
            foreach ((int line, string[] record) in SeparatedText.Read(text, separator))
            {
                if (header is null)
                {
                    header = [.. record.Select(name => name.Trim())];
                    at = [.. Columns.Select(name => Array.FindIndex(header, column => Same(column, name)))];
                    RequirePath(path, header, at[0] >= 0);
                }
                else if (record.Length != header.Length)
                {
                    throw new InputException(
                        $"{path}, line {line}: {record.Length} cells where the header has {header.Length}; put cells that hold the separator in quotes."
                    );
                }
                else
                {
                    cells.Add([.. at.Select(column => column < 0 ? null : record[column])]);
                }
            }

            return header is null
                ? throw new InputException(
                    $"{path} is empty; expected a line with the names of the columns (path, and optional model, prompt, seed)."
                )
                : Build(path, cells, hasPrompt: at[2] >= 0);
        }
        catch (FormatException error)
        {
            throw new InputException($"{path}, {error.Message}.", error);
        }
    }

    public static ImageInput ReadJsonLines(string path)
    {
        List<string?[]> cells = [];
        bool hasPrompt = false;
        int number = 0;
        foreach (string line in File.ReadLines(path))
        {
            number++;
            if (string.IsNullOrWhiteSpace(line))
            {
                continue;
            }

            try
            {
                using JsonDocument json = JsonDocument.Parse(line);
                if (json.RootElement.ValueKind != JsonValueKind.Object)
                {
                    throw new InputException(
                        $"{path}, line {number}: expected an object such as {{\"path\": \"1.png\", \"prompt\": \"a cat\"}}."
                    );
                }

                string?[] row = new string?[Columns.Length];
                foreach (JsonProperty property in json.RootElement.EnumerateObject())
                {
                    int column = Array.FindIndex(Columns, name => Same(name, property.Name));
                    if (column >= 0)
                    {
                        row[column] = property.Value.ValueKind switch
                        {
                            JsonValueKind.Null => null,
                            JsonValueKind.String or JsonValueKind.Number => property.Value.ToString(),
                            _ => throw new InputException(
                                $"{path}, line {number}: \"{property.Name}\" must be text or a number."
                            ),
                        };
                    }
                }

                if (row[0] is null)
                {
                    throw new InputException($"{path}, line {number}: no \"path\".");
                }

                hasPrompt |= row[2] is not null;
                cells.Add(row);
            }
            catch (JsonException error)
            {
                throw new InputException($"{path}, line {number}: no JSON object ({error.Message}).", error);
            }
        }

        return Build(path, cells, hasPrompt);
    }

    public static void RequirePath(string path, IEnumerable<string> columns, bool found)
    {
        if (!found)
        {
            throw new InputException(
                $"{path} has no column \"path\"; its columns are {string.Join(", ", columns.Select(name => $"\"{name}\""))}."
            );
        }
    }

    /// <summary>Rows from cells; missing files and empty cells are listed.</summary>
    /// <param name="path">Of the table.</param>
    /// <param name="cells">path, model, prompt, seed of each row.</param>
    /// <param name="hasPrompt">Whether the table names prompts; else it is one set, named by the file.</param>
    public static ImageInput Build(string path, IReadOnlyList<string?[]> cells, bool hasPrompt)
    {
        if (cells.Count == 0)
        {
            throw new InputException($"{path} has no rows.");
        }

        string folder = Path.GetDirectoryName(path) ?? "";
        string name = Path.GetFileNameWithoutExtension(path);
        List<ImageRow> rows = new(cells.Count);
        List<string> faults = [];
        for (int i = 0; i < cells.Count; i++)
        {
            if (cells[i] is not [{ Length: > 0 } file, var model, var prompt, var seed])
            {
                faults.Add($"  row {i + 1}: the path is empty");
                continue;
            }

            string full = Path.Combine(folder, file);
            if (hasPrompt && string.IsNullOrEmpty(prompt))
            {
                faults.Add($"  row {i + 1}: the prompt is empty ({file})");
            }
            else if (!File.Exists(full))
            {
                faults.Add($"  row {i + 1}: {full} does not exist");
            }

            rows.Add(
                new ImageRow(
                    model ?? (hasPrompt ? name : ""),
                    prompt ?? name,
                    string.IsNullOrEmpty(seed) ? null : seed,
                    full
                )
            );
        }

        return faults.Count == 0
            ? new ImageInput(rows, hasPrompt)
            : throw new InputException(
                Listing.Of([
                    $"{faults.Count} of {cells.Count} rows of {path} cannot be used (paths are relative to the table's folder):",
                    .. faults,
                ])
            );
    }

    private static bool Same(string a, string b) => string.Equals(a, b, StringComparison.OrdinalIgnoreCase);
}

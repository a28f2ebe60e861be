using System.Text.Json;

namespace Semblance.Runs.Formats;

/// <summary>
/// A table as JSON lines, one object per line, or as one array of objects; the case of names does not matter. What is
/// within an object that is a value is a column of its own, <c>outer.inner</c>.
/// </summary>
internal sealed class JsonTable : TableFile
{
    /// <summary>So many rows show the names of the columns where no row is read.</summary>
    public const int Sample = 1000;

    private readonly JsonColumns _columns;

    private JsonTable(string path, JsonColumns columns, ColumnMap map)
        : base(path, columns.Names, map) => _columns = columns;

    /// <summary>Reads the objects, one by line or all of an array.</summary>
    /// <param name="path">The file.</param>
    /// <param name="map">Columns with other names.</param>
    /// <param name="most">Rows that are read; the others do not even have to be JSON.</param>
    /// <exception cref="InputException">A line is not an object.</exception>
    public static JsonTable Open(string path, ColumnMap map, int most) =>
        new(
            path,
            UnicodeText.Read(
                path,
                text =>
                {
                    var columns = new JsonColumns(path, map.Theirs("embedding"));
                    if (StartsArray(text))
                    {
                        AddArray(path, columns, text.ReadToEnd());
                    }
                    else
                    {
                        AddLines(path, columns, text, most);
                    }

                    return columns;
                }
            ),
            map
        );

    public override TableRows ReadAt(IReadOnlyList<int> places, IReadOnlyList<int> vectors) =>
        _columns.Read(places, vectors);

    private static bool StartsArray(TextReader text)
    {
        while (text.Peek() is ' ' or '\t' or '\r')
        {
            _ = text.Read();
        }

        return text.Peek() == '[';
    }

    private static void AddLines(string path, JsonColumns columns, TextReader text, int most)
    {
        for (var number = 1; columns.Count < most && text.ReadLine() is { } line; number++)
        {
            if (!string.IsNullOrWhiteSpace(line))
            {
                Add(
                    path,
                    columns,
                    line,
                    number,
                    root => columns.Add(IsColumns(root) ? throw NoRows(path) : root, number)
                );
            }
        }
    }

    /// <summary>Whether it is a whole table column by column, as pandas writes one unless told otherwise.</summary>
    private static bool IsColumns(JsonElement root) =>
        root.ValueKind == JsonValueKind.Object
        && (
            (root.TryGetProperty("columns", out _) && root.TryGetProperty("data", out _))
            || root.EnumerateObject()
                .Any(column =>
                    column.Value.ValueKind == JsonValueKind.Object && column.Value.TryGetProperty("0", out _)
                )
        );

    private static InputException NoRows(string path) =>
        new(
            $"{path} holds a table column by column; write it row by row (with pandas: to_json(orient=\"records\", lines=True))."
        );

    private static void AddArray(string path, JsonColumns columns, string text) =>
        Add(
            path,
            columns,
            text,
            0,
            root =>
            {
                foreach (var row in root.EnumerateArray())
                {
                    columns.Add(row, columns.Count + 1);
                    columns.AreLines = false;
                }
            }
        );

    private static void Add(string path, JsonColumns columns, string text, int line, Action<JsonElement> add)
    {
        try
        {
            using var json = JsonDocument.Parse(text);
            add(json.RootElement);
        }
        catch (JsonException error)
        {
            var place = line > 0 ? $"line {line}" : $"line {error.LineNumber + 1}";
            throw new InputException(
                $"{path}, {place}: it is not valid JSON at byte {error.BytePositionInLine + 1}; each line must be one object in braces{(text.Contains("NaN", StringComparison.Ordinal) ? ", with null for Python's NaN" : "")}.",
                error
            );
        }
        catch (InvalidOperationException error)
        {
            // Text that cannot be decoded: an escape such as \ud83d that names half a character.
            var place = line > 0 ? $"line {line}" : $"row {columns.Count + 1}";
            throw new InputException(
                $"{path}, {place}: an escape such as \\ud83d names half a character; write whole characters.",
                error
            );
        }
    }
}

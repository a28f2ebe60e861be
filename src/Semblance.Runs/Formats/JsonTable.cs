using System.Text;
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

    /// <summary>Reads the objects: one by line, one after another over any number of lines, or all of an array.</summary>
    /// <param name="path">The file.</param>
    /// <param name="map">Columns with other names.</param>
    /// <param name="most">Rows that are read where each is a line; the others do not even have to be JSON.</param>
    /// <exception cref="InputException">A line is not an object.</exception>
    public static JsonTable Open(string path, ColumnMap map, int most)
    {
        try
        {
            return new(path, UnicodeText.Read(path, text => Read(path, text, map, most)), map);
        }
        catch (FormatException error)
        {
            throw new InputException($"{path}, {error.Message}.", error);
        }
    }

    public override TableRows ReadAt(IReadOnlyList<int> places, IReadOnlyList<int> vectors) =>
        _columns.Read(places, vectors);

    private static JsonColumns Read(string path, TextReader text, ColumnMap map, int most)
    {
        var columns = new JsonColumns(path, map.Theirs("embedding"));
        var number = 1;
        while (text.Peek() is ' ' or '\t' or '\r' or '\n')
        {
            number += text.Read() == '\n' ? 1 : 0;
        }

        if (text.Peek() == '[')
        {
            AddAll(path, columns, text.ReadToEnd(), number);
        }
        else
        {
            AddLines(path, columns, text, number, most);
        }

        return columns;
    }

    private static void AddLines(string path, JsonColumns columns, TextReader text, int number, int most)
    {
        string? odd = null;
        for (; columns.Count < most && TextLines.Next(text, number) is { } line; number++)
        {
            // An array whose brackets are missing has a comma behind each of its objects.
            line = line.TrimEnd(UnicodeText.Padding);
            line = line.EndsWith("},", StringComparison.Ordinal) ? line[..^1] : line;
            if (line.Length == 0)
            {
                continue;
            }

            if (columns.Count == 0 && !IsWhole(line))
            {
                AddAll(path, columns, $"{line}\n{text.ReadToEnd()}", number);
                return;
            }

            Guard(
                path,
                line,
                number,
                () =>
                {
                    using var json = JsonDocument.Parse(line);
                    odd = columns.Count == 0 ? JsonShape.FaultOf(json.RootElement) : null;
                    columns.Add(json.RootElement, number);
                }
            );
        }

        if (odd is not null)
        {
            throw new InputException($"{path} {odd}.");
        }
    }

    /// <summary>Adds every value of a text, or the rows of an array.</summary>
    private static void AddAll(string path, JsonColumns columns, string text, int first) =>
        Guard(
            path,
            text,
            first,
            () =>
            {
                var bytes = Encoding.UTF8.GetBytes(text.TrimEnd(UnicodeText.Padding));
                var reader = new Utf8JsonReader(
                    bytes,
                    new JsonReaderOptions
                    {
                        AllowTrailingCommas = true,
                        AllowMultipleValues = true,
                        CommentHandling = JsonCommentHandling.Skip,
                    }
                );
                string? odd = null;
                while (reader.Read())
                {
                    var line = first + bytes.AsSpan(0, (int)reader.TokenStartIndex).Count((byte)'\n');
                    using var json = JsonDocument.ParseValue(ref reader);
                    if (json.RootElement.ValueKind == JsonValueKind.Array)
                    {
                        columns.AreLines = false;
                        foreach (var row in json.RootElement.EnumerateArray())
                        {
                            columns.Add(row, columns.Count + 1);
                        }

                        continue;
                    }

                    odd = columns.Count == 0 ? JsonShape.FaultOf(json.RootElement) : null;
                    columns.Add(json.RootElement, line);
                }

                if (odd is not null)
                {
                    throw new InputException($"{path} {odd}.");
                }
            }
        );

    private static bool IsWhole(string text)
    {
        try
        {
            using var json = JsonDocument.Parse(text);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static void Guard(string path, string text, int first, Action add)
    {
        try
        {
            add();
        }
        catch (JsonException error)
        {
            throw new InputException(
                $"{path}, line {first + error.LineNumber}: it is not valid JSON at byte {error.BytePositionInLine + 1}; rows are one object in braces a line, or an array of objects{(text.Contains("NaN", StringComparison.Ordinal) ? ", with null for Python's NaN" : "")}.",
                error
            );
        }
        catch (InvalidOperationException error)
        {
            // Text that cannot be decoded.
            throw new InputException(
                $"{path}, line {first}: an escape such as \\ud83d names half a character; write whole characters.",
                error
            );
        }
    }
}

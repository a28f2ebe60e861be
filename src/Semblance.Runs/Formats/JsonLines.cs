using System.Text.Json;

namespace Semblance.Runs.Formats;

/// <summary>Tables as JSON lines: one object per line, empty lines left out; the case of names does not matter.</summary>
internal static class JsonLines
{
    /// <summary>Reads the objects; null for values that are null, or neither text nor number in a column that is not wanted.</summary>
    /// <param name="path">The file.</param>
    /// <param name="wanted">Columns that must hold text or numbers.</param>
    /// <exception cref="InputException">A line is not an object, or the value of a wanted column is not text or a number, or is given twice.</exception>
    public static IEnumerable<(int Line, IReadOnlyDictionary<string, string?> Cells)> Read(
        string path,
        IEnumerable<string> wanted
    )
    {
        var columns = new HashSet<string>(wanted, StringComparer.OrdinalIgnoreCase);
        var number = 0;
        foreach (var line in File.ReadLines(path))
        {
            number++;
            if (!string.IsNullOrWhiteSpace(line))
            {
                yield return (number, Cells($"{path}, line {number}", line, columns));
            }
        }
    }

    private static Dictionary<string, string?> Cells(string place, string line, HashSet<string> columns)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            if (json.RootElement.ValueKind != JsonValueKind.Object)
            {
                throw new InputException(
                    $"{place}: expected an object such as {{\"path\": \"1.png\", \"prompt\": \"a cat\"}}."
                );
            }

            var cells = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
            foreach (var property in json.RootElement.EnumerateObject())
            {
                if (columns.Contains(property.Name) && cells.ContainsKey(property.Name))
                {
                    throw new InputException($"{place}: \"{property.Name}\" is given twice; keep one of them.");
                }

                cells[property.Name] = property.Value.ValueKind switch
                {
                    JsonValueKind.String or JsonValueKind.Number => property.Value.ToString(),
                    JsonValueKind.Null => null,
                    _ when columns.Contains(property.Name) => throw new InputException(
                        $"{place}: \"{property.Name}\" must be text or a number."
                    ),
                    _ => null,
                };
            }

            return cells;
        }
        catch (JsonException error)
        {
            throw new InputException(
                $"{place}: it is not valid JSON at byte {error.BytePositionInLine + 1}; each line must be one object in braces.",
                error
            );
        }
    }
}

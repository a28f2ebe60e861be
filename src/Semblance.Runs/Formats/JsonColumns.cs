using System.Text.Json;

namespace Semblance.Runs.Formats;

/// <summary>Collects the columns of a table of JSON objects.</summary>
/// <param name="path">For messages.</param>
/// <param name="vectors">Name of the column of embeddings.</param>
internal sealed class JsonColumns(string path, string vectors)
{
    private readonly Dictionary<string, Column> _columns = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<int> _lines = [];
    private readonly List<VectorCell> _vectors = [];

    /// <summary>Whether the places of rows are lines, or rows of an array.</summary>
    public bool AreLines { get; set; } = true;

    public int Count => _lines.Count;

    /// <summary>In the order in which they are first there.</summary>
    public IReadOnlyList<string> Names => [.. _columns.Values.Select(column => column.Name)];

    private string Unit => AreLines ? "line" : "row";

    /// <summary>Adds the values of an object as a row.</summary>
    /// <exception cref="InputException">It is not an object.</exception>
    public void Add(JsonElement row, int line)
    {
        // A list of texts, in which nothing but prompts can be meant.
        if (row.ValueKind == JsonValueKind.String)
        {
            _lines.Add(line);
            _vectors.Add(VectorCell.None);
            Add("prompt", row, line);
            return;
        }

        if (row.ValueKind != JsonValueKind.Object)
        {
            throw new InputException(
                $"{path}, {Unit} {line}: expected an object such as {{\"path\": \"1.png\", \"prompt\": \"a cat\"}}."
            );
        }

        _lines.Add(line);
        _vectors.Add(VectorCell.None);
        AddAll("", row, line);
    }

    public TableRows Read(IReadOnlyList<int> places, IReadOnlyList<int> vectors)
    {
        Column[] columns = [.. _columns.Values];
        List<string?>[] numbers = vectors.Count < 2 ? [] : [.. vectors.Select(place => CellsOf(columns[place]))];
        return new TableRows(
            [.. places.Select(place => place < 0 ? null : CellsOf(columns[place]))],
            Count,
            AreLines ? _lines : null
        )
        {
            Vectors = vectors.Count switch
            {
                0 => [],
                1 => _vectors,
                _ => [.. Enumerable.Range(0, Count).Select(row => VectorCell.Of(numbers.Length, i => numbers[i][row]))],
            },
        };
    }

    private void AddAll(string prefix, JsonElement row, int line)
    {
        foreach (var property in row.EnumerateObject())
        {
            var name = prefix + property.Name;
            if (property.Value.ValueKind == JsonValueKind.Object)
            {
                AddAll(name + ".", property.Value, line);
            }
            else
            {
                Add(name, property.Value, line);
            }
        }
    }

    private void Add(string name, JsonElement value, int line)
    {
        if (!_columns.TryGetValue(name, out var column))
        {
            _columns[name] = column = new Column(name);
        }

        if (column.Cells.Count == Count)
        {
            column.Fault ??= $"{path}, {Unit} {line}: \"{name}\" is given twice; keep one of them.";
            return;
        }

        column.Cells.AddRange(Enumerable.Repeat<string?>(null, Count - 1 - column.Cells.Count));
        column.Cells.Add(Cell(column, value, line));
    }

    private string? Cell(Column column, JsonElement value, int line)
    {
        var isVector = string.Equals(column.Name, vectors, StringComparison.OrdinalIgnoreCase);
        switch (value.ValueKind)
        {
            case JsonValueKind.String:
                if (isVector)
                {
                    _vectors[^1] = VectorCell.Of(value.GetString());
                }

                return TextOf(column, value, line);
            case JsonValueKind.Number:
                return value.GetRawText();
            case JsonValueKind.Array when isVector:
                _vectors[^1] = VectorOf(value);
                return null;
            case JsonValueKind.Null:
                return null;
            default:
                column.Fault ??= $"{path}, {Unit} {line}: \"{column.Name}\" must be text or a number.";
                return null;
        }
    }

    /// <summary>Only what is asked for has to be text that can be decoded.</summary>
    private string? TextOf(Column column, JsonElement value, int line)
    {
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            column.Fault ??=
                $"{path}, {Unit} {line}: \"{column.Name}\" holds an escape such as \\ud83d that names half a character; write whole characters.";
            return null;
        }
    }

    private static VectorCell VectorOf(JsonElement array)
    {
        var values = new double[array.GetArrayLength()];
        var at = 0;
        foreach (var item in array.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.Number || !item.TryGetDouble(out values[at++]))
            {
                return new VectorCell(null, "holds something else than numbers");
            }
        }

        return VectorCell.Of(values);
    }

    private List<string?> CellsOf(Column column)
    {
        if (column.Fault is { } fault)
        {
            throw new InputException(fault);
        }

        column.Cells.AddRange(Enumerable.Repeat<string?>(null, Count - column.Cells.Count));
        return column.Cells;
    }

    private sealed class Column(string name)
    {
        public string Name => name;

        public List<string?> Cells { get; } = [];

        /// <summary>Why it cannot be read, if it is asked for.</summary>
        public string? Fault { get; set; }
    }
}

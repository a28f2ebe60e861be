using System.Text.Json;
using System.Text.RegularExpressions;
using Semblance.Runs.Folder;
using Semblance.Runs.Formats;

namespace Semblance.Runs.Inputs;

/// <summary>
/// Tables of scores: separated text, JSON lines, Parquet, or the JSON of <c>semblance score</c>.
/// </summary>
internal static partial class ScoreTableReader
{
    /// <summary>Whether the file is a table of scores, and not one of images or embeddings.</summary>
    /// <exception cref="InputException">It cannot be read at all.</exception>
    public static bool IsScores(string path, ColumnMap? map = null) =>
        TableFile.IsTable(path)
        && SourceFile.Guard(
            path,
            () =>
            {
                if (!Directory.Exists(path) && SourceFile.FaultOfContent(path) is { } fault)
                {
                    throw new InputException($"{path} {fault}.");
                }

                if (IsReport(path))
                {
                    return true;
                }

                var table = TableFile.Open(path, map ?? ColumnMap.None, onlyNames: true);
                return ScoreColumns.Fit(table.Names) || (!table.Has("path", "embedding") && table.Numbered is null);
            }
        );

    /// <summary>All rows. Where no row names a model, all are of the model that the file is named after.</summary>
    /// <param name="path">The file.</param>
    /// <param name="map">Columns with other names.</param>
    /// <param name="tell">Receives how a wide table was read.</param>
    /// <exception cref="InputException">It is not a table of scores, or a line of it cannot be used.</exception>
    public static IReadOnlyList<ScoreRow> Read(string path, ColumnMap? map = null, Action<string>? tell = null) =>
        SourceFile.Guard<IReadOnlyList<ScoreRow>>(
            path,
            () =>
            {
                var rows = IsReport(path)
                    ? ReadReport(path)
                    : ReadTable(TableFile.Open(path, map ?? ColumnMap.None), tell);
                return rows.Count == 0 ? throw new InputException($"{path} has no scores.")
                    : rows.TrueForAll(row => row.Model.Length == 0)
                        ?
                        [
                            .. rows.Select(row =>
                                row with
                                {
                                    Model = CompressedFile.NameOf(Path.TrimEndingDirectorySeparator(path)),
                                }
                            ),
                        ]
                    : rows.Find(row => row.Model.Length == 0) is { } nameless
                        ? throw new InputException($"{nameless.Place}: the model is empty.")
                    : rows;
            }
        );

    private static List<ScoreRow> ReadTable(TableFile table, Action<string>? tell)
    {
        if (table.Names.Count == 0)
        {
            throw new InputException(
                table is JsonTable
                    ? $"{table.Path} has no scores."
                    : $"{table.Path} is empty; expected a line with the names of the columns (model, prompt, scs)."
            );
        }

        if (WideScores.MayBe(table) && WideScores.Read(table) is (var wide, var how))
        {
            tell?.Invoke(how);
            return wide;
        }

        var columns = ScoreColumns.Of(table.Path, table.Names);
        var cells = table.Read(columns.Used);
        var own = table is SeparatedTable && StoredScores.IsCsv(table.Names);
        var rows = new List<ScoreRow>(cells.Count);
        for (var row = 0; row < cells.Count; row++)
        {
            rows.Add(
                columns.Row(
                    cells.Place(row),
                    column =>
                        cells.Cell(column, row) is { } cell && own
                            ? SpreadsheetText.Read(cell)
                            : cells.Cell(column, row)
                )
            );
        }

        // One model has a score of each prompt; with more, the column that names them is called otherwise.
        return
            !table.Has("model")
            && ColumnMap.Likely("model", table.Names) is not null
            && rows.DistinctBy(row => row.Prompt).Count() < rows.Count
            ? throw ColumnNames.Missing(table.Path, table.Names, ["model"])
            : rows;
    }

    /// <summary>Whether the file is to be what <c>semblance score</c> writes as JSON, one object, and not a table of JSON objects.</summary>
    private static bool IsReport(string path) =>
        Path.GetExtension(path).Equals(".json", StringComparison.OrdinalIgnoreCase)
        && !Directory.Exists(path)
        && OwnSchema().IsMatch(UnicodeText.Read(path, Start));

    /// <summary>What begins so and is none of ours is refused as such.</summary>
    [GeneratedRegex("""^\s*\{\s*"schema"\s*:""", RegexOptions.None, matchTimeoutMilliseconds: 2000)]
    private static partial Regex OwnSchema();

    private static string Start(TextReader text)
    {
        var start = new char[256];
        return new string(start, 0, text.ReadBlock(start));
    }

    private static List<ScoreRow> ReadReport(string path)
    {
        try
        {
            using var json = JsonDocument.Parse(RegularFile.ReadAllBytes(path, RegularFile.MostOfText));
            var root = json.RootElement;
            if (
                root.ValueKind != JsonValueKind.Object
                || !root.TryGetProperty("schema", out var schema)
                || schema.ValueKind != JsonValueKind.String
                || schema.GetString() is not "semblance.scores/1"
            )
            {
                throw new InputException(
                    $"{path} is not the JSON of `semblance score` (schema semblance.scores/1); give a table with model, prompt and scs, one object a line or an array of objects."
                );
            }

            string[] names = ["model", "prompt", "scs", "images", "standard_error"];
            var columns = ScoreColumns.Of(path, [.. names, "encoder", "encoder_key"]);
            return [.. Encoders(root).SelectMany(own => RowsOf(own, names, columns))];
        }
        catch (Exception error)
            when (error
                    is JsonException
                        or InvalidOperationException
                        or KeyNotFoundException
                        or FormatException
                        or OverflowException
            )
        {
            throw new InputException(
                error is JsonException { LineNumber: { } line, Path: null }
                && error.InnerException is not FormatException
                    ? $"{path} is not valid JSON in line {line + 1}; rows are one object a line or an array of objects."
                    : $"{path} is damaged: a field is missing or of the wrong kind; write it again with `semblance score`.",
                error
            );
        }
    }

    /// <summary>The first encoder and the others.</summary>
    private static IEnumerable<JsonElement> Encoders(JsonElement root) =>
        root.TryGetProperty("others", out var others) && others.ValueKind != JsonValueKind.Null
            ? [root, .. others.EnumerateArray()]
            : [root];

    private static IEnumerable<ScoreRow> RowsOf(JsonElement scores, string[] names, ScoreColumns columns)
    {
        var encoder =
            scores.GetProperty("encoder").Deserialize(FolderJson.Default.EncoderIdentity) ?? throw new JsonException();
        var key = StoredScores.KeyOf(encoder);
        return scores
            .GetProperty("sets")
            .EnumerateArray()
            .Select(
                (set, i) =>
                    columns.Row(
                        $"set {i + 1}",
                        column =>
                            column == names.Length ? encoder.Name
                            : column > names.Length ? key
                            : set.GetProperty(names[column]) is { ValueKind: not JsonValueKind.Null } value
                                ? value.ToString()
                            : null
                    )
            );
    }
}

using System.Text.Json;
using Semblance.Runs.Folder;
using Semblance.Runs.Formats;

namespace Semblance.Runs.Inputs;

/// <summary>
/// Tables of scores: separated text, JSON lines, Parquet, or the JSON of <c>semblance score</c>.
/// </summary>
internal static class ScoreTableReader
{
    /// <summary>Whether the file is a table of scores, and not one of images or embeddings.</summary>
    /// <exception cref="InputException">It cannot be read at all.</exception>
    public static bool IsScores(string path) =>
        SourceFile.Guard(
            path,
            () =>
                Extension(path) switch
                {
                    ".json"
                    or ".parquet"
                    or ".csv"
                    or ".tsv"
                    or ".txt"
                    or ".jsonl"
                    or ".ndjson" when SourceFile.FaultOf(path) is { } fault => throw new InputException(
                        $"{path} {fault}."
                    ),
                    ".json" => true,
                    ".parquet" => ParquetTable.Read(path, table => ScoreColumns.Fit(NamesOf(table))),
                    ".csv" or ".tsv" or ".txt" => FitsOrHasNoPath(SeparatedFile.Open(path, ScoreColumns.Fit).Header),
                    ".jsonl" or ".ndjson" => FitsOrHasNoPath([
                        .. JsonLines.Read(path, []).Select(row => row.Cells.Keys).FirstOrDefault([]),
                    ]),
                    _ => false,
                }
        );

    /// <summary>All rows. Where no row names a model, all are of the model that the file is named after.</summary>
    /// <exception cref="InputException">It is not a table of scores, or a line of it cannot be used.</exception>
    public static IReadOnlyList<ScoreRow> Read(string path) =>
        SourceFile.Guard<IReadOnlyList<ScoreRow>>(
            path,
            () =>
            {
                var rows = Extension(path) switch
                {
                    ".json" => ReadJson(path),
                    ".jsonl" or ".ndjson" => ReadJsonLines(path),
                    ".parquet" => ParquetTable.Read(path, table => ReadParquet(path, table)),
                    _ => ReadText(path),
                };
                return rows.Count == 0 ? throw new InputException($"{path} has no scores.")
                    : rows.TrueForAll(row => row.Model.Length == 0)
                        ? [.. rows.Select(row => row with { Model = Path.GetFileNameWithoutExtension(path) })]
                    : rows.Find(row => row.Model.Length == 0) is { } nameless
                        ? throw new InputException($"{nameless.Place}: the model is empty.")
                    : rows;
            }
        );

    private static bool FitsOrHasNoPath(IReadOnlyList<string> header) =>
        ScoreColumns.Fit(header) || ColumnNames.Find(header, "path") < 0;

    private static string[] NamesOf(ParquetTable table) => [.. table.Fields.Select(field => field.Name)];

    private static List<ScoreRow> ReadText(string path)
    {
        var file = SeparatedFile.Open(path, ScoreColumns.Fit).NotEmpty("model, prompt, scs");
        var columns = ScoreColumns.Of(path, file.Header);
        return [.. file.Rows().Select(row => columns.Row($"line {row.Line}", column => row.Cells[column]))];
    }

    private static List<ScoreRow> ReadJsonLines(string path)
    {
        (int Line, IReadOnlyDictionary<string, string?> Cells)[] rows = [.. JsonLines.Read(path, ScoreColumns.Names)];
        if (rows.Length == 0)
        {
            return [];
        }

        string[] header = [.. rows.SelectMany(row => row.Cells.Keys).Distinct(StringComparer.OrdinalIgnoreCase)];
        var columns = ScoreColumns.Of(path, header);
        return
        [
            .. rows.Select(row =>
                columns.Row($"line {row.Line}", column => row.Cells.GetValueOrDefault(header[column]))
            ),
        ];
    }

    private static List<ScoreRow> ReadParquet(string path, ParquetTable table)
    {
        var columns = ScoreColumns.Of(path, NamesOf(table));
        var cells = columns.Used.ToDictionary(column => column, column => table.Text(table.Fields[column]));
        return
        [
            .. Enumerable
                .Range(0, cells.Values.First().Length)
                .Select(row => columns.Row($"row {row + 1}", column => cells[column][row])),
        ];
    }

    private static List<ScoreRow> ReadJson(string path)
    {
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(path));
            var root = json.RootElement;
            if (
                root.ValueKind != JsonValueKind.Object
                || !root.TryGetProperty("schema", out var schema)
                || schema.GetString() is not "semblance.scores/1"
            )
            {
                throw new InputException(
                    $"{path} is not the JSON of `semblance score` (schema semblance.scores/1); give a table with model, prompt and scs."
                );
            }

            string[] names = ["model", "prompt", "scs", "images", "standard_error"];
            var columns = ScoreColumns.Of(path, [.. names, "encoder", "encoder_key"]);
            var encoder = root.GetProperty("encoder").Deserialize(FolderJson.Default.EncoderIdentity)!;
            var key = StoredScores.KeyOf(encoder);
            return
            [
                .. root.GetProperty("sets")
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
                    ),
            ];
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new InputException($"{path} is damaged: {error.Message}", error);
        }
    }

    private static string Extension(string path) => Path.GetExtension(path).ToLowerInvariant();
}

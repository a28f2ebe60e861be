using System.Text;
using System.Text.Json;
using Parquet.Schema;
using Semblance.Runs.Storage;

namespace Semblance.Runs.Inputs;

/// <summary>
/// Tables of scores: text separated by commas, semicolons or tabs (which is seen from the header), Parquet, or the JSON of
/// <c>semblance score</c>.
/// </summary>
internal static class ScoreTableReader
{
    private static readonly char[] Separators = [',', ';', '\t'];

    /// <summary>Whether the file is a table of scores, and not one of images or embeddings.</summary>
    /// <exception cref="InputException">It cannot be read at all.</exception>
    public static bool IsScores(string path) =>
        Guard(
            path,
            () =>
                Extension(path) switch
                {
                    ".json" => true,
                    ".parquet" => ParquetTable
                        .OpenAsync(
                            path,
                            reader =>
                                Task.FromResult(
                                    ScoreColumns.Fit([.. reader.Schema.GetDataFields().Select(field => field.Name)])
                                )
                        )
                        .GetAwaiter()
                        .GetResult(),
                    ".csv" or ".tsv" or ".txt" => Header(path) is var (_, header)
                        && (
                            ScoreColumns.Fit(header)
                            || !header.Any(name =>
                                string.Equals(name.Trim(), "path", StringComparison.OrdinalIgnoreCase)
                            )
                        ),
                    _ => false,
                }
        );

    /// <summary>All rows.</summary>
    /// <exception cref="InputException">It is no table of scores, or a line of it cannot be used.</exception>
    public static IReadOnlyList<ScoreRow> Read(string path) =>
        Guard<IReadOnlyList<ScoreRow>>(
            path,
            () =>
            {
                List<ScoreRow> rows = Extension(path) switch
                {
                    ".json" => ReadJson(path),
                    ".parquet" => ReadParquet(path),
                    _ => ReadText(path),
                };
                return rows.Count > 0 ? rows : throw new InputException($"{path} has no scores.");
            }
        );

    private static List<ScoreRow> ReadText(string path)
    {
        (char separator, string[] header) = Header(path);
        ScoreColumns columns = ScoreColumns.Of(path, header);
        List<ScoreRow> rows = [];
        bool first = true;
        foreach ((int line, string[] record) in Records(path, separator))
        {
            if (first)
            {
                first = false;
                continue;
            }

            // Spreadsheets leave lines of empty cells.
            if (record.All(string.IsNullOrWhiteSpace))
            {
                continue;
            }

            if (record.Length != header.Length)
            {
                throw new InputException(
                    $"{path}, line {line}: {record.Length} cells where the header has {header.Length}; put cells that hold a {Name(separator)} in quotes"
                        + (separator == ',' ? ", numbers with a decimal comma too." : ".")
                );
            }

            rows.Add(columns.Row($"line {line}", column => record[column]));
        }

        return rows;
    }

    /// <summary>The separator that makes the first line a header of scores, else the one that makes most columns.</summary>
    private static (char Separator, string[] Names) Header(string path)
    {
        (char Separator, string[] Names)[] readings =
        [
            .. Separators.Select(separator =>
                (separator, Records(path, separator).Select(record => record.Cells).FirstOrDefault() ?? [])
            ),
        ];
        if (readings[0].Names.Length == 0)
        {
            throw new InputException(
                $"{path} is empty; expected a line with the names of the columns (model, prompt, scs)."
            );
        }

        return readings.FirstOrDefault(
            reading => ScoreColumns.Fit(reading.Names),
            readings.MaxBy(reading => reading.Names.Length)
        );
    }

    private static IEnumerable<(int Line, string[] Cells)> Records(string path, char separator)
    {
        using StreamReader text = new(path, new UTF8Encoding(false, throwOnInvalidBytes: true));
        foreach ((int line, string[] cells) in SeparatedText.Read(text, separator))
        {
            // Some spreadsheets say in a first line how the others are separated.
            if (line != 1 || !cells[0].StartsWith("sep=", StringComparison.OrdinalIgnoreCase))
            {
                yield return (line, cells);
            }
        }
    }

    private static List<ScoreRow> ReadParquet(string path) =>
        ParquetTable
            .OpenAsync(
                path,
                async reader =>
                {
                    DataField[] fields = reader.Schema.GetDataFields();
                    ScoreColumns columns = ScoreColumns.Of(path, [.. fields.Select(field => field.Name)]);
                    string?[]?[] cells = new string?[fields.Length][];
                    int rows = 0;
                    foreach (int column in columns.Used)
                    {
                        cells[column] = await ParquetTable.TextAsync(reader, fields[column]);
                        rows = cells[column]!.Length;
                    }

                    return Enumerable
                        .Range(0, rows)
                        .Select(row => columns.Row($"row {row + 1}", column => cells[column]?[row]))
                        .ToList();
                }
            )
            .GetAwaiter()
            .GetResult();

    private static List<ScoreRow> ReadJson(string path)
    {
        try
        {
            using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(path));
            JsonElement root = json.RootElement;
            if (
                root.ValueKind != JsonValueKind.Object
                || !root.TryGetProperty("schema", out JsonElement schema)
                || schema.GetString() is not "semblance.scores/1"
            )
            {
                throw new InputException(
                    $"{path} is not the JSON of `semblance score` (schema semblance.scores/1); give a table with model, prompt and scs."
                );
            }

            string[] names = ["model", "prompt", "scs", "images", "standard_error"];
            ScoreColumns columns = ScoreColumns.Of(path, [.. names, "encoder", "encoder_key"]);
            EncoderIdentity encoder = JsonText.ReadEncoder(root.GetProperty("encoder"));
            string key = ScoreTable.KeyOf(encoder);
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

    private static T Guard<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (DecoderFallbackException error)
        {
            throw new InputException($"{path} is not UTF-8 text; save it as \"CSV UTF-8\".", error);
        }
        catch (FormatException error)
        {
            throw new InputException($"{path}, {error.Message}.", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{path} cannot be read: {error.Message}", error);
        }
    }

    private static string Extension(string path) => Path.GetExtension(path).ToLowerInvariant();

    private static string Name(char separator) =>
        separator switch
        {
            ',' => "comma",
            ';' => "semicolon",
            _ => "tab",
        };
}

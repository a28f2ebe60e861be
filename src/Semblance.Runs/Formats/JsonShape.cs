using System.Text.Json;

namespace Semblance.Runs.Formats;

/// <summary>Recognises tables that are one JSON object and not a row for each object.</summary>
internal static class JsonShape
{
    private const string Rows = "write it row by row (with pandas: to_json(orient=\"records\", lines=True))";

    /// <summary>What the only object of a file is instead of a row, to go on after the file's name; null for a row.</summary>
    public static string? FaultOf(JsonElement root) =>
        root.ValueKind != JsonValueKind.Object ? null
        : root.TryGetProperty("data", out var data)
        && data.ValueKind == JsonValueKind.Array
        && (root.TryGetProperty("columns", out _) || root.TryGetProperty("schema", out _))
            ? $"holds a table in parts, with its columns apart from its rows; {Rows}"
        : root.EnumerateObject().Any() && root.EnumerateObject().All(value => IsMap(value.Value))
            ? $"holds a table column by column or by the names of its rows; {Rows}"
        : root.EnumerateObject().FirstOrDefault(value => IsRows(value.Value))
            is { Value.ValueKind: JsonValueKind.Array } rows
            ? $"holds its rows within \"{rows.Name}\"; write only these, as an array or one object a line"
        : null;

    private static bool IsMap(JsonElement value) =>
        value.ValueKind == JsonValueKind.Object && value.EnumerateObject().Any();

    private static bool IsRows(JsonElement value) =>
        value.ValueKind == JsonValueKind.Array
        && value.GetArrayLength() > 0
        && value.EnumerateArray().All(row => row.ValueKind is JsonValueKind.Object or JsonValueKind.String);
}

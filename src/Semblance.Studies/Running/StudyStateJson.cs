using System.Text.Json;
using System.Text.Json.Serialization;

namespace Semblance.Studies.Running;

/// <summary>How far a study is, as JSON (schema <c>semblance.study-state/1</c>).</summary>
public static class StudyStateJson
{
    /// <summary>The text, indented and with a line end.</summary>
    public static string Of(StudyState state) =>
        JsonSerializer.Serialize(new Document("semblance.study-state/1", state), StudyStateContext.Default.Document)
        + "\n";

    internal sealed record Document(string Schema, StudyState Study);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(StudyStateJson.Document))]
internal sealed partial class StudyStateContext : JsonSerializerContext;

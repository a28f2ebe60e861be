using System.Text.Json.Serialization;
using Semblance.Consistency;
using Semblance.Runs.Formats;
using Semblance.Variance;

namespace Semblance.Runs.Scoring;

/// <summary>
/// The report as JSON, schema <c>semblance.scores/1</c> (docs/score-json.md): snake_case, fields in the order of the records, nulls written,
/// doubles in the shortest form that reads back to the same bits.
/// </summary>
public static class ScoreJson
{
    /// <summary>The report as text, with a line end.</summary>
    /// <param name="report">Of the encoder, or of the first of several.</param>
    /// <param name="others">Of the other encoders.</param>
    public static string Of(ScoreReport report, params IReadOnlyList<ScoreReport> others)
    {
        ArgumentNullException.ThrowIfNull(report);
        ArgumentNullException.ThrowIfNull(others);
        return JsonText.Of(
            Document(report) with
            {
                Others = others.Count == 0 ? null : [.. others.Select(Document)],
            },
            ScoreJsonContext.Default.ScoreDocument
        );
    }

    private static ScoreDocument Document(ScoreReport report) =>
        new(
            "semblance.scores/1",
            report.Encoder,
            report.Sets,
            report.Models,
            report.Floor?.Score,
            report.Floor?.PromptPairs,
            report.Floor?.ImagePairs,
            report.Skipped
        )
        {
            SeedDesign = report.SeedDesign,
        };
}

/// <summary>The fields of the JSON of scores.</summary>
internal sealed record ScoreDocument(
    string Schema,
    EncoderIdentity Encoder,
    IReadOnlyList<SetScore> Sets,
    IReadOnlyList<ModelScore> Models,
    double? Floor,
    long? FloorPromptPairs,
    long? FloorImagePairs,
    IReadOnlyList<SkippedFile> Skipped
)
{
    public SeedDesign SeedDesign { get; init; }

    /// <summary>The same fields of every encoder but the first; null for one encoder.</summary>
    public IReadOnlyList<ScoreDocument>? Others { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ScoreDocument))]
internal sealed partial class ScoreJsonContext : JsonSerializerContext;

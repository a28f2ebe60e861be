using System.Text.Json;
using System.Text.Json.Serialization;

namespace Semblance.Studies.Linting;

/// <summary>How much a finding matters.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Severity>))]
public enum Severity
{
    /// <summary>To know; the score stands.</summary>
    [JsonStringEnumMemberName("note")]
    Note,

    /// <summary>It may move the score.</summary>
    [JsonStringEnumMemberName("warning")]
    Warning,

    /// <summary>It moves the score, or ends the scoring.</summary>
    [JsonStringEnumMemberName("error")]
    Error,
}

/// <summary>Something about a data set that should be known before it is scored.</summary>
/// <param name="Id">Its stable name, such as <c>equal-images</c>.</param>
/// <param name="Severity">How much it matters.</param>
/// <param name="What">What was found, in a sentence.</param>
/// <param name="Count">How many times.</param>
/// <param name="Examples">The first few, each a path, prompt or model.</param>
/// <param name="Why">Why it moves the score.</param>
/// <param name="Fix">What to do.</param>
public sealed record LintFinding(
    string Id,
    Severity Severity,
    string What,
    int Count,
    IReadOnlyList<string> Examples,
    string Why,
    string Fix
);

/// <summary>What was found in a data set.</summary>
/// <param name="Path">What was looked at.</param>
/// <param name="Images">Files that were looked at.</param>
/// <param name="Models">Names of models.</param>
/// <param name="Prompts">Different prompts.</param>
/// <param name="Findings">The worst first.</param>
public sealed record LintReport(string Path, int Images, int Models, int Prompts, IReadOnlyList<LintFinding> Findings)
{
    /// <summary>What could not be checked, in sentences.</summary>
    public IReadOnlyList<string> NotChecked { get; init; } = [];

    /// <summary>The report as JSON, of the schema <c>semblance.lint/1</c>.</summary>
    public string ToJson() =>
        JsonSerializer.Serialize(new LintDocument("semblance.lint/1", this), LintJson.Default.LintDocument) + "\n";
}

internal sealed record LintDocument(string Schema, LintReport Lint);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(LintDocument))]
internal sealed partial class LintJson : JsonSerializerContext;

using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.RegularExpressions;
using Semblance.Consistency;
using Semblance.Runs.Inputs;
using Semblance.Runs.Scoring;

namespace Semblance.Runs.Tests;

/// <summary>docs/score-json.md names what is written, and nothing else.</summary>
public sealed partial class ScoreDocumentationTests
{
    // Values and options that the page quotes beside the names of fields.
    private static readonly string[] Others =
    [
        "semblance.scores/1",
        "null",
        "embeddings",
        "fp32 (weights fp16)",
        "[low, high]",
        "collapsed",
        "seed_ignored",
        "crossed",
        "nested",
        "partly",
        "unknown",
        "low_norm",
        "prompt_cut",
        "scores.csv",
        "scores.parquet",
        "score",
        "compare",
        "plan",
        "gate",
    ];

    private static ScoreReport Report { get; } =
        ScoreStage.Run(
            new EmbeddingInput(
                [
                    new EmbeddingSet("m", "a", null, new float[] { 1, 0, 1, 0, 3, 4 }, 2),
                    new EmbeddingSet("m", "b", null, new float[] { 0, 1, 4, 3 }, 2),
                    new EmbeddingSet("m", "c", null, new float[] { 0, 1 }, 2),
                ],
                "x",
                PromptsAreRaw: true
            ),
            new ScoreSettings(Explain: true)
        );

    private static string Page { get; } = File.ReadAllText(PagePath());

    [Fact]
    public void Every_field_and_column_that_is_written_is_on_the_page()
    {
        HashSet<string> named = [.. Named()];
        Assert.All(Written(), name => Assert.Contains(name, named));
    }

    [Fact]
    public void The_page_names_no_field_that_is_not_written()
    {
        HashSet<string> written = [.. Written(), .. Others];
        Assert.All(
            Named().Where(name => !name.StartsWith("--", StringComparison.Ordinal)),
            name => Assert.True(written.Contains(name) || name.StartsWith("semblance ", StringComparison.Ordinal), name)
        );
    }

    [Fact]
    public void Columns_are_on_the_page_in_their_order()
    {
        var columns = ScoreCsv.Of(Report).Split('\n')[0].Split(',');
        var table = Page[Page.IndexOf("| column |", StringComparison.Ordinal)..];
        Assert.Equal(
            columns,
            table
                .Split('\n')
                .Where(line => line.StartsWith("| `", StringComparison.Ordinal))
                .SelectMany(line => Quoted().Matches(line.Split('|')[1]))
                .Select(match => match.Groups["name"].Value)
        );
    }

    private static IEnumerable<string> Named() => Quoted().Matches(Page).Select(match => match.Groups["name"].Value);

    private static IEnumerable<string> Written()
    {
        using JsonDocument json = JsonDocument.Parse(ScoreJson.Of(Report));
        return [.. Names(json.RootElement).Distinct(), .. ScoreCsv.Of(Report).Split('\n')[0].Split(',')];
    }

    private static IEnumerable<string> Names(JsonElement element) =>
        element.ValueKind switch
        {
            JsonValueKind.Object => element
                .EnumerateObject()
                .SelectMany(property => Names(property.Value).Prepend(property.Name)),
            JsonValueKind.Array => element.EnumerateArray().SelectMany(Names),
            _ => [],
        };

    private static string PagePath([CallerFilePath] string here = "") =>
        Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "docs", "score-json.md");

    [GeneratedRegex("`(?<name>[^`]+)`", RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex Quoted();
}

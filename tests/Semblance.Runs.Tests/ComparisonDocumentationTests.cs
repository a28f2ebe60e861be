using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.RegularExpressions;
using Semblance.Comparison;
using Semblance.Consistency;
using Semblance.Planning;
using Semblance.Runs.Comparing;
using Semblance.Runs.Embedding;
using Semblance.Runs.Folder;
using Semblance.Runs.Inputs;
using Semblance.Runs.Scoring;

namespace Semblance.Runs.Tests;

/// <summary>docs/comparison-json.md names every field that compare, gate and plan write.</summary>
public sealed partial class ComparisonDocumentationTests : IDisposable
{
    private readonly Workplace _place = new();

    public void Dispose() => _place.Dispose();

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Every_field_that_is_written_is_on_the_page(int models)
    {
        using var input = await ScoredAsync(models);
        var match = new MatchOptions();
        var comparison = CompareStage.Run(input, match, new ComparisonOptions { Paper = true }, Token);
        comparison = CompareStage.WithEncoders(
            comparison,
            ("fake", null),
            [(("again", null), CompareInput.Read([_place.At("run")], null))],
            match,
            Token
        );
        var gate = GateStage.Run(input, match, "model0", "model1", new GateOptions(), Token);
        var pilot = PlanStage.Run(input, match, new PlanSubject(null, "model0", "model1"));
        var plan = StudyPlanner.Plan(pilot, new PlanOptions { HalfWidth = 1, Effect = 2 });

        // The encoder's fields are on the page of the scores, to which this one links.
        HashSet<string> named = [.. Named("comparison-json.md"), .. Named("score-json.md")];
        Assert.All(
            Names(ComparisonJson.Of(comparison)).Concat(Names(GateJson.Of(gate, passed: true, "x"))),
            name => Assert.Contains(name, named)
        );
        Assert.All(Names(PlanJson.Of(plan, "x")), name => Assert.Contains(name, named));
    }

    private async Task<CompareInput> ScoredAsync(int models)
    {
        using var encoder = new FakeEncoder();
        using var embedded = await EmbedStage.RunAsync(
            _place.Run(),
            encoder,
            new ImageInput(_place.Images(models, 6, 5), PromptsAreRaw: false),
            new EmbedOptions(),
            Token
        );
        ScoreStage.Keep(_place.Run(), ScoreStage.Run(embedded, new ScoreSettings()));
        return CompareInput.Read([_place.At("run")], null);
    }

    private static IEnumerable<string> Names(string json)
    {
        using var document = JsonDocument.Parse(json);
        return [.. Names(document.RootElement).Distinct(StringComparer.Ordinal)];
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

    private static IEnumerable<string> Named(string page, [CallerFilePath] string here = "") =>
        Quoted()
            .Matches(File.ReadAllText(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "docs", page)))
            .Select(match => match.Groups["name"].Value);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [GeneratedRegex("[`\"](?<name>[a-z0-9_]+)[`\"]", RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex Quoted();
}

using System.Text.Json;
using System.Text.Json.Nodes;
using Json.Schema;
using Semblance.Remote.Settings;
using Semblance.Studies.Files;
using YamlDotNet.RepresentationModel;

namespace Semblance.Studies.Tests.Files;

/// <summary>The schema that is published is the reader's.</summary>
public sealed class StudySchemaTests : IDisposable
{
    private static readonly JsonNode Published = JsonNode.Parse(
        File.ReadAllText(Repository.At("docs", "study.schema.json"))
    )!;
    private static readonly JsonSchema Schema = JsonSchema.FromText(Published.ToJsonString());
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Every_part_has_the_fields_that_the_reader_knows()
    {
        string[] aliased(IReadOnlyList<string> keys) => [.. keys, .. StudyKeys.Aliases.Keys];
        (string Part, IReadOnlyList<string> Keys)[] parts =
        [
            ("", StudyKeys.Root),
            ("prompt", StudyKeys.Prompt),
            ("prompt_file", StudyKeys.PromptFile),
            ("defaults", aliased(StudyKeys.Sampling)),
            ("backend", StudyKeys.Backend),
            ("auth", StudyKeys.Auth),
            ("retry", StudyKeys.Retry),
            ("model", aliased(StudyKeys.Model)),
            ("varied", StudyKeys.Varied),
            ("lora", StudyKeys.Lora),
            ("inject", StudyKeys.Inject),
            ("matrix", StudyKeys.Matrix),
            ("selection", StudyKeys.Selection),
            ("budget", StudyKeys.Budget),
            ("checks", StudyKeys.Checks),
            ("output", StudyKeys.Output),
            ("score", StudyKeys.Score),
            ("clusters", StudyKeys.Clusters),
            ("compare", StudyKeys.Compare),
            ("gate", StudyKeys.Gate),
            ("choose", StudyKeys.Choose),
            ("agreement", StudyKeys.Agreement),
            ("report", StudyKeys.Report),
        ];
        Assert.Equal(
            parts.Select(part => part.Part).Where(part => part.Length > 0).Order(),
            Published["$defs"]!.AsObject().Select(part => part.Key).Order()
        );
        foreach ((var part, var keys) in parts)
        {
            var properties = (part.Length == 0 ? Published : Published["$defs"]![part])!["properties"]!.AsObject();
            Assert.Equal(keys.Order(), properties.Select(property => property.Key).Order());
            Assert.All(
                properties,
                property =>
                    Assert.True(
                        property.Value!["description"] is not null || property.Value["$ref"] is not null,
                        $"{part}.{property.Key}"
                    )
            );
        }
    }

    [Fact]
    public void Kinds_and_dialects_are_those_that_there_are()
    {
        var backend = Published["$defs"]!["backend"]!["properties"]!;
        Assert.Equal(
            ServerKinds.All.Select(kind => kind.Name).Concat(["native", "folder", "painter"]).Order(),
            backend["kind"]!["enum"]!.AsArray().Select(kind => $"{kind}").Order()
        );
        Assert.Equal(
            ServerKinds.All.SelectMany(kind => kind.Dialects).Distinct().Order(),
            backend["dialect"]!["enum"]!.AsArray().Select(dialect => $"{dialect}").Order()
        );
    }

    [Fact]
    public void Starters_are_valid()
    {
        foreach (var name in StudyStarter.Names)
        {
            Assert.True(IsValid(StudyStarter.Of(name)), name);
        }
    }

    [Theory]
    [InlineData("name: x\nmodels: [{ id: a, painter: steady }]", true)]
    [InlineData("nmae: x\nmodels: [{ id: a, painter: steady }]", false)]
    [InlineData("models: [{ id: a, painter: stedy }]", false)]
    [InlineData("models: [{ painter: steady }]", false)]
    [InlineData("models: [{ id: a, painter: steady }]\nseeds: [1, 5, 9]", true)]
    [InlineData("models: [{ id: a, painter: steady }]\nprompts: { fiel: p.txt }", false)]
    [InlineData(
        "models: [{ id: a, painter: steady }]\nbackends: { s: { kind: comfyui, timeout: 10m, rate_limit: 5/min } }",
        true
    )]
    [InlineData("models: [{ id: a, painter: steady }]\nbackends: { s: { kind: comfyui, timeout: 10 } }", false)]
    [InlineData("models: [{ id: a, painter: steady }]\nbackends: { s: { kind: comfy } }", false)]
    [InlineData("models: [{ id: a, painter: steady }]\nchecks: { require_seed: honoured, blank_image: keep }", true)]
    [InlineData("models: [{ id: a, painter: steady }]\nchecks: { require_seed: honored }", false)]
    [InlineData(
        "models: [{ id: a, painter: steady }]\nbudget: { max_cost: 5.5, max_images: 0, on_exceed: skip-model }",
        true
    )]
    [InlineData("models: [{ id: a, painter: steady }]\nresume: false", false)]
    [InlineData("models: [{ id: a, painter: steady, repetitions: 0 }]", false)]
    [InlineData("models: [{ id: a, painter: steady }]\nclusters: { by: first-words:3 }", true)]
    [InlineData("models: [{ id: a, painter: steady }]\nclusters: { by: first-words:0 }", false)]
    [InlineData("models: [{ id: a, painter: steady }]\nclusters: { by: three-words }", false)]
    [InlineData("models: [{ id: a, painter: steady }]\nclusters: {}", false)]
    [InlineData("models: [{ id: a, painter: steady }]\nclusters: { by: first-words:1, column: c }", false)]
    public void Schema_and_reader_agree(string text, bool isValid)
    {
        Assert.Equal(isValid, IsValid(text));
        Assert.Equal(isValid, IsRead(text));
    }

    public void Dispose() => _folder.Dispose();

    private bool IsRead(string text)
    {
        // What every study needs, where the case is about something else.
        var whole =
            text
            + (text.Contains("prompts:", StringComparison.Ordinal) ? "" : "\nprompts: [a fox]")
            + (text.Contains("seeds:", StringComparison.Ordinal) ? "" : "\nseeds: 1..2");
        try
        {
            StudyFileReader.Read(_folder.Write(whole, "study.yaml"));
            return true;
        }
        catch (InputException)
        {
            return false;
        }
    }

    private static bool IsValid(string text)
    {
        var yaml = new YamlStream();
        yaml.Load(new StringReader(text));
        var json = Json(yaml.Documents[0].RootNode);
        return Schema.Evaluate(JsonSerializer.SerializeToElement(json)).IsValid;
    }

    private static JsonNode? Json(YamlNode node) =>
        node switch
        {
            YamlMappingNode map => new JsonObject(
                map.Children.Select(one => KeyValuePair.Create(one.Key.ToString(), Json(one.Value)))
            ),
            YamlSequenceNode list => new JsonArray([.. list.Children.Select(Json)]),
            YamlScalarNode { Style: YamlDotNet.Core.ScalarStyle.Plain, Value: "true" } => true,
            YamlScalarNode { Style: YamlDotNet.Core.ScalarStyle.Plain, Value: "false" } => false,
            YamlScalarNode { Style: YamlDotNet.Core.ScalarStyle.Plain } scalar
                when decimal.TryParse(
                    scalar.Value,
                    System.Globalization.NumberStyles.Float,
                    System.Globalization.CultureInfo.InvariantCulture,
                    out var number
                ) => number,
            YamlScalarNode scalar => scalar.Value,
            _ => null,
        };
}

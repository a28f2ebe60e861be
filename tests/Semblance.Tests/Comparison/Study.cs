using System.Globalization;
using System.Text;
using System.Text.Json;
using Semblance.Comparison;
using Semblance.Prompts;
using Semblance.Tests.Statistics;

namespace Semblance.Tests.Comparison;

/// <summary>A whole comparison of the fixtures: a table of scores and what it should give.</summary>
internal sealed record Study(ScoreMatrix Matrix, JsonElement Json)
{
    public JsonElement Expected => Json.GetProperty("expected");

    public double Tolerance => Json.GetProperty("tolerance").GetDouble();

    public double[] First => Matrix.Scores(0);

    public double[] Second => Matrix.Scores(1);

    public double[] Differences => PairedDifferences.Of(First, Second);

    /// <summary>The names of the studies: every expected_NAME.json that names its table.</summary>
    public static IEnumerable<TheoryDataRow<string>> Names =>
        Directory.Exists(Fixtures.At("study"))
            ? Directory
                .EnumerateFiles(Fixtures.At("study"), "expected_*.json")
                .Where(path => Read(path).TryGetProperty("input", out _))
                .Select(path => Path.GetFileNameWithoutExtension(path)["expected_".Length..])
                .Order(StringComparer.Ordinal)
                .Select(name => new TheoryDataRow<string>(name))
            : [];

    public static Study Of(string name)
    {
        var json = Read(Fixtures.At("study", $"expected_{name}.json"));
        var rows = Rows(File.ReadAllText(Fixtures.At("study", json.GetProperty("input").GetString()!)));
        var suffixes = json.GetProperty("prompt_suffixes");
        var models = rows.Select(row => row.Model).Distinct(StringComparer.Ordinal).ToArray();
        var byModel = models.Select(model => rows.Where(row => row.Model == model).ToArray()).ToArray();
        var pairing = PromptPairing.Of([
            .. models.Select(
                (model, m) =>
                    new ModelPrompts(
                        model,
                        [.. byModel[m].Select(row => row.Prompt)],
                        suffixes.GetProperty(model).GetString() is { Length: > 0 } suffix ? [suffix] : []
                    )
            ),
        ]);
        Assert.Empty(pairing.Unmatched);
        return new Study(
            new ScoreMatrix(
                models,
                [.. pairing.Matched.Select(prompt => prompt.Prompt)],
                [
                    .. byModel.Select(
                        (own, m) =>
                            (IReadOnlyList<PromptScore>)[.. pairing.Matched.Select(prompt => own[prompt.Rows[m]])]
                    ),
                ]
            ),
            json
        );
    }

    public static JsonElement Read(string path)
    {
        using var json = JsonDocument.Parse(File.ReadAllBytes(path));
        return json.RootElement.Clone();
    }

    /// <summary>Holds results to one object of the expectations.</summary>
    public void Check(JsonElement expected, Fields fields)
    {
        var one = JsonSerializer.SerializeToElement(
            new Dictionary<string, object> { ["input"] = new Dictionary<string, int>(), ["expected"] = expected }
        );
        var faults = Golden.Faults(one, Tolerance, "study", _ => fields);
        Assert.True(faults.Count == 0, string.Join('\n', faults));
    }

    private static List<PromptScore> Rows(string text) =>
        [
            .. text.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Skip(1)
                .Select(line => Columns(line.TrimEnd('\r')))
                .Select(cells => new PromptScore(
                    cells[0],
                    cells[1],
                    double.Parse(cells[3], CultureInfo.InvariantCulture),
                    int.Parse(cells[2], CultureInfo.InvariantCulture)
                )),
        ];

    private static List<string> Columns(string line)
    {
        var cells = new List<string>();
        var cell = new StringBuilder();
        var quoted = false;
        for (var i = 0; i < line.Length; i++)
        {
            switch (line[i])
            {
                case '"' when quoted && i + 1 < line.Length && line[i + 1] == '"':
                    cell.Append('"');
                    i++;
                    break;
                case '"':
                    quoted = !quoted;
                    break;
                case ',' when !quoted:
                    cells.Add(cell.ToString());
                    cell.Clear();
                    break;
                default:
                    cell.Append(line[i]);
                    break;
            }
        }

        cells.Add(cell.ToString());
        return cells;
    }
}

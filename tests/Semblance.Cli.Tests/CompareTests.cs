using System.Text.Json;
using Semblance.Tests;

namespace Semblance.Cli.Tests;

/// <summary>The built program compares whole studies.</summary>
public sealed class CompareTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    /// <summary>Whole studies, with all that they should give.</summary>
    public static IEnumerable<TheoryDataRow<string>> Studies =>
        Directory.Exists(Fixtures.At("study"))
            ? Directory
                .EnumerateFiles(Fixtures.At("study"), "expected_*.json")
                .Where(file => File.ReadAllText(file).Contains("prompt_suffixes", StringComparison.Ordinal))
                .Select(file => new TheoryDataRow<string>(Path.GetFileName(file)))
            : [];

    public void Dispose() => folder.Dispose();

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Studies))]
    public async Task A_study_gives_the_statistics_of_the_reference(string file)
    {
        using JsonDocument study = JsonDocument.Parse(await File.ReadAllTextAsync(Fixtures.At("study", file), Token));
        JsonElement expected = study.RootElement.GetProperty("expected");
        double tolerance = study.RootElement.GetProperty("tolerance").GetDouble();
        string[] arguments =
        [
            "compare",
            Fixtures.At("study", study.RootElement.GetProperty("input").GetString()!),
            "--format",
            "json",
            "--mode",
            "paper",
            .. study
                .RootElement.GetProperty("prompt_suffixes")
                .EnumerateObject()
                .Where(one => one.Value.GetString()!.Length > 0)
                .SelectMany(one => (string[])["--strip-suffix", $"{one.Name}={one.Value.GetString()}"]),
        ];
        ProgramRun run = await ProgramRun.OfAsync(folder.Path, arguments);
        Assert.True(run.Code == 0, run.Error);
        Assert.Contains("encoder is unknown", run.Error, StringComparison.Ordinal);
        using JsonDocument json = JsonDocument.Parse(run.Output);
        JsonElement root = json.RootElement;
        Assert.Equal("semblance.comparison/1", root.GetProperty("schema").GetString());
        Assert.Equal(expected.GetProperty("prompts").GetInt32(), root.GetProperty("prompts").GetInt32());
        foreach (JsonElement model in root.GetProperty("models").EnumerateArray())
        {
            JsonElement numbers = expected
                .GetProperty("descriptive")
                .GetProperty(model.GetProperty("model").GetString()!);
            Near(numbers, "mean", model.GetProperty("mean"), "value");
            Near(numbers, "median", model, "median");
            Near(numbers, "sd", model, "sd");
        }

        JsonElement pair = root.GetProperty("pairs")[0];
        JsonElement difference = pair.GetProperty("difference");
        JsonElement student = expected.GetProperty("paired_t");
        Near(expected.GetProperty("descriptive").GetProperty("difference"), "mean", difference, "value");
        // Resampled limits depend on the generator; their width is that of Student's to a tenth.
        JsonElement limits = student.GetProperty("ci95");
        double width = limits[1].GetDouble() - limits[0].GetDouble();
        Assert.Equal(1, (Number(difference, "high") - Number(difference, "low")) / width, 0.1);
        JsonElement pseudomedian = expected.GetProperty("hodges_lehmann");
        Near(pseudomedian, "pseudomedian", pair.GetProperty("hodges_lehmann"), "value");
        Assert.Equal(
            pseudomedian.GetProperty("exact_ci")[0].GetDouble(),
            Number(pair.GetProperty("hodges_lehmann"), "low"),
            tolerance
        );
        P(
            expected.GetProperty("wilcoxon_signed_rank").GetProperty("p_exact"),
            "two_sided",
            pair.GetProperty("wilcoxon"),
            "p"
        );
        P(expected.GetProperty("sign_flip"), "two_sided", pair.GetProperty("permutation"), "p");
        P(student.GetProperty("p"), "two_sided", pair.GetProperty("paired_t"), "p");
        Assert.Equal(
            expected.GetProperty("prompts_where_second_is_higher").GetInt32(),
            pair.GetProperty("second_higher").GetInt32()
        );
        JsonElement paper = root.GetProperty("paper");
        JsonElement theirs = expected.GetProperty("paper");
        P(
            theirs.GetProperty("ks_two_sample").GetProperty("two_sided"),
            "p_exact",
            paper.GetProperty("pairs")[0],
            "ks_p"
        );
        P(theirs.GetProperty("wilcoxon_scipy_default"), "p_value", paper.GetProperty("pairs")[0], "wilcoxon_p");
        Assert.All(
            paper.GetProperty("against_normal").EnumerateArray(),
            model =>
                Near(
                    theirs
                        .GetProperty("ks_against_standard_normal")
                        .GetProperty(model.GetProperty("model").GetString()!),
                    "statistic",
                    model,
                    "statistic"
                )
        );
        Assert.Contains("always rejects", paper.GetProperty("notes").ToString(), StringComparison.Ordinal);

        void Near(JsonElement reference, string field, JsonElement actual, string name) =>
            Assert.Equal(
                Number(reference, field),
                Number(actual, name),
                tolerance * Math.Max(1, Number(reference, field))
            );

        void P(JsonElement reference, string field, JsonElement actual, string name) =>
            Assert.Equal(1, Number(actual, name) / Number(reference, field), tolerance);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static double Number(JsonElement element, string field) => element.GetProperty(field).GetDouble();
}

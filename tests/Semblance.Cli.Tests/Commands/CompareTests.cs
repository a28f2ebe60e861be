using System.Text.Json;

namespace Semblance.Cli.Tests.Commands;

/// <summary>The built program compares whole studies.</summary>
[Trait("speed", "slow")]
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
        var expected = study.RootElement.GetProperty("expected");
        var tolerance = study.RootElement.GetProperty("tolerance").GetDouble();
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
        var run = await ProgramRun.OfAsync(folder.Path, arguments);
        Assert.True(run.Code == 0, run.Error);
        Assert.Contains("encoder is unknown", run.Error, StringComparison.Ordinal);
        using JsonDocument json = JsonDocument.Parse(run.Output);
        var root = json.RootElement;
        Assert.Equal("semblance.comparison/1", root.GetProperty("schema").GetString());
        Assert.Equal(expected.GetProperty("prompts").GetInt32(), root.GetProperty("prompts").GetInt32());
        foreach (var model in root.GetProperty("models").EnumerateArray())
        {
            var numbers = expected.GetProperty("descriptive").GetProperty(model.GetProperty("model").GetString()!);
            Near(numbers, "mean", model.GetProperty("mean"), "value");
            Near(numbers, "median", model, "median");
            Near(numbers, "sd", model, "sd");
        }

        var pair = root.GetProperty("pairs")[0];
        var difference = pair.GetProperty("difference");
        var student = expected.GetProperty("paired_t");
        Near(expected.GetProperty("descriptive").GetProperty("difference"), "mean", difference, "value");
        // Resampled limits depend on the generator; their width is that of Student's to a tenth.
        var limits = student.GetProperty("ci95");
        var width = limits[1].GetDouble() - limits[0].GetDouble();
        Assert.Equal(1, (Number(difference, "high") - Number(difference, "low")) / width, 0.1);
        var pseudomedian = expected.GetProperty("hodges_lehmann");
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
        var paper = root.GetProperty("paper");
        var theirs = expected.GetProperty("paper");
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

    [Fact]
    public async Task The_locale_and_the_threads_change_no_byte()
    {
        WriteTable();
        (string Format, string Locale)[] runs =
        [
            ("table", "de_DE.UTF-8"),
            ("json", "tr_TR.UTF-8"),
            ("csv", "ar_SA.UTF-8"),
        ];
        foreach ((var format, var locale) in runs)
        {
            string[] arguments =
            [
                "compare",
                "t.csv",
                "--format",
                format,
                "--mode",
                "paper",
                "--per-prompt",
                "--seed",
                "7",
            ];
            var plain = await ProgramRun.OfAsync(folder.Path, [.. arguments, "--threads", "1"]);
            var local = await ProgramRun.OfAsync(
                folder.Path,
                [.. arguments, "--threads", "3"],
                new Dictionary<string, string> { ["LC_ALL"] = locale, ["LANG"] = locale }
            );
            Assert.True(plain.Code == 0, plain.Error);
            Assert.Equal(plain.Output, local.Output);
        }
    }

    [Fact]
    public async Task Three_models_are_ranked_and_all_pairs_compared()
    {
        WriteTable();
        var run = await ProgramRun.OfAsync(folder.Path, ["compare", "t.csv"]);
        Assert.True(run.Code == 0, run.Error);
        Assert.Contains("Friedman", run.Output, StringComparison.Ordinal);
        Assert.Contains("Critical difference", run.Output, StringComparison.Ordinal);
        Assert.Contains("p (Holm)", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', run.Output);
        Assert.All(run.Output.Split('\n'), line => Assert.InRange(line.Length, 0, 80));

        var pair = await ProgramRun.OfAsync(
            folder.Path,
            ["compare", "t.csv", "--model", "c", "--model", "a", "--format", "csv", "-o", "pair.csv", "-q"]
        );
        Assert.True(pair.Code == 0, pair.Error);
        Assert.Equal("", pair.Output + pair.Error);
        Assert.StartsWith(
            "c,a,20,clip,",
            (await File.ReadAllLinesAsync(folder.At("pair.csv"), Token))[1],
            StringComparison.Ordinal
        );
    }

    private static IEnumerable<string> Difference(string csv) => csv.Split('\n')[1].Split(',').Take(5);

    [Fact]
    public async Task Two_folders_are_scored_and_compared_and_the_run_keeps_all()
    {
        foreach (var model in (string[])["one", "other"])
        {
            for (var i = 0; i < 12; i++)
            {
                // Three prompts of four seeds; the models share no picture.
                TestImage.Write(i + (model.Length * 100), folder.At(model, $"prompt {i / 4}", $"{i % 4}.png"));
            }
        }

        var run = await ProgramRun.OfAsync(folder.Path, ["compare", "one", "other", "--encoder", "builtin"]);
        Assert.True(run.Code == 0, run.Error);
        Assert.Contains("other - one", run.Output, StringComparison.Ordinal);
        Assert.Contains("not the paper's CLIP score", run.Output, StringComparison.Ordinal);
        Assert.Contains("calibr.", run.Output, StringComparison.Ordinal);
        Assert.Contains("both models used the same seeds", OneLine(run.Output), StringComparison.Ordinal);
        var kept = await File.ReadAllTextAsync(folder.At("semblance-run", "comparison.json"), Token);

        var again = await ProgramRun.OfAsync(folder.Path, ["compare", "--run", "semblance-run", "--format", "json"]);
        Assert.True(again.Code == 0, again.Error);
        Assert.Equal(kept, again.Output);
        var table = await ProgramRun.OfAsync(
            folder.Path,
            ["compare", Path.Combine("semblance-run", "scores.csv"), "--format", "csv", "-q"]
        );
        var folders = await ProgramRun.OfAsync(folder.Path, ["compare", "--format", "csv", "-q"]);
        // The table does not tell which seeds prompts share: its difference is the same, its interval another one.
        Assert.Equal(Difference(folders.Output), Difference(table.Output));

        var plan = await ProgramRun.OfAsync(folder.Path, ["plan", "--half-width", "1", "--effect", "2"]);
        Assert.True(plan.Code == 0, plan.Error);
        Assert.Contains(
            "3 prompts with 4 seeds, the same for both models",
            OneLine(plan.Output),
            StringComparison.Ordinal
        );
        Assert.Contains("The cheapest design is", OneLine(plan.Output), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_comparison_that_cannot_be_kept_is_shown_all_the_same()
    {
        for (var i = 0; i < 8; i++)
        {
            TestImage.Write(i, folder.At("images", i % 2 == 0 ? "a" : "b", $"prompt {i / 4}", $"{i / 2 % 2}.png"));
        }

        Directory.CreateDirectory(folder.At("semblance-run", "comparison.json"));
        var run = await ProgramRun.OfAsync(folder.Path, ["compare", "images", "--encoder", "builtin"]);
        Assert.True(run.Code == 0, run.Error);
        Assert.Contains("Verdict", run.Output, StringComparison.Ordinal);
        Assert.Contains(
            "a folder of that name is in the way. --format json -o FILE writes the same elsewhere.",
            run.Error,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_plan_from_stated_components_follows_the_formula()
    {
        var run = await ProgramRun.OfAsync(
            folder.Path,
            [
                "plan",
                "--prompt-variance",
                "4",
                "--zeta1",
                "1.5",
                "--zeta2",
                "20",
                "--prompts",
                "10",
                "--seeds",
                "5",
                "--format",
                "csv",
            ]
        );
        Assert.True(run.Code == 0, run.Error);
        var row = run.Output.Split('\n')[1].Split(',');
        // v(5) = (2 * 3 * 1.5 + 20) / 10 = 2.9; t(0.975, 9) = 2.2621571628.
        Assert.Equal(
            2.2621571627982 * Math.Sqrt((4 + 2.9) / 10),
            double.Parse(row[2], System.Globalization.CultureInfo.InvariantCulture),
            1e-9
        );
    }

    private void WriteTable()
    {
        var random = new Random(5);
        var rows = string.Concat(
            Enumerable
                .Range(0, 20)
                .SelectMany(prompt =>
                    "abc".Select(model =>
                        FormattableString.Invariant(
                            $"{model},\"prompt {prompt}, ünï, 狐\",{70 + model - 'a' + (5 * random.NextDouble())},20,clip\n"
                        )
                    )
                )
        );
        folder.Write("model,prompt,scs,seed_count,encoder\n" + rows, "t.csv");
    }

    private static string OneLine(string text) => text.Replace('\n', ' ');

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static double Number(JsonElement element, string field) => element.GetProperty(field).GetDouble();
}

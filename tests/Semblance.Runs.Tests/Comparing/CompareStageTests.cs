using System.Globalization;
using System.Text.Json;
using Semblance.Comparison;
using Semblance.Consistency;
using Semblance.Runs.Comparing;
using Semblance.Runs.Embedding;
using Semblance.Runs.Inputs;
using Semblance.Runs.Scoring;
using Semblance.Tensors;
using Semblance.Variance;

namespace Semblance.Runs.Tests.Comparing;

/// <summary>From a run folder to a comparison, with what its embeddings tell.</summary>
public sealed class CompareStageTests : IDisposable
{
    private readonly Workplace _place = new();

    public void Dispose() => _place.Dispose();

    [Fact]
    public async Task A_gate_that_was_stopped_decides_nothing()
    {
        await ScoreAsync(5);
        using CompareInput input = CompareInput.Read([_place.At("run")], null);
        Assert.Throws<OperationCanceledException>(() =>
            GateStage.Run(input, new MatchOptions(), "model0", "model1", new GateOptions(), new(canceled: true))
        );
    }

    [Fact]
    public async Task A_run_folder_gives_components_of_variance_and_a_floor()
    {
        (var report, _) = await ScoreAsync(5);
        using CompareInput input = CompareInput.Read([_place.At("run")], null);
        MatchedScores scores = MatchedScores.Of(ScoreMatching.Match(input.Scores), input);
        Assert.Empty(scores.Warnings);
        Assert.Equal(report.Floor, scores.Floor);
        for (var model = 0; model < 2; model++)
        {
            for (var prompt = 0; prompt < 3; prompt++)
            {
                var row = scores.Matrix.Rows[model][prompt];
                SetScore set = report.Sets.Single(set => set.Model == row.Model && set.Prompt == row.Prompt);
                Assert.Equal((set.Scs, 5, set.StandardError), (row.Scs, row.Seeds, row.StandardError));
                var expected = Kernel(input, row).Components()!;
                Assert.Equal(expected, row.Components);
            }
        }

        // Both models have the seeds 0 to 4, so the difference has components of its own.
        Assert.Equal(3, scores.Shared.Count);
        var shared = scores.Shared[1];
        var difference = Kernel(input, scores.Matrix.Rows[1][1]).Minus(Kernel(input, scores.Matrix.Rows[0][1]));
        Assert.Equal(("model0", "model1", "prompt 1", 5), (shared.First, shared.Second, shared.Prompt, shared.Seeds));
        Assert.Equal(difference.Components(), shared.Components);
    }

    [Fact]
    public async Task Scores_just_made_compare_as_the_kept_ones()
    {
        (var report, var images) = await ScoreAsync(4);
        using CompareInput kept = CompareInput.Read([_place.At("run")], null);
        using CompareInput made = CompareInput.Of(_place.Run(), report, images);
        Assert.Equal(Json(kept), Json(made));
    }

    /// <summary>Of five seeds one is another, and stands in between: four pairs of images are left to compare.</summary>
    [Fact]
    public async Task Seeds_that_are_partly_the_same_are_paired()
    {
        var rows = _place.Images(2, 3, 5);
        File.Move(_place.At("images/model1/prompt 0/1.png"), _place.At("images/model1/prompt 0/9.png"));
        rows = ((ImageInput)InputReader.Read([_place.At("images")])).Rows;
        await ScoreAsync(rows);
        using CompareInput input = CompareInput.Read([_place.At("run")], null);
        MatchedScores scores = MatchedScores.Of(ScoreMatching.Match(input.Scores), input);
        Assert.Equal([4, 5, 5], scores.Shared.Select(one => one.Seeds));
        PromptScore[] both = [scores.Matrix.Rows[0][0], scores.Matrix.Rows[1][0]];
        var first = Kernel(input, both[0]).Among([0, 2, 3, 4]);
        var second = Kernel(input, both[1]).Among([0, 1, 2, 3]);
        Assert.Equal(second.Minus(first).Components(), scores.Shared[0].Components);
        var result = CompareStage.Run(input, new MatchOptions(), new ComparisonOptions(), Token);
        Assert.Equal(new CommonSeeds(2, 1, 0, 0), result.Report.Pairs[0].Variance!.CommonSeeds);
        Assert.Equal(
            new CommonSeeds(2, 1, 0, 0),
            PlanStage.Run(input, new MatchOptions(), new PlanSubject(null, null, null)).CommonSeeds
        );
    }

    [Fact]
    public async Task Too_few_common_seeds_are_taken_for_independent()
    {
        var rows = _place.Images(2, 3, 4);
        File.Move(_place.At("images/model1/prompt 0/3.png"), _place.At("images/model1/prompt 0/9.png"));
        rows = ((ImageInput)InputReader.Read([_place.At("images")])).Rows;
        await ScoreAsync(rows);
        using CompareInput input = CompareInput.Read([_place.At("run")], null);
        var result = CompareStage.Run(input, new MatchOptions(), new ComparisonOptions(), Token);
        Assert.Equal(new CommonSeeds(2, 0, 1, 0), result.Report.Pairs[0].Variance!.CommonSeeds);
    }

    [Fact]
    public async Task Sets_of_one_image_are_listed_as_left_out()
    {
        var rows = _place.Images(2, 3, 4);
        rows = [.. rows.Where(row => row is not { Model: "model0", Prompt: "prompt 1" } || row.Seed == "0")];
        var report = await ScoreAsync(rows);
        using CompareInput made = CompareInput.Of(_place.Run(), report, new ImageInput(rows, PromptsAreRaw: false));
        using CompareInput kept = CompareInput.Read([_place.At("run")], null);
        foreach (var input in (CompareInput[])[made, kept])
        {
            Assert.Equal([("model0", "prompt 1")], input.Unscored);
            Assert.Contains(
                "fewer than two usable images:\n  model0: \"prompt 1\"",
                Assert.Throws<InputException>(() => input.Match(new MatchOptions())).Message,
                StringComparison.Ordinal
            );
            Assert.Contains(
                new LeftOutPrompt("model0", "prompt 1", LeftOutPrompt.Unscored),
                input.Match(new MatchOptions { AllowUnmatched = true }).LeftOut
            );
        }
    }

    [Fact]
    public void Sets_of_embeddings_that_are_wholly_bad_are_listed_as_left_out()
    {
        var sets = new Dictionary<string, float[]>()
        {
            ["one/cat"] = [1, 0, 0, 1],
            ["one/dog"] = [float.NaN, 0, 0, 0],
            ["one/fox"] = [1, 0, 1, 1],
            ["one/owl"] = [1, 0, 2, 1],
            ["two/cat"] = [1, 0, 3, 1],
            ["two/dog"] = [1, 0, 4, 1],
            ["two/fox"] = [float.NaN, 0, float.NaN, 1],
            ["two/owl"] = [1, 0, float.NaN, 1],
        };
        // A file whose set is known by its name alone.
        _place.File("vectors/one/ant.npy", "no array");
        SafeTensorsFile.Write(
            _place.At("vectors", "all.safetensors"),
            [.. sets.Select(set => new NamedTensor(set.Key, [2, 2], set.Value))]
        );
        EmbeddingInput vectors = (EmbeddingInput)InputReader.Read([_place.At("vectors")]);
        var report = ScoreStage.Run(vectors, new ScoreSettings { SkipBad = true });
        using CompareInput input = CompareInput.Of(report, vectors);
        var matrix = input.Match(new MatchOptions { AllowUnmatched = true });
        Assert.Equal(["cat"], matrix.Prompts);
        Assert.Equal(
            [("one", "ant"), ("one", "dog"), ("two", "fox"), ("two", "owl")],
            matrix
                .LeftOut.Where(one => one.Reason == LeftOutPrompt.Unscored)
                .Select(one => (one.Model, one.Prompt))
                .Order()
        );
    }

    [Fact]
    public async Task Embeddings_that_are_gone_or_no_longer_fit_are_left_out_and_said_so()
    {
        await ScoreAsync(4);
        // One more image of a set came into the run since it was scored.
        _place.File("images/model1/prompt 0/4.png", "a late one");
        using (var late = await EmbedAsync(((ImageInput)InputReader.Read([_place.At("images")])).Rows))
        {
            Assert.Equal(1, late.Embedded);
        }

        using (CompareInput input = CompareInput.Read([_place.At("run")], null))
        {
            var result = CompareStage.Run(input, new MatchOptions(), new ComparisonOptions(), Token);
            Assert.Null(result.Floor);
            Assert.Null(result.Report.Pairs[0].Variance);
            Assert.Contains(result.Warnings, warning => warning.Contains("1 of 6 sets", StringComparison.Ordinal));
        }

        Directory.Delete(_place.At("run", "embeddings"), recursive: true);
        using CompareInput bare = CompareInput.Read([_place.At("run")], null);
        var without = CompareStage.Run(bare, new MatchOptions(), new ComparisonOptions(), Token);
        Assert.Null(without.Floor);
        Assert.Equal("fake", without.EncoderName);
        Assert.Contains(
            without.Warnings,
            warning => warning.Contains("6 of 6 sets are gone", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task A_damaged_chunk_is_not_said_to_be_embedded_again_by_who_only_compares()
    {
        await ScoreAsync(4);
        foreach (
            var chunk in Directory.EnumerateFiles(_place.At("run", "embeddings"), "*", SearchOption.AllDirectories)
        )
        {
            File.WriteAllText(chunk, "garbage");
        }

        List<string> said = [];
        using CompareInput input = CompareInput.Read([_place.At("run")], null, said.Add);
        CompareStage.Run(input, new MatchOptions(), new ComparisonOptions(), Token);
        Assert.EndsWith(
            "The chunk is ignored, and scoring embeds again what no other chunk holds; delete the file to end this warning.",
            said[0],
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_table_named_twice_and_two_tables_of_one_model_are_told_apart()
    {
        _place.File("t.csv", "model,prompt,scs\nm,fox,80\nm,cat,81\nn,fox,70\nn,cat,71\n");
        File.Copy(_place.At("t.csv"), _place.At("u.csv"));
        Assert.Contains(
            "is named twice",
            Assert
                .Throws<UsageException>(() => CompareInput.Read([_place.At("t.csv"), _place.At(".", "t.csv")], null))
                .Message,
            StringComparison.Ordinal
        );
        var lines = Assert
            .Throws<InputException>(() => CompareInput.Read([_place.At("t.csv"), _place.At("u.csv")], null))
            .Message.Split('\n');
        Assert.Equal(3, lines.Length);
        Assert.StartsWith("  model 'm', 2 prompts: the first is \"fox\", ", lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_json_is_the_same_for_every_number_of_threads_and_in_every_culture()
    {
        await ScoreAsync(4);
        var before = CultureInfo.CurrentCulture;
        HashSet<string> texts = [];
        foreach (var point in (string[])[".", ","])
        {
            CultureInfo culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
            culture.NumberFormat.NumberDecimalSeparator = point;
            culture.NumberFormat.NegativeSign = point == "," ? "\u2212" : "-";
            CultureInfo.CurrentCulture = culture;
            try
            {
                foreach (var threads in (int[])[1, 2, 5])
                {
                    using CompareInput input = CompareInput.Read([_place.At("run")], null);
                    texts.Add(Json(input, threads));
                }
            }
            finally
            {
                CultureInfo.CurrentCulture = before;
            }
        }

        Assert.Single(texts);
    }

    [Fact]
    public async Task The_json_has_the_documented_fields()
    {
        await ScoreAsync(4);
        using CompareInput input = CompareInput.Read([_place.At("run")], null);
        var result = CompareStage.Run(input, new MatchOptions(), new ComparisonOptions { Paper = true }, Token);
        CompareStage.Keep(_place.Run(), result);
        using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(_place.At("run", "comparison.json")));
        var root = json.RootElement;
        Assert.Equal(
            "schema verdict warnings settings encoder_name encoder floor prompts matched_by_key left_out models pairs several paper per_prompt seed_design clusters human encoders",
            Names(root)
        );
        Assert.Equal("mode level resamples seed against", Names(root.GetProperty("settings")));
        Assert.Equal("paper", root.GetProperty("settings").GetProperty("mode").GetString());
        Assert.Equal(
            "name source revision weights_sha256 preprocessing precision dimension runtime",
            Names(root.GetProperty("encoder"))
        );
        Assert.Equal("score prompt_pairs image_pairs", Names(root.GetProperty("floor")));
        var model = root.GetProperty("models")[0];
        Assert.Equal(
            "model mean median sd calibrated average_rank variance error floor calibrated_own simultaneous rank",
            Names(model)
        );
        Assert.Equal("value low high level method", Names(model.GetProperty("mean")));
        Assert.Equal(
            result.Floor!.Calibrate(result.Report.Models[0].Mean.Value),
            model.GetProperty("calibrated").GetDouble()
        );
        Assert.Equal("prompt scores", Names(root.GetProperty("per_prompt")[0]));
        Assert.Equal(
            result.Matrix.Rows[1][2].Scs,
            root.GetProperty("per_prompt")[2].GetProperty("scores")[1].GetDouble()
        );
    }

    [Fact]
    public async Task What_cannot_be_kept_is_said_without_temporary_names()
    {
        await ScoreAsync(4);
        using CompareInput input = CompareInput.Read([_place.At("run")], null);
        var result = CompareStage.Run(input, new MatchOptions(), new ComparisonOptions(), Token);
        var path = _place.At("run", CompareStage.FileName);
        Directory.CreateDirectory(path);
        var message = Assert.Throws<ResourceException>(() => CompareStage.Keep(_place.Run(), result)).Message;
        Assert.Equal($"{path} cannot be written: a folder of that name is in the way.", message);
    }

    [Fact]
    public async Task The_table_of_a_run_folder_says_that_the_folder_knows_more()
    {
        using var encoder = new FakeEncoder();
        using var embedded = await EmbedStage.RunAsync(
            _place.Run(),
            encoder,
            new ImageInput(_place.Images(2, 4, 4), PromptsAreRaw: false),
            new EmbedOptions(),
            TestContext.Current.CancellationToken
        );
        ScoreStage.Keep(_place.Run(), ScoreStage.Run(embedded));
        var table = _place.At("run", "scores.csv");
        using var input = CompareInput.Read([table], null);
        var said = $"compare the run folder {_place.At("run")} itself";
        var result = Compare(input);
        Assert.Contains(result.Warnings, warning => warning.Contains(said, StringComparison.Ordinal));
        using var run = CompareInput.Read([_place.At("run")], null);
        var whole = Compare(run);
        Assert.DoesNotContain(whole.Warnings, warning => warning.Contains(said, StringComparison.Ordinal));
        Assert.Equal(Variance.SeedDesign.Crossed, whole.Report.SeedDesign);

        // Elsewhere the table is one like others.
        File.Copy(table, _place.At("scores.csv"));
        using var copy = CompareInput.Read([_place.At("scores.csv")], null);
        Assert.DoesNotContain(Compare(copy).Warnings, warning => warning.Contains("itself", StringComparison.Ordinal));

        static CompareResult Compare(CompareInput input) =>
            CompareStage.Run(input, new MatchOptions(), new ComparisonOptions(), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_pilot_plans_for_a_model_or_for_a_difference()
    {
        await ScoreAsync(5);
        using CompareInput input = CompareInput.Read([_place.At("run")], null);
        var difference = PlanStage.Run(
            input,
            new MatchOptions(),
            new PlanSubject(null, null, null),
            new Threads(0, Token)
        );
        Assert.Equal(
            (2, 3, 5, true),
            (difference.Models, difference.PilotPrompts, difference.PilotSeeds, difference.CommonSeeds!.Everywhere())
        );
        var alone = PlanStage.Run(input, new MatchOptions(), new PlanSubject("model1", null, null));
        Assert.Equal((1, 3, 5), (alone.Models, alone.PilotPrompts, alone.PilotSeeds));
        Assert.Equal(
            PairComponents.Mean([
                .. input.Scores.Where(row => row.Model == "model1").Select(row => Kernel(input, row).Components()!),
            ]),
            alone.Seeds
        );
        Assert.Throws<UsageException>(() =>
            PlanStage.Run(input, new MatchOptions(), new PlanSubject(null, "model0", null))
        );
        Assert.Contains(
            "'model1'",
            Assert
                .Throws<UsageException>(() =>
                    PlanStage.Run(input, new MatchOptions(), new PlanSubject("modl1", null, null))
                )
                .Message,
            StringComparison.Ordinal
        );
    }

    private static string Json(CompareInput input, int threads = 0) =>
        ComparisonJson.Of(
            CompareStage.Run(input, new MatchOptions(), new ComparisonOptions { Threads = threads }, Token)
        );

    private static string Names(JsonElement element) =>
        string.Join(' ', element.EnumerateObject().Select(property => property.Name));

    private static PairKernel Kernel(CompareInput input, PromptScore row)
    {
        var set = input.Vectors(row)!;
        var values = new float[set.Images * set.Dimension];
        set.Read(values);
        return PairKernel.OfEmbeddings(values, set.Dimension);
    }

    private async Task<(ScoreReport Report, ImageInput Images)> ScoreAsync(int seeds)
    {
        var rows = _place.Images(2, 3, seeds);
        return (await ScoreAsync(rows), new ImageInput(rows, PromptsAreRaw: false));
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private async Task<ScoreReport> ScoreAsync(IReadOnlyList<ImageRow> rows)
    {
        using var embedded = await EmbedAsync(rows);
        var report = ScoreStage.Run(embedded, new ScoreSettings());
        ScoreStage.Keep(_place.Run(), report);
        return report;
    }

    private async Task<EmbedResult> EmbedAsync(IReadOnlyList<ImageRow> rows)
    {
        using var encoder = new FakeEncoder();
        return await EmbedStage.RunAsync(
            _place.Run(),
            encoder,
            new ImageInput(rows, PromptsAreRaw: false),
            new EmbedOptions(),
            TestContext.Current.CancellationToken
        );
    }
}

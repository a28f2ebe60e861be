using System.Globalization;
using System.Text.Json;
using Semblance.Consistency;
using Semblance.Prompts;
using Semblance.Runs.Comparing;
using Semblance.Runs.Embedding;
using Semblance.Runs.Folder;
using Semblance.Runs.Formats;
using Semblance.Runs.Inputs;
using Semblance.Runs.Scoring;

namespace Semblance.Runs.Tests.Scoring;

public sealed class ScoreStageTests : IDisposable
{
    private readonly Workplace _place = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _place.Dispose();

    [Fact]
    public void Embeddings_score_as_worked_by_hand()
    {
        // Cosines of the rows: 0.6, -1 and -0.6; clamped 60, 0, 0.
        var input = new EmbeddingInput(
            [new EmbeddingSet("m", "A cat!", null, new float[] { 2, 0, 3, 4, -1, 0 }, 2)],
            "mine.npy",
            PromptsAreRaw: true
        );
        var report = ScoreStage.Run(input, new ScoreSettings());
        var set = Assert.Single(report.Sets);
        Assert.Equal(20, set.Scs, 1e-5);
        Assert.Equal(-100.0 / 3, set.Unclamped, 1e-5);
        Assert.Equal(
            ("m", "A cat!", "a cat", 3, 2L),
            (set.Model, set.Prompt, set.PromptKey, set.Images, set.NegativePairs)
        );
        // Rows 0 and 1 tie at a mean of 30.
        Assert.Equal(("0", "2"), (set.Medoid, set.Outlier));
        Assert.Equal(("", "embeddings", 2), (report.Encoder.Name, report.Encoder.Source, report.Encoder.Dimension));
        Assert.Null(set.PerImage);
        Assert.Null(set.NearDuplicates);
        var model = Assert.Single(report.Models);
        Assert.Equal((1, set.Scs, null, null), (model.Prompts, model.MeanScs, model.SdScs, model.Ci95));
    }

    [Fact]
    public void Prompts_of_one_cluster_go_together_in_the_interval()
    {
        EmbeddingSet Set(string model, string prompt, float turn) =>
            new(model, prompt, null, new float[] { 1, 0, 1, turn, 1, 2 * turn }, 2);
        var input = new EmbeddingInput(
            [
                Set("m", "a fox 1", 0.1f),
                Set("m", "a fox 2", 0.2f),
                Set("m", "a cat 1", 0.6f),
                Set("m", "a cat 2", 0.7f),
                Set("one", "a fox 1", 0.1f),
            ],
            "x",
            PromptsAreRaw: true
        );
        var plain = ScoreStage.Run(input).Models[0];
        var report = ScoreStage.Run(input, new ScoreSettings { Clusters = PromptClusters.ByFirstWords(2) });
        Assert.Equal(2, report.Models[0].Error!.Clusters);
        Assert.True(report.Models[0].Ci95![0] < plain.Ci95![0] - 1);

        // One prompt has no interval, and one cluster no error.
        Assert.Null(report.Models[1].Error);
        var fault = Assert.Throws<InputException>(() =>
            ScoreStage.Run(input, new ScoreSettings { Clusters = PromptClusters.ByFirstWords(1) })
        );
        Assert.Contains("of one cluster", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Images_score_as_their_vectors_do()
    {
        var rows = _place.Images(2, 3, 4);
        using var encoder = new FakeEncoder();
        using var embedded = await Embed(encoder, rows);
        var report = ScoreStage.Run(embedded, new ScoreSettings());
        Assert.Equal(6, report.Sets.Count);
        Assert.Equal(["model0", "model1"], report.Models.Select(model => model.Model));
        Assert.Equal([3, 3], report.Models.Select(model => model.Prompts));
        foreach (var set in report.Sets)
        {
            int[] members =
            [
                .. Enumerable
                    .Range(0, rows.Count)
                    .Where(i => (rows[i].Model, rows[i].Prompt) == (set.Model, set.Prompt)),
            ];
            var vectors = new float[members.Length * 8];
            for (var i = 0; i < members.Length; i++)
            {
                embedded.Read([members[i]], vectors.AsSpan(i * 8, 8));
            }

            var expected = ConsistencyScore.Of(vectors, 8);
            Assert.Equal(expected.Scs, set.Scs);
            Assert.Equal(expected.StandardError, set.StandardError);
            Assert.Equal(rows[members[expected.Medoid]].Path, set.Medoid);
            Assert.Equal(rows[members[expected.Outlier]].Path, set.Outlier);
        }
    }

    [Fact]
    public async Task The_floor_is_over_images_of_different_prompts_of_each_model()
    {
        var rows = _place.Images(2, 3, 4);
        using var encoder = new FakeEncoder();
        using var embedded = await Embed(encoder, rows);
        var report = ScoreStage.Run(embedded, new ScoreSettings());
        double[] Vector(int row)
        {
            var vector = new float[8];
            embedded.Read([row], vector);
            var norm = Math.Sqrt(vector.Sum(x => (double)x * x));
            return Array.ConvertAll(vector, x => x / norm);
        }

        // All prompts have four images, so the mean over pairs of images is that over pairs of prompts.
        double[] models =
        [
            .. rows.Select(row => row.Model)
                .Distinct()
                .Select(model =>
                    (
                        from i in Enumerable.Range(0, rows.Count)
                        from j in Enumerable.Range(0, i)
                        where rows[i].Model == model && rows[j].Model == model && rows[i].Prompt != rows[j].Prompt
                        select Math.Max(0, 100 * Vector(i).Zip(Vector(j), (x, y) => x * y).Sum())
                    ).Average()
                ),
        ];
        var floor = models.Average();
        Assert.Equal(floor, report.Floor!.Score, 1e-9);
        floor = report.Floor.Score;
        Assert.Equal((2 * 3, 2 * 3 * 16), (report.Floor.PromptPairs, report.Floor.ImagePairs));
        Assert.All(
            report.Sets,
            set => Assert.Equal(100 * (set.Scs - floor) / (100 - floor), set.Calibrated!.Value, 1e-9)
        );
        Assert.All(
            report.Models,
            model => Assert.Equal(100 * (model.MeanScs - floor) / (100 - floor), model.Calibrated!.Value, 1e-9)
        );

        var vectors = new EmbeddingInput(
            [new("m", "p", null, new float[] { 1, 0, 1, 0 }, 2), new("m", "q", null, new float[] { 0, 1, 1, 0 }, 2)],
            "x.npy",
            PromptsAreRaw: true
        );
        Assert.Equal(50, ScoreStage.Run(vectors, new ScoreSettings()).Floor!.Score, 1e-9);
    }

    [Fact]
    public void Scoring_ends_when_asked_to()
    {
        var vectors = new EmbeddingInput(
            [new("m", "p", null, new float[] { 1, 0, 1, 0 }, 2), new("m", "q", null, new float[] { 0, 1, 1, 0 }, 2)],
            "x.npy",
            PromptsAreRaw: true
        );
        var settings = new ScoreSettings(Threads: new Threads(1, new CancellationToken(canceled: true)));
        Assert.Throws<OperationCanceledException>(() => ScoreStage.Run(vectors, settings));
    }

    [Fact]
    public async Task A_set_of_one_is_left_out_and_said_so()
    {
        List<ImageRow> rows = [.. _place.Images(1, 1, 3), new("model0", "alone", "1", _place.File("x/1.png", "one"))];
        using var encoder = new FakeEncoder();
        using var embedded = await Embed(encoder, rows);
        var report = ScoreStage.Run(embedded, new ScoreSettings());
        Assert.Equal("prompt 0", Assert.Single(report.Sets).Prompt);
        var skipped = Assert.Single(report.Skipped);
        Assert.Equal(rows[3].Path, skipped.Path);
        Assert.Contains("\"alone\"", skipped.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_set_of_two_there_is_nothing_to_score()
    {
        List<ImageRow> rows =
        [
            new("m", "p", "1", _place.File("x/1.png", "one")),
            new("m", "p", "2", _place.File("x/2.png", "BAD")),
        ];
        using var encoder = new FakeEncoder();
        using var embedded = await Embed(encoder, rows, skipBad: true);
        var error = Assert.Throws<InputException>(() => ScoreStage.Run(embedded, new ScoreSettings()));
        Assert.StartsWith("No set is left to score", error.Message, StringComparison.Ordinal);
        Assert.Contains("2.png: this is no image", error.Message, StringComparison.Ordinal);
        Assert.Contains("1.png: the only usable image", error.Message, StringComparison.Ordinal);
        var single = new EmbeddingInput(
            [new EmbeddingSet("m", "p", null, new float[] { 1, 0 }, 2)],
            "x.npy",
            PromptsAreRaw: false
        );
        Assert.Throws<InputException>(() => ScoreStage.Run(single, new ScoreSettings()));
    }

    [Fact]
    public async Task Bad_files_that_were_skipped_are_in_the_report()
    {
        List<ImageRow> rows =
        [
            .. _place.Images(1, 1, 3),
            new("model0", "prompt 0", "9", _place.File("x/9.png", "BAD")),
        ];
        using var encoder = new FakeEncoder();
        using var embedded = await Embed(encoder, rows, skipBad: true);
        var report = ScoreStage.Run(embedded, new ScoreSettings());
        Assert.Equal(new SkippedFile(rows[3].Path, "this is no image"), Assert.Single(report.Skipped));
        Assert.Equal(3, report.Sets[0].Images);
    }

    [Fact]
    public void Bad_embeddings_are_all_listed_or_left_out_and_the_rest_is_scored()
    {
        SkippedFile[] bad = [new("b.npy, row 1 of the set \"b\"", "is all zero"), new("c.npy", "is truncated")];
        var empty = new SkippedFile("d", "holds no embeddings");
        var input = new EmbeddingInput(
            [new EmbeddingSet("m", "a", null, new float[] { 1, 0, 3, 4 }, 2)],
            "mix",
            PromptsAreRaw: false
        )
        {
            Bad = bad,
            Empty = [empty],
        };
        var error = Assert.Throws<InputException>(() => ScoreStage.Run(input, new ScoreSettings()));
        Assert.Equal(
            """
            2 files, folders or vectors cannot be used:
              b.npy, row 1 of the set "b": is all zero
              c.npy: is truncated
            Fix or remove these.
            """,
            error.Message
        );
        var report = ScoreStage.Run(input, new ScoreSettings { SkipBad = true });
        Assert.Equal(60, Assert.Single(report.Sets).Scs, 1e-5);
        Assert.Equal([.. bad, empty], report.Skipped);
        var nothing = input with { Sets = [] };
        error = Assert.Throws<InputException>(() => ScoreStage.Run(nothing, new ScoreSettings { SkipBad = true }));
        Assert.StartsWith("No set is left to score", error.Message, StringComparison.Ordinal);
        Assert.Contains("c.npy: is truncated", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_reader_left_out_is_told_with_the_bad_files()
    {
        IReadOnlyList<ImageRow> rows =
        [
            .. _place.Images(1, 1, 2),
            new("model0", "prompt 0", "9", _place.File("x/9.png", "BAD")),
        ];
        var input = new ImageInput(rows, PromptsAreRaw: false)
        {
            Bad = [new("x/locked", "cannot be read")],
            Empty = [new("x/empty", "holds no images")],
        };
        using var encoder = new FakeEncoder();
        var error = await Assert.ThrowsAsync<InputException>(() =>
            EmbedStage.RunAsync(_place.Run(), encoder, input, new EmbedOptions(), Token)
        );
        Assert.Equal(
            [
                "2 files, folders or rows cannot be used:",
                "  x/locked: cannot be read",
                $"  {rows[2].Path}: this is no image",
                "The other images are embedded and kept. Fix or remove these.",
            ],
            error.Message.Split('\n')
        );
        using var result = await EmbedStage.RunAsync(
            _place.Run(),
            encoder,
            input,
            new EmbedOptions(SkipBad: true),
            Token
        );
        Assert.Equal(["x/locked", rows[2].Path, "x/empty"], result.Skipped.Select(file => file.Path));
        Assert.Equal(3, ScoreStage.Run(result, new ScoreSettings()).Skipped.Count);
    }

    [Fact]
    public async Task Low_norms_flag_their_set()
    {
        List<ImageRow> rows =
        [
            .. _place.Images(1, 1, 3),
            new("model0", "flat", "1", _place.File("x/1.png", "FLAT")),
            new("model0", "flat", "2", _place.File("x/2.png", "other")),
        ];
        using var encoder = new FakeEncoder() { LowNorm = 1 };
        using var embedded = await Embed(encoder, rows);
        var report = ScoreStage.Run(embedded, new ScoreSettings());
        Assert.Equal(["low_norm"], report.Sets.Single(set => set.Prompt == "flat").Flags);
        Assert.Empty(report.Sets.Single(set => set.Prompt != "flat").Flags);
    }

    [Fact]
    public void Explaining_names_outliers_and_near_duplicates()
    {
        float[] vectors = [.. Enumerable.Range(0, 9).SelectMany(i => (float[])[1, 0.02f * i, 0])];
        vectors = [.. vectors, 1, 0.02f * 4, 0, 0, 0, 1];
        string[] names = [.. Enumerable.Range(0, 11).Select(i => $"{i}.png")];
        var input = new EmbeddingInput([new EmbeddingSet("m", "p", names, vectors, 3)], "x", PromptsAreRaw: false);
        var set = Assert.Single(ScoreStage.Run(input, new ScoreSettings(Explain: true)).Sets);
        Assert.Equal(names, set.PerImage!.Select(image => image.Image));
        Assert.Equal("10.png", Assert.Single(set.PerImage!, image => image.IsOutlier).Image);
        Assert.Equal("10.png", set.Outlier);
        Assert.Contains(set.NearDuplicates!, pair => pair is { First: "4.png", Second: "9.png", Similarity: > 99.999 });
        Assert.DoesNotContain(set.NearDuplicates!, pair => pair.Second == "10.png");
        Assert.Equal(names[..10], Assert.Single(set.NearDuplicateGroups!).Images);
    }

    [Fact]
    public async Task Alignment_is_the_mean_cosine_with_the_prompt()
    {
        // One image's content is the prompt itself, so its cosine is 1.
        List<ImageRow> rows =
        [
            new("m", "a red cat", "1", _place.File("x/1.png", "a red cat")),
            new("m", "a red cat", "2", _place.File("x/2.png", "quite another thing")),
        ];
        using var encoder = new FakeEncoder() { HasText = true };
        using var embedded = await Embed(encoder, rows);
        var set = Assert.Single(ScoreStage.Run(embedded, new ScoreSettings(Alignment: true), encoder).Sets);
        Assert.Equal((100 + set.Unclamped) / 2, set.Alignment!.Value, 1e-4);
        Assert.Null(ScoreStage.Run(embedded, new ScoreSettings(), encoder).Sets[0].Alignment);
    }

    [Fact]
    public async Task Prompts_that_the_text_encoder_cuts_are_flagged_and_counted_with_an_example()
    {
        using var encoder = new FakeEncoder() { HasText = true, MostTokens = 10 };
        var report = await AlignedAsync(encoder, "a fox", "a red fox in the snow", "a red fox in the rain");
        Assert.Equal(["", "prompt_cut", "prompt_cut"], report.Sets.Select(set => string.Join(' ', set.Flags)));
        Assert.Equal(
            [
                "2 of 3 prompts are longer than the 10 tokens that fake reads, so the similarity with the text is with its beginning only [prompt_cut]; of \"a red fox in the rain\" it does not read \"in the rain\"",
                "the prompts \"a red fox in the rain\" and \"a red fox in the snow\" are the same tokens to fake, which compares their images with one text",
            ],
            PromptWarnings.Of(report, encoder)
        );
        // Where no text was encoded nothing was cut.
        Assert.Empty(
            PromptWarnings.Of(report with { Sets = [.. report.Sets.Select(set => set with { Flags = [] })] }, null)
        );
        using var silent = new FakeEncoder() { HasText = true };
        Assert.Empty(PromptWarnings.Of(await AlignedAsync(silent, "a fox", "a red fox in the snow"), silent));
    }

    [Fact]
    public async Task Prompts_of_one_key_are_named_for_each_model()
    {
        using var encoder = new FakeEncoder() { HasText = true, MostTokens = 77 };
        var report = await AlignedAsync(encoder, "A fox", "a fox!", "a hare", "A  Fox", "a HARE");
        Assert.Equal(
            "the prompts \"A  Fox\" and \"A fox\" (and 3 more such) differ in letter case, spaces or punctuation only, and are scored as 5 prompts; a model that does not tell them apart makes the same images of the same seeds",
            Assert.Single(PromptWarnings.Of(report, encoder))
        );
        // Two models with one prompt each are not one.
        var two = report with
        {
            Sets = [.. report.Sets.Take(2).Select((set, i) => set with { Model = $"m{i}" })],
        };
        Assert.Empty(PromptWarnings.Of(two, null));
    }

    /// <summary>Two images for each prompt, compared with its text.</summary>
    private async Task<ScoreReport> AlignedAsync(FakeEncoder encoder, params string[] prompts)
    {
        ImageRow[] rows =
        [
            .. prompts.SelectMany(
                (prompt, i) =>
                    Enumerable
                        .Range(0, 2)
                        .Select(seed => new ImageRow(
                            "m",
                            prompt,
                            $"{seed}",
                            _place.File($"{i}/{seed}.png", $"image {i} {seed}")
                        ))
            ),
        ];
        using var embedded = await Embed(encoder, [.. rows]);
        return ScoreStage.Run(embedded, new ScoreSettings(Alignment: true), encoder);
    }

    [Fact]
    public void Alignment_without_text_tower_or_raw_prompts_is_refused()
    {
        using var blind = new FakeEncoder();
        using var reading = new FakeEncoder() { HasText = true };
        var named = new ImageInput(_place.Images(1, 1, 2), PromptsAreRaw: false);
        Assert.Contains(
            "fake has none",
            Assert.Throws<UsageException>(() => PromptAlignment.Check(named, blind)).Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "a file with one prompt per line",
            Assert.Throws<InputException>(() => PromptAlignment.Check(named, reading)).Message,
            StringComparison.Ordinal
        );
        PromptAlignment.Check(named with { PromptsAreRaw = true }, reading);
        var vectors = new EmbeddingInput(
            [new EmbeddingSet("m", "p", null, new float[] { 1, 0, 0, 1 }, 2)],
            "x",
            PromptsAreRaw: true
        );
        Assert.Throws<UsageException>(() => ScoreStage.Run(vectors, new ScoreSettings(Alignment: true)));
    }

    [Fact]
    public void Json_has_the_fields_of_the_schema_in_their_order()
    {
        var report = Sample();
        using JsonDocument json = JsonDocument.Parse(ScoreJson.Of(report));
        var root = json.RootElement;
        Assert.Equal(
            "schema encoder sets models floor floor_prompt_pairs floor_image_pairs skipped seed_design others",
            Names(root)
        );
        Assert.Equal("semblance.scores/1", root.GetProperty("schema").GetString());
        Assert.Equal(
            "name source revision weights_sha256 preprocessing precision dimension runtime",
            Names(root.GetProperty("encoder"))
        );
        var set = root.GetProperty("sets")[0];
        Assert.Equal(
            "model prompt prompt_key images scs unclamped standard_error min_pair max_pair medoid outlier negative_pairs alignment calibrated per_image near_duplicates near_duplicate_groups flags calibrated_own",
            Names(set)
        );
        Assert.Equal(
            "model prompts mean_scs median_scs sd_scs ci95 calibrated error floor calibrated_own near_floor",
            Names(root.GetProperty("models")[0])
        );
        Assert.Equal("path reason", Names(root.GetProperty("skipped")[0]));
        Assert.Equal("image mean_similarity is_outlier", Names(set.GetProperty("per_image")[0]));
        Assert.Equal("first second similarity", Names(set.GetProperty("near_duplicates")[0]));
        Assert.Equal("images similarity", Names(set.GetProperty("near_duplicate_groups")[0]));
        Assert.Equal(81.234567890123406, set.GetProperty("scs").GetDouble());
        Assert.Equal("a \"cat\", sitting\n🐈 <é>", set.GetProperty("prompt").GetString());
        Assert.Equal(JsonValueKind.Null, set.GetProperty("standard_error").ValueKind);
        Assert.Equal(JsonValueKind.Null, root.GetProperty("floor").ValueKind);
        Assert.Equal(JsonValueKind.Null, root.GetProperty("sets")[1].GetProperty("per_image").ValueKind);
        Assert.Equal(["low_norm"], set.GetProperty("flags").EnumerateArray().Select(flag => flag.GetString()!));
        Assert.EndsWith("}\n", ScoreJson.Of(report), StringComparison.Ordinal);
    }

    [Fact]
    public void Csv_has_one_line_per_set_and_reads_back()
    {
        using var text = new StringReader(ScoreCsv.Of(Sample()));
        string[][] lines = [.. SeparatedText.Read(text, ',').Select(line => line.Cells)];
        Assert.Equal(3, lines.Length);
        var scs = Array.IndexOf(lines[0], "scs");
        Assert.Equal(81.234567890123406, double.Parse(lines[1][scs], CultureInfo.InvariantCulture));
        Assert.Equal("a \"cat\", sitting\n🐈 <é>", lines[1][Array.IndexOf(lines[0], "prompt")]);
        Assert.Equal("", lines[1][Array.IndexOf(lines[0], "standard_error")]);
        Assert.Equal("test", lines[2][Array.IndexOf(lines[0], "encoder")]);
    }

    [Fact]
    public async Task Parquet_has_the_columns_of_the_csv()
    {
        var report = Sample();
        using var stream = new MemoryStream();
        StoredScores.Parquet(StoredScores.Lines(report)).Write(stream);
        File.WriteAllBytes(_place.At("scores.parquet"), stream.ToArray());
        var lines = StoredScores.Read(_place.Run("."));
        Assert.Equal(ScoreCsv.Of(report), StoredScores.Csv(lines));
    }

    [Fact]
    public void Kept_scores_of_other_encoders_and_models_stay()
    {
        var run = _place.Run();
        var report = Sample();
        ScoreStage.Keep(run, report);
        ScoreStage.Keep(run, report with { Encoder = report.Encoder with { WeightsSha256 = "other" } });
        ScoreStage.Keep(run, report with { Sets = [report.Sets[1] with { Model = "n" }] });
        Assert.Equal(1, ScoreStage.Keep(run, report with { Sets = [report.Sets[1] with { Scs = 12.5 }] }));
        var lines = StoredScores.Read(run);
        var again = lines.Single(line => line.Set.Model == "n").EncoderKey;
        var other = lines.First(line => line.EncoderKey != again).EncoderKey;
        Assert.Equal(2, lines.Count(line => line.EncoderKey == other));
        Assert.Equal(
            [("m", report.Sets[0].Scs), ("m", 12.5), ("n", report.Sets[1].Scs)],
            lines.Where(line => line.EncoderKey != other).Select(line => (line.Set.Model, line.Set.Scs))
        );
        Assert.Equal(StoredScores.Csv(lines), File.ReadAllText(_place.At("run", "scores.csv")));
    }

    [Fact]
    public async Task A_part_of_a_model_scored_again_leaves_its_other_prompts()
    {
        var rows = _place.Images(1, 3, 3);
        await KeepAsync(rows);
        Assert.Equal(2, await KeepAsync([.. rows.Where(row => row.Prompt == "prompt 1")]));
        Assert.Equal(["prompt 0", "prompt 1", "prompt 2"], KeptPrompts());
        // The same images under their raw prompts: lines under the names of their folders would be a second copy.
        Assert.Equal(1, await KeepAsync([.. rows.Where(row => row.Prompt != "prompt 0").Select(Raw)]));
        Assert.Equal(["Prompt 1!", "Prompt 2!", "prompt 0"], KeptPrompts());

        static ImageRow Raw(ImageRow row) => row with { Prompt = $"P{row.Prompt[1..]}!" };
    }

    [Fact]
    public async Task A_damaged_table_of_scores_is_read_from_its_copy_or_written_anew()
    {
        var rows = _place.Images(1, 3, 3);
        await KeepAsync(rows);
        Damage("scores.parquet");
        var lines = StoredScores.Read(_place.Run());
        Assert.Equal(File.ReadAllText(_place.At("run", "scores.csv")), StoredScores.Csv(lines));
        Assert.Contains("scores.csv", Assert.Single(_place.Warnings), StringComparison.Ordinal);
        Assert.Equal(2, await KeepAsync([.. rows.Take(3)]));
        Assert.Equal(["prompt 0", "prompt 1", "prompt 2"], KeptPrompts());

        Damage("scores.parquet");
        File.WriteAllText(_place.At("run", "scores.csv"), "model,prompt\nmodel0,prompt 0\n");
        var message = Assert.Throws<InputException>(() => CompareInput.Read([_place.At("run")], null)).Message;
        Assert.Contains(
            "score the folder of the images (not this one) into this run folder",
            message,
            StringComparison.Ordinal
        );
        Assert.Equal(0, await KeepAsync([.. rows.Take(3)]));
        Assert.Contains("written again", _place.Warnings[^1], StringComparison.Ordinal);
        Assert.Equal(["prompt 0"], KeptPrompts());
    }

    [Fact]
    public async Task A_damaged_table_of_images_is_written_anew()
    {
        var rows = _place.Images(1, 2, 3);
        await KeepAsync(rows);
        Damage("images.parquet");
        Assert.Contains(
            "score the folder of the images (not this one) into this run folder",
            Assert.Throws<InputException>(() => InputReader.Read([_place.At("run")])).Message,
            StringComparison.Ordinal
        );
        await KeepAsync(rows);
        Assert.Contains("images.parquet was damaged", Assert.Single(_place.Warnings), StringComparison.Ordinal);
        Assert.Equal(6, ((ImageInput)InputReader.Read([_place.At("run")])).Rows.Count);
    }

    [Fact]
    public async Task Without_a_table_of_images_a_prompt_in_another_spelling_is_not_kept_as_a_second_one()
    {
        var rows = _place.Images(1, 2, 3);
        await KeepAsync(rows);
        Damage("images.parquet");
        Assert.Equal(1, await KeepAsync([.. rows.Take(3).Select(row => row with { Prompt = "Prompt 0!" })]));
        Assert.Equal(["Prompt 0!", "prompt 1"], KeptPrompts());
    }

    [Theory]
    [InlineData("{")]
    [InlineData("")]
    [InlineData("{\"schema\": \"semblance.run/1\"}")]
    public async Task A_damaged_manifest_is_said_to_be_that(string text)
    {
        await KeepAsync(_place.Images(1, 2, 3));
        File.WriteAllText(_place.At("run", "run.json"), text);
        Assert.True(CompareInput.IsScored(_place.At("run")));
        foreach (
            var read in (Action[])
                [() => CompareInput.Read([_place.At("run")], null), () => InputReader.Read([_place.At("run")])]
        )
        {
            var message = Assert.Throws<InputException>(read).Message;
            Assert.Contains("run.json is damaged", message, StringComparison.Ordinal);
        }

        // What the message says to do.
        File.Delete(_place.At("run", "run.json"));
        await KeepAsync(((ImageInput)InputReader.Read([_place.At("images")])).Rows);
        using CompareInput input = CompareInput.Read([_place.At("run")], null);
        Assert.NotNull(input.Encoder);
    }

    [Fact]
    public void A_run_json_of_another_program_makes_no_run()
    {
        _place.File("other/run.json", "{");
        Assert.False(RunFolder.IsRun(_place.At("other")));
    }

    [Fact]
    public void Scores_that_did_not_change_are_not_written_again()
    {
        var written = 0;
        var run = new RunFolder(_place.At("run"))
        {
            OpenNew = path =>
            {
                written++;
                return File.Create(path);
            },
        };
        ScoreStage.Keep(run, Sample());
        var first = written;
        ScoreStage.Keep(run, Sample());
        Assert.Equal(first, written);
        File.Delete(_place.At("run", "scores.parquet"));
        ScoreStage.Keep(run, Sample());
        Assert.True(File.Exists(_place.At("run", "scores.parquet")));
    }

    private static ScoreReport Sample()
    {
        var set = new SetScore(
            "m",
            "a \"cat\", sitting\n🐈 <é>",
            "a cat sitting é",
            2,
            81.234567890123406,
            81.2,
            null,
            81.2,
            81.2,
            "1.png",
            "2.png",
            0,
            null,
            null,
            [new ImageScore("1.png", 81.2, false), new ImageScore("2.png", 81.2, false)],
            [new DuplicatePair("1.png", "2.png", 99.95)],
            [new DuplicateGroup(["1.png", "2.png"], 99.95)],
            ["low_norm"]
        );
        return new ScoreReport(
            new EncoderIdentity("test", "s", "r", "w", "p", "fp32", 4, "x"),
            [
                set,
                set with
                {
                    Prompt = "b",
                    PromptKey = "b",
                    StandardError = 0.1,
                    PerImage = null,
                    NearDuplicates = null,
                    NearDuplicateGroups = null,
                    Flags = [],
                },
            ],
            [new ModelScore("m", 2, 81.2, 81.2, 0.5, [80.1, 82.3], null)],
            null,
            [new SkippedFile("x.png", "broken")]
        );
    }

    private static string Names(JsonElement element) =>
        string.Join(' ', element.EnumerateObject().Select(property => property.Name));

    private async Task<int> KeepAsync(IReadOnlyList<ImageRow> rows)
    {
        using var encoder = new FakeEncoder();
        using var embedded = await Embed(encoder, rows);
        return ScoreStage.Keep(_place.Run(), ScoreStage.Run(embedded, new ScoreSettings()));
    }

    private IEnumerable<string> KeptPrompts() => StoredScores.Read(_place.Run()).Select(line => line.Set.Prompt);

    private void Damage(string table) => File.WriteAllText(_place.At("run", table), "PAR1 and no more");

    private Task<EmbedResult> Embed(FakeEncoder encoder, IReadOnlyList<ImageRow> rows, bool skipBad = false) =>
        EmbedStage.RunAsync(
            _place.Run(),
            encoder,
            new ImageInput(rows, PromptsAreRaw: false),
            new EmbedOptions(skipBad),
            Token
        );
}

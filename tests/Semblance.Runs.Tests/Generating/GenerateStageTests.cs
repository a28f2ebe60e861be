using System.Runtime.CompilerServices;
using System.Text;
using Semblance.Runs.Embedding;
using Semblance.Runs.Folder;
using Semblance.Runs.Formats;
using Semblance.Runs.Generating;
using Semblance.Runs.Inputs;
using Semblance.Runs.Scoring;

namespace Semblance.Runs.Tests.Generating;

public sealed class GenerateStageTests : IDisposable
{
    private readonly Workplace _place = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _place.Dispose();

    [Fact]
    public async Task Images_are_named_by_model_prompt_and_seed_and_keep_their_raw_prompt()
    {
        var one = new FakeGenerator("org/one");
        var two = new FakeGenerator("two");
        var input = await Generate([one, two], ["a cat", "what?"], [1, 2]);
        Assert.True(input.PromptsAreRaw);
        Assert.Equal(8, input.Rows.Count);
        Assert.Equal(["a cat", "what?"], input.Rows.Select(row => row.Prompt).Distinct());
        var path = _place.At("run", "images", SafeName.Of("org/one"), SafeName.Of("what?"), "2.png");
        Assert.Equal("org/one what? 2", TextOf(path, "pixels"));

        ImageInput back = (ImageInput)InputReader.Read([_place.At("run")]);
        Assert.True(back.PromptsAreRaw);
        Assert.Equal(input.Rows.Select(Plain), back.Rows.Select(Plain));
    }

    [Fact]
    public async Task Only_what_is_missing_is_made()
    {
        var one = new FakeGenerator("one");
        await Generate([one], ["a"], [1, 2]);
        var more = await Generate([one], ["a", "b"], [1, 2, 3]);
        Assert.Equal(["a 1", "a 2", "a 3", "b 1", "b 2", "b 3"], one.Made);
        Assert.Equal(6, more.Rows.Count);
    }

    [Fact]
    public async Task Prompts_that_differ_in_case_alone_are_told_apart_where_files_are_not()
    {
        await Generate([new FakeGenerator("one")], ["A fox"], [1]);
        var plan = new GeneratePlan(["a cat", "a fox"], [1], 8, 8, "png", Png);
        var error = Assert.Throws<InputException>(() => GenerateStage.CheckCase(_place.Run(), "one", plan));
        Assert.Contains("\"A fox\" and \"a fox\"", error.Message, StringComparison.Ordinal);
        GenerateStage.CheckCase(_place.Run(), "one", plan with { Prompts = ["a cat", "A fox"] });
    }

    [Fact]
    public async Task Prompts_made_to_share_a_folder_are_told_apart_or_refused()
    {
        var one = new FakeGenerator("one");
        await Generate([one], ["a/b", "a_b-c14cddc0"], [1]);
        Assert.Equal(["a/b 1", "a_b-c14cddc0 1"], one.Made);
        var two = SafeName
            .Clash(
                Enumerable
                    .Range(0, 1 << 19)
                    .Select(i => string.Concat(Enumerable.Range(0, 20).Select(bit => (i >> bit & 1) == 0 ? '/' : ':')))
            )!
            .Value;
        await Generate([one], [two.One], [1]);
        var error = await Assert.ThrowsAsync<InputException>(() => Generate([one], [two.Other], [1]));
        Assert.Contains("would share a folder", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failing_generator_keeps_what_it_made()
    {
        var one = new FakeGenerator("one") { FailAfter = 2 };
        await Assert.ThrowsAsync<ResourceException>(() => Generate([one], ["a"], [1, 2, 3, 4]));
        ImageInput kept = (ImageInput)InputReader.Read([_place.At("run")]);
        Assert.Equal(2, kept.Rows.Count);
        one.FailAfter = int.MaxValue;
        await Generate([one], ["a"], [1, 2, 3, 4]);
        Assert.Equal(["a 1", "a 2", "a 3", "a 4"], one.Made);
    }

    [Fact]
    public async Task Generated_images_can_be_embedded_and_scored_with_their_prompts()
    {
        var input = await Generate([new FakeGenerator("one")], ["a cat", "what?"], [1, 2, 3]);
        using var encoder = new FakeEncoder() { HasText = true };
        PromptAlignment.Check(input, encoder);
        using var embedded = await EmbedStage.RunAsync(_place.Run(), encoder, input, new EmbedOptions(), Token);
        Assert.Equal(2, ScoreStage.Run(embedded, new ScoreSettings(Alignment: true), encoder).Sets.Count);
        ImageInput back = (ImageInput)InputReader.Read([_place.At("run")]);
        Assert.True(back.PromptsAreRaw);
        Assert.Equal(6, back.Rows.Count);
        var record = ImageTable.Read(_place.Run())[0];
        Assert.Equal((16, 9, embedded.Sha256(0)), (record.Width, record.Height, record.Sha256));
        Assert.Equal("images/one/a cat/1.png", record.Path);
    }

    [Fact]
    public async Task Pictures_of_another_recipe_are_never_mixed_in()
    {
        await Generate([new FakeGenerator("one")], ["a"], [1]);
        var other = new FakeGenerator("one") { Recipe = [new("scheduler", "euler"), new("steps", "30")] };
        var error = await Assert.ThrowsAsync<InputException>(() => Generate([other], ["a"], [1, 2]));
        Assert.Contains("one", error.Message, StringComparison.Ordinal);
        Assert.Contains("steps: 20 before, 30 now", error.Message, StringComparison.Ordinal);
        Assert.Empty(other.Made);
        var again = new FakeGenerator("one");
        await Generate([again, new FakeGenerator("two") { Recipe = other.Recipe }], ["a"], [1, 2]);
        Assert.Equal(["a 2"], again.Made);
    }

    [Fact]
    public async Task The_recipe_stands_in_the_manifest_with_size_and_format()
    {
        await Generate([new FakeGenerator("one")], ["a"], [1]);
        using System.Text.Json.JsonDocument json = System.Text.Json.JsonDocument.Parse(
            await File.ReadAllTextAsync(_place.At("run", "run.json"), Token)
        );
        Assert.Equal(
            [("scheduler", "euler"), ("steps", "20"), ("size", "16x9"), ("format", "png")],
            json.RootElement.GetProperty("recipes")
                .GetProperty("one")
                .EnumerateObject()
                .Select(part => (part.Name, part.Value.GetString()!))
        );
    }

    [Fact]
    public async Task Images_whose_run_json_is_lost_get_no_others_beside_them()
    {
        await Generate([new FakeGenerator("one")], ["a"], [1, 2]);
        File.Delete(_place.At("run", "run.json"));
        var again = new FakeGenerator("one");
        var error = await Assert.ThrowsAsync<InputException>(() => Generate([again], ["a"], [1, 5]));
        Assert.Contains("holds images of one, and no run.json says how", error.Message, StringComparison.Ordinal);
        Assert.Contains("restore that file from a copy, or delete", error.Message, StringComparison.Ordinal);
        Assert.Equal(
            [RemedyKind.OtherRunFolder, RemedyKind.OtherModelName],
            error.Remedies.Select(remedy => remedy.Kind)
        );
        Assert.Empty(again.Made);

        // Another model may still be generated, and then the images of the first are as they were.
        await Generate([new FakeGenerator("two")], ["a"], [1]);
        await Assert.ThrowsAsync<InputException>(() => Generate([again], ["a"], [1, 5]));
        Assert.Equal(2, Directory.EnumerateFiles(_place.At("run", "images", "one", "a")).Count());
    }

    [Fact]
    public async Task A_damaged_run_json_of_generated_images_is_not_written_over()
    {
        await Generate([new FakeGenerator("one")], ["a"], [1]);
        await File.WriteAllTextAsync(_place.At("run", "run.json"), "{", Token);
        var error = await Assert.ThrowsAsync<InputException>(() => Generate([new FakeGenerator("two")], ["a"], [1]));
        Assert.Contains("run.json is damaged (it is not valid JSON)", error.Message, StringComparison.Ordinal);
        Assert.Contains("restore it from a copy", error.Message, StringComparison.Ordinal);
        Assert.Equal("{", await File.ReadAllTextAsync(_place.At("run", "run.json"), Token));
    }

    [Fact]
    public async Task Images_that_a_killed_process_has_not_noted_are_seen_and_strange_files_are_named()
    {
        var before = await Generate([new FakeGenerator("org/one")], ["a cat", "what?"], [1, 2]);
        File.Delete(_place.At("run", "images.parquet"));
        var extra = _place.File("run/images/somebody/a cat/1.png", "x");
        var cut = _place.File("run/images/org_one-f3a2/a cat/3.png", "x");
        var back = (ImageInput)InputReader.Read([_place.At("run")]);
        Assert.Equal(before.Rows.Select(Plain), back.Rows.Select(Plain));
        Assert.Equal([cut, extra], back.Empty.Select(file => file.Path));
        Assert.All(back.Empty, file => Assert.Contains("nor planned", file.Reason, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_replaced_image_of_a_run_is_noticed()
    {
        var images = await Generate([new FakeGenerator("one")], ["a"], [1, 2]);
        File.WriteAllText(images.Rows[0].Path, "another");
        using var encoder = new FakeEncoder();
        using var embedded = await EmbedStage.RunAsync(
            _place.Run(),
            encoder,
            (ImageInput)InputReader.Read([_place.At("run")]),
            cancellationToken: Token
        );
        var warning = Assert.Single(_place.Warnings);
        Assert.Contains("1 image of", warning, StringComparison.Ordinal);
        Assert.EndsWith("images/one/a/1.png", warning, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_table_of_images_is_written_again_by_the_same_command()
    {
        const string says = "images.parquet is damaged";
        var before = await Generate([new FakeGenerator("org/one")], ["a cat", "what?"], [1, 2]);
        var table = _place.At("run", "images.parquet");
        await File.WriteAllTextAsync(table, "xx", Token);
        var error = Assert.Throws<InputException>(() => InputReader.Read([_place.At("run")]));
        Assert.Contains(says, error.Message, StringComparison.Ordinal);
        Assert.Contains("generate again with the same options", error.Message, StringComparison.Ordinal);

        var again = new FakeGenerator("org/one");
        await Generate([again], ["a cat", "what?"], [1, 2]);
        Assert.Empty(again.Made);
        ImageInput back = (ImageInput)InputReader.Read([_place.At("run")]);
        Assert.Equal(before.Rows.Select(Plain), back.Rows.Select(Plain));
    }

    [Fact]
    public async Task Where_the_weights_are_from_is_kept_and_makes_no_other_recipe()
    {
        var one = new FakeGenerator("one") { Recipe = [new("source", "org/one"), new("steps", "20")] };
        await Generate([one], ["a"], [1]);
        var moved = new FakeGenerator("one")
        {
            Recipe = [new("source", "copy"), new("source_revision", "abc"), new("steps", "20")],
        };
        await Generate([moved], ["a"], [1, 2]);
        Assert.Equal(["a 2"], moved.Made);
        // What made the first pictures stands.
        Assert.Equal("org/one", Manifest().GetProperty("recipes").GetProperty("one").GetProperty("source").GetString());
        Assert.Equal("copy", TextOf(_place.At("run", "images", "one", "a", "2.png"), "source"));
    }

    [Fact]
    public async Task A_recipe_without_pictures_binds_nobody()
    {
        var broken = new FakeGenerator("one") { FailAfter = 0 };
        await Assert.ThrowsAsync<ResourceException>(() => Generate([broken], ["a"], [1]));
        // As a run leaves it that is killed between its recipe and its first picture.
        await Generate([new FakeGenerator("one")], ["a"], [1, 2, 3]);
        Directory.Delete(_place.At("run", "images"), recursive: true);
        var mended = new FakeGenerator("one") { Recipe = [new("scheduler", "euler"), new("steps", "30")] };
        await Generate([mended], ["b"], [7]);
        Assert.Equal(["b 7"], mended.Made);
        Assert.Equal("30", Manifest().GetProperty("recipes").GetProperty("one").GetProperty("steps").GetString());
        Assert.Equal([("7", "b")], Plans("one"));
    }

    [Fact]
    public async Task A_run_that_fails_before_its_first_picture_leaves_nothing_behind()
    {
        var broken = new FakeGenerator("one") { FailAfter = 0 };
        await Assert.ThrowsAsync<ResourceException>(() => Generate([broken], ["a"], [1]));
        Assert.False(File.Exists(_place.At("run", "run.json")));
    }

    [Fact]
    public async Task A_folder_that_cannot_be_written_is_found_before_anything_is_made()
    {
        var run = new RunFolder(_place.At("run"))
        {
            OpenNew = path => throw new UnauthorizedAccessException($"Access to the path '{path}' is denied."),
        };
        var plan = new GeneratePlan(["a"], [1], 16, 9, "png", Png);
        var one = new FakeGenerator("one");
        var error = await Assert.ThrowsAsync<ResourceException>(() =>
            GenerateStage.RunAsync(run, [one], plan, cancellationToken: Token)
        );
        Assert.Contains("run.json cannot be written: permission is denied", error.Message, StringComparison.Ordinal);
        Assert.Empty(one.Made);
        GenerateStage.CheckWritable(_place.Run(), one, plan);
        Assert.False(Directory.Exists(_place.At("run")));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_place.Root));
    }

    [Theory]
    [InlineData(30, "the file system is read-only. What was finished before is kept.")]
    [InlineData(28, "no space is left. Make room. What was finished before is kept.")]
    [InlineData(0, "permission is denied. Make that place writable. What was finished ")]
    public async Task What_is_advised_fits_the_reason(int error, string says)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The numbers are those of Linux.");
        var run = new RunFolder(_place.At("run"))
        {
            OpenNew = _ =>
                throw (
                    error == 0 ? new UnauthorizedAccessException() : new IOException("as the system says it", error)
                ),
        };

        var fault = await Assert.ThrowsAsync<ResourceException>(() =>
            GenerateStage.RunAsync(
                run,
                [new FakeGenerator("one")],
                new GeneratePlan(["a"], [1], 16, 9, "png", Png),
                cancellationToken: Token
            )
        );

        Assert.Contains($"cannot be written: {says}", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_in_the_place_of_the_run_is_to_be_moved_away()
    {
        var file = _place.File("run", "no folder");

        var fault = await Assert.ThrowsAsync<ResourceException>(() => Generate([new FakeGenerator("one")], ["a"], [1]));

        Assert.EndsWith(
            $"{file} is a file, not a folder. Move that file away. What was finished before is kept.",
            fault.Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task The_largest_seeds_stand_in_the_plan()
    {
        await Generate([new FakeGenerator("one")], ["a"], [long.MaxValue - 1, long.MaxValue]);
        await Generate([new FakeGenerator("one")], ["a"], [long.MaxValue]);
        Assert.Equal([("9223372036854775806..9223372036854775807", "a")], Plans("one"));
    }

    [Fact]
    public async Task Prompts_and_seeds_gather_in_the_manifest()
    {
        await Generate([new FakeGenerator("one")], ["a", "b"], [0, 1, 2, 7]);
        Assert.Equal([("0..2,7", "a"), ("0..2,7", "b")], Plans("one"));
        await Generate([new FakeGenerator("one")], ["b", "c"], [3, 4, 9]);
        await Generate([new FakeGenerator("one")], ["b"], [1]);
        Assert.Equal([("0..2,7", "a"), ("0..4,7,9", "b"), ("3..4,9", "c")], Plans("one"));
        // Prompts of the same seeds are written together.
        await Generate([new FakeGenerator("two")], [.. Enumerable.Range(0, 50).Select(i => $"{i}")], [0, 1]);
        Assert.Equal(1, Manifest().GetProperty("plans").GetProperty("two").GetArrayLength());
    }

    [Fact]
    [Trait("speed", "slow")]
    public async Task Models_that_are_generated_side_by_side_all_keep_recipe_plan_and_rows()
    {
        string[] models = [.. Enumerable.Range(0, 12).Select(i => $"model{i:00}")];
        await Task.WhenAll(
            models.Select(model => Task.Run(() => Generate([new FakeGenerator(model)], ["a", "b"], [1, 2])))
        );
        Assert.Equal(models, Manifest().GetProperty("recipes").EnumerateObject().Select(recipe => recipe.Name));
        Assert.Equal(models, Manifest().GetProperty("plans").EnumerateObject().Select(plan => plan.Name));
        Assert.Equal(48, ((ImageInput)InputReader.Read([_place.At("run")])).Rows.Count);
    }

    [Fact]
    public async Task Processes_that_fill_one_run_share_its_pictures()
    {
        // No process keeps its first picture before all have seen that nothing is there.
        using var started = new Barrier(3);
        FakeGenerator[] all =
        [
            .. Enumerable
                .Range(0, 3)
                .Select(_ => new FakeGenerator("one")
                {
                    Delay = 20,
                    Before = number => Assert.True(number > 0 || started.SignalAndWait(TimeSpan.FromSeconds(30))),
                }),
        ];
        var results = await Task.WhenAll(all.Select(one => Task.Run(() => Run([one], ["a", "b"], [1, 2, 3, 4, 5]))));
        Assert.All(results, result => Assert.Equal(10, result.Images.Rows.Count));
        Assert.All(results, result => Assert.Equal(10, result.Made + result.MadeElsewhere));
        Assert.Equal(10, results.Sum(result => result.Made));
        Assert.Equal(10, all.SelectMany(one => one.Made).Distinct().Count());
        Assert.Equal(10, ImageTable.Read(_place.Run()).Count);
        Assert.Empty(Directory.EnumerateFiles(_place.At("run", ".cache", "making")));
    }

    [Fact]
    public async Task What_another_process_fails_at_is_made_after_all()
    {
        var slow = new FakeGenerator("one") { Delay = 300, FailAt = "a 1" };
        var failing = Task.Run(() => Run([slow], ["a"], [1]));
        while (slow.Made.Count == 0)
        {
            await Task.Delay(5, Token);
        }

        var other = new FakeGenerator("one");
        var result = await Run([other], ["a"], [1]);
        await Assert.ThrowsAsync<ResourceException>(() => failing);
        Assert.Equal((1, 0), (result.Made, result.MadeElsewhere));
        Assert.Equal(["a 1"], other.Made);
    }

    [Fact]
    public async Task Half_written_files_of_a_killed_process_are_removed_and_those_of_a_living_one_kept()
    {
        await Generate([new FakeGenerator("one")], ["a"], [1]);
        string Old(params string[] parts)
        {
            var path = _place.At(["run", .. parts]);
            File.WriteAllText(path, "half");
            File.SetLastWriteTimeUtc(path, new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc));
            return path;
        }

        var dead = Old("images", "one", "a", ".qntwuwc0.5da.tmp");
        var table = Old(".abcdefgh.ijk.tmp");
        var written = Old("images", "one", "a", ".aaaaaaaa.bbb.tmp");
        var others = Old("images", "one", "a", ".notes.tmp");
        var young = _place.File("run/images/one/a/.aaaaaaaa.ccc.tmp", "half");
        using (new FileStream(written, FileMode.Open, FileAccess.Write, FileShare.None))
        {
            File.SetLastWriteTimeUtc(written, new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc));
            await Generate([new FakeGenerator("one")], ["a"], [1]);
        }

        Assert.Equal(
            [false, false, true, true, true],
            new[] { dead, table, written, others, young }.Select(File.Exists)
        );
    }

    [Fact]
    public async Task The_table_holds_the_first_picture_while_the_second_is_made()
    {
        var one = new FakeGenerator("one");
        one.Before = number =>
        {
            if (number == 1)
            {
                Assert.Equal("1", Assert.Single(ImageTable.Read(_place.Run())).Seed);
            }
        };
        await Generate([one], ["a"], [1, 2]);
        Assert.Equal(2, one.Made.Count);
    }

    [Fact]
    public void The_table_is_written_now_and_then()
    {
        var time = new ManualTime();
        var log = new ImageLog(_place.Run(), time);
        int[] rows =
        [
            .. new[] { 0, 1, 4, 5, 7, 9, 10, 100 }.Select(second =>
            {
                time.Seconds = second;
                log.Add(new ImageRecord("m", "p", $"{second}", $"{second}.png", null, 1, 1));
                log.WriteNowAndThen();
                return ImageTable.Read(_place.Run()).Count;
            }),
        ];
        Assert.Equal([1, 1, 1, 4, 4, 4, 7, 8], rows);
    }

    [Theory]
    [InlineData("empty")]
    [InlineData("text")]
    [InlineData("cut")]
    [InlineData("zeros at the end")]
    public async Task A_file_that_is_no_whole_picture_is_made_again(string damage)
    {
        await Generate([new FakeGenerator("one")], ["a"], [1, 2]);
        var path = _place.At("run", "images", "one", "a", "2.png");
        var whole = await File.ReadAllBytesAsync(path, Token);
        var broken = damage switch
        {
            "empty" => [],
            "text" => Encoding.UTF8.GetBytes("xx\n"),
            "cut" => whole[..^1],
            _ => [.. whole[..^12], .. new byte[12]],
        };
        await File.WriteAllBytesAsync(path, broken, Token);
        var again = new FakeGenerator("one");
        await Generate([again], ["a"], [1, 2]);
        Assert.Equal(["a 2"], again.Made);
        Assert.Equal("one a 2", TextOf(path, "pixels"));
    }

    [Fact]
    public async Task A_generator_is_asked_about_the_pictures_of_earlier_runs_too()
    {
        await Generate([new FakeGenerator("one")], ["a", "b"], [1, 2]);
        var again = new FakeGenerator("one");
        await Generate([again], ["a"], [2, 3]);
        Assert.Equal(["a 1", "a 2", "a 3"], again.Checked.Order());
        var refusing = new FakeGenerator("one") { Refuses = "a 1" };
        var plan = new GeneratePlan(["a"], [5], 16, 9, "png", Png);
        Assert.Throws<UsageException>(() => GenerateStage.Check(_place.Run(), refusing, plan));
        await Assert.ThrowsAsync<UsageException>(() => Generate([refusing], ["a"], [5]));
        Assert.Empty(refusing.Made);
    }

    [Fact]
    public async Task A_check_finds_another_recipe_and_asks_for_none_where_there_are_no_pictures()
    {
        await Generate([new FakeGenerator("one")], ["a"], [1]);
        var plan = new GeneratePlan(["a"], [1], 16, 9, "png", Png);
        var other = new FakeGenerator("one") { Recipe = [new("scheduler", "ddim")] };
        var error = Assert.Throws<InputException>(() => GenerateStage.Check(_place.Run(), other, plan));
        Assert.Contains("scheduler: euler before, ddim now", error.Message, StringComparison.Ordinal);
        var two = new FakeGenerator("two");
        GenerateStage.Check(_place.Run(), two, plan);
        Assert.Equal((1, 0), (other.Asked, two.Asked));
    }

    private System.Text.Json.JsonElement Manifest() =>
        System.Text.Json.JsonDocument.Parse(File.ReadAllBytes(_place.At("run", "run.json"))).RootElement;

    /// <summary>Seeds and prompt of every prompt that the manifest has for a model.</summary>
    private IEnumerable<(string Seeds, string Prompt)> Plans(string model) =>
        from plan in Manifest().GetProperty("plans").GetProperty(model).EnumerateArray()
        from prompt in plan.GetProperty("prompts").EnumerateArray()
        select (plan.GetProperty("seeds").GetString()!, prompt.GetString()!);

    private static (string, string, string?, string) Plain(ImageRow row) =>
        (row.Model, row.Prompt, row.Seed, Path.GetFullPath(row.Path));

    private async Task<ImageInput> Generate(FakeGenerator[] generators, string[] prompts, long[] seeds) =>
        (await Run(generators, prompts, seeds)).Images;

    private Task<GenerateResult> Run(FakeGenerator[] generators, string[] prompts, long[] seeds) =>
        GenerateStage.RunAsync(
            _place.Run(),
            generators,
            new GeneratePlan(prompts, seeds, 16, 9, "png", Png),
            cancellationToken: Token
        );

    /// <summary>What a file has to have in order to count as a whole PNG, with a line for each text between.</summary>
    private static byte[] Png(PixelImage image, IReadOnlyList<KeyValuePair<string, string>> texts) =>
        [
            0x89,
            .. "PNG\r\n"u8,
            0x1A,
            (byte)'\n',
            .. texts
                .Append(new("pixels", Encoding.UTF8.GetString(image.Pixels)))
                .SelectMany(text => Encoding.UTF8.GetBytes($"{text.Key}={text.Value}\n")),
            .. new byte[4],
            .. "IEND"u8,
            0xAE,
            0x42,
            0x60,
            0x82,
        ];

    private static string? TextOf(string path, string name) =>
        File.ReadLines(path)
            .FirstOrDefault(line => line.StartsWith($"{name}=", StringComparison.Ordinal))
            ?[(name.Length + 1)..];

    /// <summary>The "pixels" are a text that says what was asked for.</summary>
    private sealed class FakeGenerator(string model) : IImageGenerator
    {
        public List<string> Made { get; } = [];

        public int FailAfter { get; set; } = int.MaxValue;

        /// <summary>Where the making of a picture ends badly.</summary>
        public string? FailAt { get; set; }

        /// <summary>Milliseconds that a picture takes.</summary>
        public int Delay { get; init; }

        public string Model => model;

        public Action<int> Before { get; set; } = _ => { };

        public string? Refuses { get; set; }

        public List<string> Checked { get; } = [];

        /// <summary>How often the recipe was asked for.</summary>
        public int Asked { get; private set; }

        public IReadOnlyList<KeyValuePair<string, string>> Recipe
        {
            get
            {
                Asked++;
                return field;
            }
            set;
        } = [new("scheduler", "euler"), new("steps", "20")];

        public void Check(IReadOnlyList<ImageRequest> requests)
        {
            Checked.AddRange(requests.Select(request => $"{request.Prompt} {request.Seed}"));
            if (Refuses is { } bad && Checked.Contains(bad))
            {
                throw new UsageException(bad);
            }
        }

        public IAsyncEnumerable<GeneratedImage> GenerateAsync(
            IReadOnlyList<ImageRequest> requests,
            CancellationToken cancellationToken = default
        ) => GenerateAsync(requests, _ => true, cancellationToken);

        public async IAsyncEnumerable<GeneratedImage> GenerateAsync(
            IReadOnlyList<ImageRequest> requests,
            Func<ImageRequest, bool> isWanted,
            [EnumeratorCancellation] CancellationToken cancellationToken = default
        )
        {
            foreach (var request in requests)
            {
                await Task.Yield();
                if (!isWanted(request))
                {
                    continue;
                }

                if (Made.Count == FailAfter)
                {
                    throw new ResourceException("the model is gone");
                }

                Before(Made.Count);
                Made.Add($"{request.Prompt} {request.Seed}");
                await Task.Delay(Delay, cancellationToken);
                if (FailAt == Made[^1])
                {
                    throw new ResourceException("the model is gone");
                }

                yield return new GeneratedImage(
                    request,
                    new PixelImage(
                        request.Width,
                        request.Height,
                        Encoding.UTF8.GetBytes($"{model} {request.Prompt} {request.Seed}")
                    )
                );
            }
        }
    }

    private sealed class ManualTime : TimeProvider
    {
        public long Seconds { get; set; }

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => Seconds;
    }
}

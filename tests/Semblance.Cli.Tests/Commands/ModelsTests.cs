using System.Text.Json;
using Semblance.Models.Catalog;
using Semblance.Models.Hub;

namespace Semblance.Cli.Tests.Commands;

/// <summary><c>semblance models</c> and what <c>score</c> pulls, as processes against a hub on 127.0.0.1.</summary>
[Trait("speed", "slow")]
public sealed class ModelsTests : IDisposable
{
    private const string Commit = "0123456789abcdef0123456789abcdef01234567";
    private const string Token = "hf_SecretThatMustNotShow";
    private readonly TemporaryFolder folder = new();

    private string Hub => Path.Combine(folder.Path, "home", "hub");

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Pull_list_path_verify_and_remove_go_together()
    {
        var weights = Noise(200_000);
        await using var hub = await FakeHub.StartAsync(
            new FakeRepository("org/name", Commit)
                .With("config.json", "{}")
                .With("model.safetensors", weights, large: true)
        );

        var pull = await RunAsync(hub, "models", "pull", "org/name");

        var snapshot = Path.Combine(Hub, "models--org--name", "snapshots", Commit);
        Assert.Equal((0, snapshot + "\n"), (pull.Code, pull.Output));
        Assert.Contains("200 kB in 2 files", pull.Error, StringComparison.Ordinal);
        Assert.Contains("licence: mit", pull.Error, StringComparison.Ordinal);
        Assert.Equal(weights, File.ReadAllBytes(Path.Combine(snapshot, "model.safetensors")));
        Assert.Equal(snapshot + "\n", (await RunAsync(hub, "models", "path", "org/name")).Output);
        Assert.Equal(snapshot + "\n", (await RunAsync(hub, "models", "pull", "org/name", "--offline")).Output);

        using JsonDocument list = JsonDocument.Parse(
            (await RunAsync(hub, "models", "list", "--format", "json")).Output
        );
        var held = list
            .RootElement.GetProperty("models")
            .EnumerateArray()
            .Single(model => model.GetProperty("name").GetString() == "org/name");
        Assert.Equal(Commit, held.GetProperty("revision").GetString());

        Assert.Contains(
            "right",
            (await RunAsync(hub, "models", "verify", "org/name")).Output,
            StringComparison.Ordinal
        );
        var asked = await RunAsync(hub, "models", "remove", "org/name");
        Assert.Equal(2, asked.Code);
        Assert.Contains("org/name (200 kB)", asked.Error, StringComparison.Ordinal);
        Assert.Contains("--yes", asked.Error, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(snapshot, "model.safetensors")));
        var removed = await RunAsync(hub, "models", "remove", "org/name", "--yes");
        Assert.Equal(0, removed.Code);
        Assert.False(Directory.Exists(Path.Combine(Hub, "models--org--name")));
        Assert.Equal(4, (await RunAsync(hub, "models", "path", "org/name")).Code);
        Assert.Equal(4, (await RunAsync(hub, "models", "remove", "org/name")).Code);
        Assert.Equal(4, (await RunAsync(hub, "models", "pull", "org/name", "--offline")).Code);
    }

    [Fact]
    public async Task Verify_finds_a_changed_byte_and_repairs_it()
    {
        var weights = Noise(50_000);
        await using var hub = await FakeHub.StartAsync(
            new FakeRepository("org/name", Commit).With("model.safetensors", weights, large: true)
        );
        await RunAsync(hub, "models", "pull", "org/name");
        var file = Path.Combine(Hub, "models--org--name", "snapshots", Commit, "model.safetensors");
        byte[] changed = [.. weights];
        changed[1234] ^= 1;
        File.WriteAllBytes(file, changed);

        var found = await RunAsync(hub, "models", "verify", "--all");
        var repaired = await RunAsync(hub, "models", "verify", "org/name", "--repair");

        Assert.Equal(3, found.Code);
        Assert.Contains("model.safetensors is damaged", found.Error, StringComparison.Ordinal);
        Assert.Equal(0, repaired.Code);
        Assert.Equal(weights, File.ReadAllBytes(file));
    }

    [Fact]
    public async Task Verify_does_not_ask_for_weights_of_which_only_configurations_were_wanted()
    {
        await using var hub = await FakeHub.StartAsync(
            new FakeRepository("org/name", Commit)
                .With(
                    "model_index.json",
                    """{"_class_name": "StableDiffusionPipeline", "unet": ["diffusers", "UNet2DConditionModel"]}"""
                )
                .With("unet/config.json", "{}")
                .With("unet/diffusion_pytorch_model.safetensors", Noise(5000), large: true)
        );
        await RunAsync(hub, "models", "pull", "org/name", "--include", "*.json");
        var configurations = await RunAsync(hub, "models", "verify", "org/name");
        Assert.Equal((0, ""), (configurations.Code, configurations.Code == 0 ? "" : configurations.Error));
    }

    [Fact]
    public async Task The_token_goes_to_the_hub_only_and_is_never_said()
    {
        await using var hub = await FakeHub.StartAsync(
            new FakeRepository("org/name", Commit)
                .With("config.json", "{}")
                .With("model.safetensors", Noise(5000), large: true)
        );
        var environment = Environment(hub);
        environment["HF_TOKEN"] = Token;

        var pull = await ProgramRun.OfAsync(folder.Path, ["models", "pull", "org/name"], environment);
        var failed = await ProgramRun.OfAsync(folder.Path, ["models", "pull", "org/none"], environment);

        Assert.Equal((0, 4), (pull.Code, failed.Code));
        Assert.DoesNotContain(Token, pull.Output + pull.Error + failed.Output + failed.Error, StringComparison.Ordinal);
        Assert.Contains(hub.Asked, asked => asked.Token == $"Bearer {Token}");
        Assert.All(
            hub.Asked,
            asked => Assert.Equal(asked.Host == hub.Address.Authority ? $"Bearer {Token}" : null, asked.Token)
        );
        Assert.Contains(hub.Asked, asked => asked.Host == hub.StoreAddress.Authority);
    }

    /// <summary>The commands of docs/reproduce-the-paper.md, on images of the same layout.</summary>
    [Fact]
    public async Task The_public_images_are_pulled_scored_and_compared()
    {
        var images = new FakeRepository("runsdata/semantic-consistency-score", Commit, dataset: true);
        images.With("README.md", "# Images").With(".gitattributes", "*.jpg filter=lfs");
        for (var i = 0; i < 36; i++)
        {
            var png = TestImage.Write(i, folder.At("drawn", $"{i}.png"));
            var path = $"{(i % 2 == 0 ? "SDXL" : "pixart")}/a person_s eye {i / 2 % 6}/{i / 12}.png";
            images.With(path, File.ReadAllBytes(png), large: i % 3 == 0);
        }

        await using var hub = await FakeHub.StartAsync(images);
        var pull = await RunAsync(hub, "models", "pull", "--dataset", "runsdata/semantic-consistency-score");
        var path1 = await RunAsync(hub, "models", "path", "--dataset", "runsdata/semantic-consistency-score");
        var path2 = await RunAsync(hub, "models", "path", "paper-images");
        var snapshot = path1.Output.Trim();
        var run = folder.At("paper");
        var score = await RunAsync(
            hub,
            "score",
            Path.Combine(snapshot, "SDXL"),
            Path.Combine(snapshot, "pixart"),
            "--run",
            run,
            "--format",
            "csv",
            "--encoder",
            "builtin"
        );
        var compare = await RunAsync(hub, "compare", run, "--mode", "paper");

        Assert.Equal((0, 0, 0), (pull.Code, score.Code, compare.Code));
        Assert.Equal((pull.Output, pull.Output), (path1.Output, path2.Output));
        Assert.Equal(13, score.Output.TrimEnd('\n').Split('\n').Length);
        Assert.Contains("a person_s eye 5", score.Output, StringComparison.Ordinal);
        Assert.Contains("SDXL", compare.Output, StringComparison.Ordinal);
        Assert.Contains("pixart", compare.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("main")]
    [InlineData("c237dc49a33fc61debc9276459120b7eac67e7ef")]
    public async Task Score_pulls_the_encoder_that_it_lacks(string revision)
    {
        var clip = TinyClip("openai/clip-vit-base-patch32", revision == "main" ? Commit : revision);
        await using var hub = await FakeHub.StartAsync(clip);
        var images = Images();

        var first = await ScoreAsync(hub, images, "--format", "json");
        var asked = hub.Asked.Count;
        var second = await ScoreAsync(hub, images, "--format", "json");

        Assert.Equal((0, 0), (first.Code, second.Code));
        Assert.Contains("licence:", first.Error, StringComparison.Ordinal);
        Assert.Equal(asked, hub.Asked.Count);
        using JsonDocument report = JsonDocument.Parse(first.Output);
        Assert.Equal(clip.Commit, report.RootElement.GetProperty("encoder").GetProperty("revision").GetString());
    }

    [Fact]
    public async Task Score_offline_fetches_nothing_and_says_how()
    {
        await using var hub = await FakeHub.StartAsync(TinyClip("openai/clip-vit-base-patch32", Commit));

        var run = await ScoreAsync(hub, Images(), "--offline");

        Assert.Equal(4, run.Code);
        Assert.Empty(hub.Asked);
        Assert.Contains("semblance models pull", run.Error, StringComparison.Ordinal);
        Assert.Contains("--encoder builtin", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Score_without_a_network_says_what_else_there_is()
    {
        var environment = new Dictionary<string, string>()
        {
            ["HF_HOME"] = Path.Combine(folder.Path, "home"),
            ["HF_HUB_OFFLINE"] = "0",
            ["HF_ENDPOINT"] = "http://127.0.0.1:9",
        };

        var run = await ProgramRun.OfAsync(folder.Path, ["score", Images(), "--run", folder.At("run")], environment);

        Assert.Equal(4, run.Code);
        Assert.Contains("127.0.0.1:9 cannot be reached", run.Error, StringComparison.Ordinal);
        Assert.Contains("--encoder builtin", run.Error, StringComparison.Ordinal);
        Assert.DoesNotMatch(ProgramRun.StackTrace, run.Error);
    }

    [Fact]
    public async Task Generate_pulls_the_pipeline_that_it_lacks_and_nothing_that_it_does_not_need()
    {
        var sdxl = new FakeRepository("stabilityai/stable-diffusion-xl-base-1.0", Commit);
        var model = Fixtures.At("sdxl", "model");
        foreach (var file in Directory.EnumerateFiles(model, "*", SearchOption.AllDirectories))
        {
            var path = Path.GetRelativePath(model, file).Replace('\\', '/');
            var large = file.EndsWith(".safetensors", StringComparison.Ordinal);
            sdxl.With(path, File.ReadAllBytes(file), large);
            if (large)
            {
                sdxl.With(
                    path.Replace(".safetensors", ".fp16.safetensors", StringComparison.Ordinal),
                    Noise(100),
                    large
                );
            }
        }

        sdxl.With("sd_xl_base_1.0.safetensors", Noise(1000), large: true);
        await using var hub = await FakeHub.StartAsync(sdxl);
        string[] generate =
        [
            "generate",
            "--model",
            "sdxl",
            "--prompt",
            "a fox",
            "--seeds",
            "0..1",
            "--size",
            "64x64",
            "--steps",
            "1",
            "--run",
            Path.Combine(folder.Path, "run"),
        ];

        var offline = await RunAsync(hub, [.. generate, "--offline"]);
        var first = await RunAsync(hub, generate);
        var asked = hub.Asked.Count;
        var second = await RunAsync(hub, [.. generate, "--offline"]);

        Assert.Equal((4, 0, 0), (offline.Code, first.Code, second.Code));
        Assert.Contains("licence:", first.Error, StringComparison.Ordinal);
        Assert.Equal(asked, hub.Asked.Count);
        Assert.Equal(
            2,
            Directory.EnumerateFiles(folder.At("run", "images", "sdxl"), "*.png", SearchOption.AllDirectories).Count()
        );
        Assert.DoesNotContain(hub.Asked, request => request.Path.Contains("fp16", StringComparison.Ordinal));
        Assert.DoesNotContain(hub.Asked, request => request.Path.Contains("sd_xl_base", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("--dry-run", 0)]
    [InlineData("--estimate", 4)]
    public async Task A_dry_run_says_what_would_be_fetched_and_fetches_nothing(string option, int code)
    {
        var sdxl = Pipeline("stabilityai/stable-diffusion-xl-base-1.0");
        await using var hub = await FakeHub.StartAsync(sdxl);

        var dry = await GenerateAsync(hub, "sdxl", option);

        Assert.True(dry.Code == code, dry.Error);
        Assert.Contains(Commit, dry.Output, StringComparison.Ordinal);
        Assert.Contains("semblance models pull sdxl", dry.Output, StringComparison.Ordinal);
        AssertNothingFetched(hub);
        Assert.Equal(4, (await GenerateAsync(hub, "sdxl", option, "--offline")).Code);
        // The size is the one that a fetch names.
        var line = dry.Output.Split('\n').Single(text => text.StartsWith("  size ", StringComparison.Ordinal));
        var size = line["  size ".Length..line.IndexOf(", from", StringComparison.Ordinal)].Trim();
        var made = await GenerateAsync(hub, "sdxl");
        Assert.Equal(0, made.Code);
        Assert.Contains($": {size}, from", made.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("score", "images")]
    [InlineData("generate", "--model", "sdxl", "--prompt", "a", "--dry-run")]
    [InlineData("models", "list")]
    [InlineData("models", "pull", "org/name")]
    [InlineData("models", "verify", "--all")]
    [InlineData("models", "path", "sdxl")]
    [InlineData("models", "remove", "org/name", "--yes")]
    public async Task A_file_in_the_place_of_the_cache_is_told_before_anything_else(params string[] arguments)
    {
        Images();
        var file = folder.Write("", "file");

        var run = await ProgramRun.OfAsync(
            folder.Path,
            arguments,
            new Dictionary<string, string> { ["HF_HOME"] = file, ["HF_HUB_OFFLINE"] = "0" }
        );

        Assert.Equal((2, ""), (run.Code, run.Output));
        Assert.Equal(
            $"semblance: error: HF_HOME names {file}, which is a file, not a folder; set it to a folder, or leave it unset.\n",
            run.Error
        );
    }

    [Fact]
    public async Task A_model_that_lies_in_a_folder_needs_no_cache()
    {
        var environment = new Dictionary<string, string>() { ["HF_HOME"] = folder.Write("", "file") };
        Images();
        string[] generate =
        [
            "generate",
            "--model",
            Fixtures.At("sdxl", "model"),
            "--prompt",
            "a",
            "--size",
            "64x64",
            "--dry-run",
        ];

        var run = await ProgramRun.OfAsync(folder.Path, generate, environment);
        var score = await ProgramRun.OfAsync(folder.Path, ["score", "images", "--encoder", "builtin"], environment);

        Assert.True(run.Code == 0, run.Error);
        Assert.True(score.Code == 0, score.Error);
    }

    [Fact]
    public async Task Weights_in_half_precision_alone_are_asked_for_by_the_option_that_generate_has()
    {
        var half = new FakeRepository("org/half", Commit);
        foreach ((var path, (var bytes, var large)) in Pipeline("org/half").Files)
        {
            half.With(path.Replace(".safetensors", ".fp16.safetensors", StringComparison.Ordinal), bytes, large);
        }

        await using var hub = await FakeHub.StartAsync(half);

        var plain = await GenerateAsync(hub, "org/half");
        var named = await GenerateAsync(hub, "org/half", "--variant", "fp16");
        var pull = await RunAsync(hub, "models", "pull", "org/half", "--variant", "bf16");

        Assert.Equal((4, 0, 4), (plain.Code, named.Code, pull.Code));
        Assert.Contains("only fp16. Ask for them with --variant fp16", plain.Error, StringComparison.Ordinal);
        Assert.Contains("Leave --variant out", pull.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_says_that_there_is_nothing()
    {
        var run = await ProgramRun.OfAsync(folder.Path, ["models", "verify", "--all"]);

        Assert.Equal((0, ""), (run.Code, run.Output));
        Assert.Contains("holds nothing to verify", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(60)]
    [InlineData(80)]
    public async Task The_list_stays_within_the_width_and_keeps_names_whole(int width)
    {
        var environment = new Dictionary<string, string>() { ["COLUMNS"] = $"{width}", ["HF_HOME"] = folder.At("h") };

        var run = await ProgramRun.OfAsync(folder.Path, ["models", "list"], environment);

        string[] table = [.. run.Output.Split('\n').TakeWhile(line => line.Length > 0)];
        Assert.All(table, line => Assert.InRange(line.Length, 1, width));
        foreach (var known in KnownModel.All)
        {
            Assert.Contains(table, line => line.StartsWith(known.Name + " ", StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("models", "pull", "clip-vit-base-patch33")]
    [InlineData("models", "pull", "../name/x")]
    [InlineData("models", "pull", "org/name", "--variant", "")]
    [InlineData("models", "pull", "org/name", "--include", "")]
    [InlineData("models", "verify")]
    [InlineData("models", "list", "--format", "xml")]
    [InlineData("models", "pul")]
    [InlineData("models")]
    public Task What_makes_no_sense_is_a_usage_error(params string[] arguments) =>
        RefusedRun.ErrorOfAsync(folder.Path, 2, arguments);

    [Fact]
    public async Task The_list_shows_every_known_name_without_a_cache()
    {
        var run = await ProgramRun.OfAsync(folder.Path, ["models", "list"]);

        Assert.Equal(0, run.Code);
        foreach (var name in (string[])["sdxl", "pixart", "sd15", "clip-vit-base-patch32", "paper-images"])
        {
            Assert.Contains(name, run.Output, StringComparison.Ordinal);
        }
    }

    /// <summary>A tiny SDXL, whole and plain.</summary>
    private static FakeRepository Pipeline(string name)
    {
        var repository = new FakeRepository(name, Commit);
        var model = Fixtures.At("sdxl", "model");
        foreach (var file in Directory.EnumerateFiles(model, "*", SearchOption.AllDirectories))
        {
            repository.With(
                Path.GetRelativePath(model, file).Replace('\\', '/'),
                File.ReadAllBytes(file),
                large: file.EndsWith(".safetensors", StringComparison.Ordinal)
            );
        }

        return repository;
    }

    private void AssertNothingFetched(FakeHub hub)
    {
        Assert.DoesNotContain(hub.Asked, request => request.Path.EndsWith(".safetensors", StringComparison.Ordinal));
        Assert.False(Directory.Exists(Hub) && Directory.EnumerateFiles(Hub, "*", SearchOption.AllDirectories).Any());
        Assert.False(Directory.Exists(folder.At("run")));
    }

    private Task<ProgramRun> GenerateAsync(FakeHub hub, string model, params string[] options) =>
        RunAsync(
            hub,
            [
                "generate",
                "--model",
                model,
                "--prompt",
                "a fox",
                "--seeds",
                "0",
                "--size",
                "64x64",
                "--steps",
                "1",
                "--run",
                folder.At("run"),
                .. options,
            ]
        );

    private static byte[] Noise(int bytes)
    {
        var noise = new byte[bytes];
        new Random(bytes).NextBytes(noise);
        return noise;
    }

    private static FakeRepository TinyClip(string name, string commit)
    {
        var repository = new FakeRepository(name, commit);
        var model = Directory
            .EnumerateDirectories(Fixtures.At("clip"))
            .Order(StringComparer.Ordinal)
            .Select(path => Path.Combine(path, "model"))
            .First(path => File.Exists(Path.Combine(path, "preprocessor_config.json")));
        foreach (var file in Directory.EnumerateFiles(model))
        {
            repository.With(
                Path.GetFileName(file),
                File.ReadAllBytes(file),
                large: file.EndsWith(".safetensors", StringComparison.Ordinal)
            );
        }

        return repository;
    }

    private string Images()
    {
        for (var i = 0; i < 3; i++)
        {
            TestImage.Write(i, folder.At("images", "a fox", $"{i}.png"));
        }

        return Path.Combine(folder.Path, "images");
    }

    private Dictionary<string, string> Environment(FakeHub hub) =>
        new()
        {
            ["HF_HOME"] = Path.Combine(folder.Path, "home"),
            ["HF_HUB_OFFLINE"] = "0",
            ["HF_ENDPOINT"] = hub.Address.AbsoluteUri,
        };

    private Task<ProgramRun> RunAsync(FakeHub hub, params string[] arguments) =>
        ProgramRun.OfAsync(folder.Path, arguments, Environment(hub));

    private Task<ProgramRun> ScoreAsync(FakeHub hub, string images, params string[] arguments) =>
        RunAsync(hub, ["score", images, "--run", Path.Combine(folder.Path, "run"), .. arguments]);
}

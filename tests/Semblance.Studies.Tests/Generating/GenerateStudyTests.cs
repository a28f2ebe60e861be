using System.Text;
using System.Text.Json;
using Semblance.Imaging;
using Semblance.Imaging.Formats;
using Semblance.Models.Diffusion.Pipelines;
using Semblance.Studies.Generating;
using Semblance.Studies.Scoring;

namespace Semblance.Studies.Tests.Generating;

/// <summary>Images of the tiny models of the fixtures.</summary>
[Trait("speed", "slow")]
public sealed class GenerateStudyTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Heard _heard = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static string Sdxl => Fixtures.At("sdxl", "model");

    private string Run => _folder.At("run");

    /// <summary>Whole pipelines with one prompt, one seed and no settings beyond a request's.</summary>
    public static IEnumerable<TheoryDataRow<string, string>> Cases =>
        new[] { "sdxl", "sd15" }
            .Where(area => Directory.Exists(Fixtures.At(area, "end-to-end")))
            .SelectMany(area =>
                Directory
                    .EnumerateDirectories(Fixtures.At(area, "end-to-end"))
                    .Where(path => File.Exists(Path.Combine(path, "image.png")) && IsPlain(path))
                    .Order(StringComparer.Ordinal)
                    .Select(path => new TheoryDataRow<string, string>(area, Path.GetFileName(path)))
            );

    public void Dispose() => _folder.Dispose();

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Cases))]
    public async Task An_image_is_the_reference_image(string area, string name)
    {
        var place = Fixtures.At(area, "end-to-end", name);
        using var json = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(place, "case.json"), Token));
        var settings = json.RootElement.GetProperty("settings");
        var model = Path.GetFullPath(Path.Combine(place, settings.GetProperty("model").GetString()!));
        var request = new GenerateRequest(
            model,
            [settings.GetProperty("prompt").GetString()!],
            [settings.GetProperty("seed").GetInt64()],
            new DiffusionSettings
            {
                Steps = settings.GetProperty("num_inference_steps").GetInt32(),
                Guidance = settings.GetProperty("guidance_scale").GetSingle(),
                NegativePrompt = settings.GetProperty("negative_prompt").GetString(),
                Scheduler = "euler",
            }
        )
        {
            Size = new ImageSize(settings.GetProperty("width").GetInt32(), settings.GetProperty("height").GetInt32()),
            Sizes = SizesOf(settings, ""),
            NegativeSizes = SizesOf(settings, "negative_"),
            Run = Run,
        };

        var outcome = await GenerateAsync(request);

        Assert.Empty(outcome.Failed);
        var actual = Decode(Assert.Single(Images("png")));
        var expected = Decode(Path.Combine(place, "image.png"));
        var tolerance = json.RootElement.GetProperty("tolerance");
        var levels = tolerance.GetProperty("image_levels").GetInt32();
        var share = tolerance.GetProperty("image_levels_share_differing").GetDouble();
        Assert.Equal((expected.Width, expected.Height), (actual.Width, actual.Height));
        int[] differences = [.. actual.Samples.Zip(expected.Samples, (a, b) => Math.Abs(a - b))];
        Assert.True(differences.Max() <= levels, $"levels {differences.Max()}");
        Assert.True(differences.Count(d => d > 0) <= share * differences.Length);
    }

    [Fact]
    public async Task A_run_can_be_scored_and_nothing_is_made_twice()
    {
        var request = Tiny(["a red cube", "été 🎈"], [0, 1]);
        var first = await GenerateAsync(request);
        Assert.Equal((4, 4), (first.Result.Made, Images("png").Length));
        Assert.Equal(["generating"], _heard.Stages);
        Assert.Equal(new StageCount(8, 8, 4, 4), _heard.Counts[^1]);
        Assert.Contains($"4 images of model, 4 made now and kept in {Run}", _heard.Notes);

        var again = await GenerateAsync(request);
        Assert.Equal((0, 4), (again.Result.Made, again.Result.Images.Rows.Count));
        Assert.Contains($"4 images of model, all made before in {Run}", _heard.Notes);

        var scores = await ScoreStudy.RunAsync(
            new ScoreRequest([Run]) { Encoders = ["builtin"], Run = Run },
            _heard.Host(),
            Token
        );
        Assert.Equal(["a red cube", "été 🎈"], scores.Report.Sets.Select(set => set.Prompt));
    }

    [Fact]
    public async Task An_image_says_what_made_it()
    {
        await GenerateAsync(Tiny(["a red cube"], [7]));
        var text = Encoding.Latin1.GetString(await File.ReadAllBytesAsync(Assert.Single(Images("png")), Token));
        string[] parts =
        [
            "prompt\0a red cube",
            "seed\07",
            "steps\02",
            "scheduler\0Euler",
            "unet_sha256\0",
            "size\064x64",
            "format\0png",
            "source\0model",
        ];
        Assert.All(parts, part => Assert.Contains(part, text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_the_run_refuses_is_refused_when_it_is_opened()
    {
        var first = Tiny(["a"], [1]);
        await GenerateAsync(first);
        (GenerateRequest Request, Type Fault, string Says)[] cases =
        [
            (first with { Format = "jpg" }, typeof(InputException), "format: png before, jpg now"),
            (
                first with
                {
                    Settings = first.Settings with { Guidance = 3 },
                },
                typeof(InputException),
                "guidance: 7.5 before, 3 now"
            ),
            (first with { Seeds = [4294967297] }, typeof(UsageException), "modulo 2^32"),
            (first with { Seeds = [2, 4294967298] }, typeof(UsageException), "modulo 2^32"),
        ];
        foreach ((var request, var type, var says) in cases)
        {
            var fault = await Assert.ThrowsAsync(type, () => OpenAsync(request));
            Assert.Contains(says, fault.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Without_a_size_the_images_have_that_of_the_training()
    {
        var study = await OpenAsync(Tiny(["a"], [0, 1, 2]) with { Size = null });
        Assert.Equal(new ImageSize(64, 64), study.Size);
        Assert.Equal(3, study.Missing.Count);
        Assert.Equal(default, study.Needs(0));
        Assert.True(study.Needs(3).Disk > study.Needs(1).Disk && study.Needs(1).Memory > 0);
        Assert.False(Directory.Exists(Run));
    }

    [Fact]
    public async Task An_estimate_makes_one_step_and_no_image()
    {
        var study = await OpenAsync(Tiny(["a"], [0]));
        var pace = await study.EstimateAsync(Token);
        Assert.True(pace.Step > TimeSpan.Zero && pace.Steps == 2);
        Assert.False(Directory.Exists(Run));
    }

    [Fact]
    public async Task Images_that_are_not_numbers_fail_and_do_not_end_the_run()
    {
        var copy = Copy();
        var weights = Assert.Single(Directory.GetFiles(Path.Combine(copy, "unet"), "*.safetensors"));
        await using (var file = File.OpenWrite(weights))
        {
            // All bits set are NaN in every precision.
            file.Seek(-64, SeekOrigin.End);
            file.Write([.. Enumerable.Repeat((byte)0xFF, 64)]);
        }

        var outcome = await GenerateAsync(Tiny(["a"], [0, 1]) with { Model = copy });
        Assert.Equal([0L, 1L], outcome.Failed.Select(image => image.Request.Seed));
        Assert.Equal((0, new StageCount(4, 4, 2, 2)), (outcome.Result.Made, _heard.Counts[^1]));
        Assert.Contains("no image of copy was made", _heard.Notes);
    }

    [Fact]
    public async Task A_model_whose_config_was_changed_is_another_model()
    {
        var request = Tiny(["a"], [1]) with { Model = Copy() };
        await GenerateAsync(request);
        var config = Path.Combine(request.Model, "vae", "config.json");
        var text = await File.ReadAllTextAsync(config, Token);
        await File.WriteAllTextAsync(
            config,
            text.Replace("\"scaling_factor\": 0.", "\"scaling_factor\": 0.0", StringComparison.Ordinal),
            Token
        );
        var fault = await Assert.ThrowsAsync<InputException>(() => OpenAsync(request));
        Assert.Contains("vae_config_sha256", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task More_images_than_can_be_listed_are_refused()
    {
        var many = Tiny(
            [.. Enumerable.Range(0, 1001).Select(i => $"{i}")],
            Enumerable.Range(0, 1000).Select(seed => (long)seed)
        );
        var fault = await Assert.ThrowsAsync<UsageException>(() => OpenAsync(many));
        Assert.Contains("are 1001000 images", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_that_cannot_be_written_is_told_before_anything_is_made()
    {
        _folder.Write("x", "run");
        var study = await OpenAsync(Tiny(["a"], [0]));
        Assert.Throws<ResourceException>(() => study.Check(needs: null));
    }

    [Fact]
    public void The_presets_of_the_paper_are_its_settings()
    {
        var preset = GeneratePreset.Of("paper-lora");
        Assert.Equal(("sdxl", 0.6, true), (preset.Model, preset.LoraScale, preset.NeedsLora));
        Assert.Equal((new ImageSize(768, 768), 7.5f, ""), (preset.Size, preset.Guidance, preset.NegativePrompt));
        Assert.Equal(("euler", 20, "0..19", "jpg"), (preset.Scheduler, preset.Steps, preset.Seeds, preset.Format));
        Assert.Contains(
            "paper-sdxl",
            Assert.Throws<UsageException>(() => GeneratePreset.Of("paper")).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task The_disk_that_is_asked_for_holds_images_of_noise_and_little_more()
    {
        const int side = 512;
        var noise = new byte[side * side * 3];
        new Random(1).NextBytes(noise);
        var file = PngWriter.Write(new PixelImage(side, side, noise)).LongLength;
        var study = await OpenAsync(Tiny(["a fox"], [1]) with { Size = new ImageSize(side, side) });
        Assert.InRange(study.Needs(10).Disk, 10 * file, 11 * file);
    }

    private GenerateRequest Tiny(IReadOnlyList<string> prompts, IEnumerable<long> seeds) =>
        new(
            Sdxl,
            prompts,
            [.. seeds],
            new DiffusionSettings
            {
                Steps = 2,
                Guidance = 7.5f,
                Scheduler = "euler",
            }
        )
        {
            Size = new ImageSize(64, 64),
            Run = Run,
        };

    private async Task<GenerateStudy> OpenAsync(GenerateRequest request)
    {
        var source = await GenerateStudy.FindAsync(request, look: false, _heard.Host(), Token);
        return GenerateStudy.Open(request, source, _heard.Host());
    }

    private async Task<GenerateOutcome> GenerateAsync(GenerateRequest request) =>
        await (await OpenAsync(request)).RunAsync(Token);

    /// <summary>The reference gives height and top first.</summary>
    private static GivenSizes SizesOf(JsonElement settings, string prefix)
    {
        (int First, int Second)? Pair(string key) =>
            settings.TryGetProperty(prefix + key, out var pair) ? (pair[0].GetInt32(), pair[1].GetInt32()) : null;
        ImageSize? Size(string key) => Pair(key) is { } pair ? new ImageSize(pair.Second, pair.First) : null;
        return new GivenSizes(
            Size("original_size"),
            Pair("crops_coords_top_left") is { } crop ? (crop.Second, crop.First) : null,
            Size("target_size")
        );
    }

    private string Copy()
    {
        var copy = _folder.At("copy");
        foreach (var file in Directory.EnumerateFiles(Sdxl, "*", SearchOption.AllDirectories))
        {
            File.Copy(file, _folder.For("copy", Path.GetRelativePath(Sdxl, file)));
        }

        return copy;
    }

    private static bool IsPlain(string path)
    {
        using var json = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(path, "case.json")));
        var settings = json.RootElement.GetProperty("settings");
        return settings.GetProperty("prompt").ValueKind == JsonValueKind.String
            && settings.GetProperty("prompt").GetString()!.Trim().Length > 0
            && settings.GetProperty("seed").ValueKind == JsonValueKind.Number;
    }

    private static DecodedImage Decode(string path) => ImageDecoder.Decode(File.ReadAllBytes(path), new ImageLimits());

    private string[] Images(string extension) =>
        Directory.Exists(Path.Combine(Run, "images"))
            ? Directory.GetFiles(Path.Combine(Run, "images"), $"*.{extension}", SearchOption.AllDirectories)
            : [];
}

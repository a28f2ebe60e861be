using Semblance.Models.Configuration;
using Semblance.Models.Diffusion.Denoising;
using Semblance.Models.Diffusion.Noise;
using Semblance.Models.Diffusion.Pipelines;
using Semblance.Models.Diffusion.Texts;
using Semblance.Models.Networks;

namespace Semblance.Models.Tests.Diffusion.Pipelines;

/// <summary>PixArt's pipelines, from prompt to picture.</summary>
[Trait("speed", "slow")]
public sealed class PixArtPipelineTests
{
    public static IEnumerable<TheoryDataRow<string, string>> Cases =>
        DiffusionCase
            .All("", "pixart/end-to-end")
            .Concat(
                File.Exists(Fixtures.At("pixart-sigma", "end-to-end", "case.json"))
                    ? [new TheoryDataRow<string, string>("pixart-sigma", "end-to-end")]
                    : []
            );

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Cases))]
    public void Everything_on_the_way_is_that_of_the_reference(string area, string name)
    {
        var golden = new DiffusionCase(area, name);
        var run = new Run(golden);
        var pipeline = DiffusionPipeline.Open(golden.Model, run.Settings);
        var encoded = pipeline.EncodePrompts([.. run.Prompts.Distinct()], TestContext.Current.CancellationToken);
        AssertTexts(golden, [.. run.Prompts.Select(prompt => encoded[prompt])]);
        var shape = pipeline.LatentsOf(run.Height, run.Width);
        using var denoiser = pipeline.OpenDenoiser(run.Height, run.Width);
        using var decoder = pipeline.OpenDecoder();
        var (steps, decoded, images) = (new List<float[][]>(), new List<float[]>(), new List<byte>());
        // What the network says at each step of each image before guidance, which takes its halves apart.
        var raw = new List<List<float[]>>();
        float[] Batches(Index step) =>
            [
                .. from part in Enumerable.Range(0, run.Settings.Guidance > 1 ? 2 : 1)
                from said in raw.Select(image => image[step])
                from value in said.Chunk(said.Length / (run.Settings.Guidance > 1 ? 2 : 1)).ElementAt(part)
                select value,
            ];
        for (var i = 0; i < run.Prompts.Count; i++)
        {
            var prompt = encoded[run.Prompts[i]];
            raw.Add([]);
            var walk = Trajectory.Walk(
                (latents, timestep, prediction) =>
                {
                    raw[^1].Add(denoiser.Raw(latents, timestep, prompt));
                    new Guidance(pipeline.GuidanceScale).Combine(raw[^1][^1], prediction);
                },
                shape.Length,
                pipeline.Scheduler,
                run.Settings.Steps,
                NoiseKind.Cpu,
                run.Seeds[i]
            );
            steps.Add([.. walk.Select(latents => latents.ToArray())]);
            var image = decoder.Decode(shape.Over(steps[i][^1]));
            decoded.Add(image.Values);
            images.AddRange(pipeline.Finish(image, run.Request(i)));
        }

        golden.AssertRelative(
            "latents.steps",
            [.. Enumerable.Range(0, run.Settings.Steps).SelectMany(step => steps.SelectMany(image => image[step]))]
        );
        AssertSample(golden, "prediction.first", Batches(0), shape, "prediction.first");
        AssertSample(golden, "prediction.last", Batches(^1), shape, "of_standard_deviation");
        AssertSample(
            golden,
            "decoded",
            [.. decoded.SelectMany(picture => picture)],
            new LatentShape(3, shape.Height * pipeline.Autoencoder.Factor, shape.Width * pipeline.Autoencoder.Factor),
            "of_standard_deviation"
        );
        AssertImage(golden, [.. images]);
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Cases))]
    public async Task The_generator_hands_out_the_pictures_of_the_reference(string area, string name)
    {
        var golden = new DiffusionCase(area, name);
        var run = new Run(golden);
        var pipeline = DiffusionPipeline.Open(golden.Model, run.Settings);
        var images = new List<byte>();
        await foreach (
            var image in pipeline.GenerateAsync(
                [.. Enumerable.Range(0, run.Prompts.Count).Select(run.Request)],
                TestContext.Current.CancellationToken
            )
        )
        {
            images.AddRange(image.Pixels());
        }

        AssertImage(golden, [.. images]);
    }

    [Fact]
    public void What_does_not_fit_is_said_and_cut()
    {
        var warnings = new List<string>();
        var pipeline = Open("small", new DiffusionSettings { Guidance = 1 }, warnings);
        string[] prompts = [string.Join(' ', Enumerable.Repeat("a red cat,", 80)), "a dog"];
        pipeline.Rehearse(prompts, 256, 256);
        _ = pipeline.EncodePrompts(prompts, TestContext.Current.CancellationToken);
        Assert.Contains("120 tokens", Assert.Single(warnings));
        Assert.Contains("cut off is \"", warnings[0]);
    }

    [Fact]
    public void Sizes_that_cannot_be_made_are_refused()
    {
        var direct = Open("small", new DiffusionSettings { ResolutionBinning = false });
        var config = PixArtTransformer2DConfig.Read(
            ConfigJson.Read(Fixtures.At("pixart", "model", "small", "transformer", "config.json"))
        );
        var (channels, factor) = (direct.Autoencoder.LatentChannels, direct.Autoencoder.Factor);
        var unit = factor * config.PatchSize;
        var error = Assert.Throws<UsageException>(() => direct.LatentsOf((4 * unit) + 1, 5 * unit));
        Assert.Contains($"multiples of {unit}", error.Message);
        Assert.Equal(
            new LatentShape(channels, 4 * config.PatchSize, 5 * config.PatchSize),
            direct.LatentsOf(4 * unit, 5 * unit)
        );
        // With bins any size can be made, here at the square one of them.
        var side = 8 * config.SampleSize / factor;
        Assert.Equal(new LatentShape(channels, side, side), Open("small", new DiffusionSettings()).LatentsOf(33, 34));
        Assert.Throws<UsageException>(() => Open("small", new DiffusionSettings()).LatentsOf(0, 32));
    }

    [Theory]
    [InlineData("text_encoder", "encoder.block.0.layer.1.DenseReluDense.wo.weight")]
    [InlineData("transformer", "transformer_blocks.0.scale_shift_table")]
    public void A_missing_tensor_is_named(string component, string tensor)
    {
        var model = Fixtures.At("pixart", "model", "small");
        Assert.SkipUnless(Directory.Exists(model), "No PixArt fixtures.");
        var copy = ModelCopies.Of(model).WithTensors(component, (name, values) => name == tensor ? null : values);
        var pipeline = DiffusionPipeline.Open(copy, new DiffusionSettings());
        var error = Assert.Throws<InputException>(() =>
        {
            _ = pipeline.EncodePrompts(["a cat"], TestContext.Current.CancellationToken);
            using var denoiser = pipeline.OpenDenoiser(256, 256);
        });
        Assert.Contains(tensor, error.Message);
        Assert.Contains(component, error.Message);
    }

    [Fact]
    public void Components_that_do_not_belong_together_are_refused()
    {
        var model = Fixtures.At("pixart", "model", "small");
        Assert.SkipUnless(Directory.Exists(model), "No PixArt fixtures.");
        var copy = ModelCopies
            .Of(model)
            .WithJson(
                "transformer/config.json",
                json => json["caption_channels"] = 2 * json["caption_channels"]!.GetValue<int>()
            );
        var error = Assert.Throws<InputException>(() => DiffusionPipeline.Open(copy, new DiffusionSettings()));
        Assert.Contains("do not belong together", error.Message);

        copy = ModelCopies
            .Of(model)
            .WithJson("transformer/config.json", json => json["_class_name"] = "FluxTransformer2DModel");
        error = Assert.Throws<InputException>(() => DiffusionPipeline.Open(copy, new DiffusionSettings()));
        Assert.Contains("the transformer is a FluxTransformer2DModel", error.Message);

        copy = ModelCopies.Of(model).WithJson("transformer/config.json", json => json["sample_size"] = 96);
        Assert.Contains(
            "no aspect bins are known",
            Assert.Throws<UsageException>(() => DiffusionPipeline.Open(copy, new DiffusionSettings())).Message
        );
    }

    private static DiffusionPipeline Open(string model, DiffusionSettings settings, List<string>? warnings = null)
    {
        var folder = Fixtures.At("pixart", "model", model);
        Assert.SkipUnless(Directory.Exists(folder), "No PixArt fixtures.");
        return DiffusionPipeline.Open(
            folder,
            settings,
            new DiffusionProgress(Warnings: warnings is null ? null : new Listener(warnings))
        );
    }

    private static void AssertTexts(DiffusionCase golden, PromptPair[] pairs)
    {
        void Check(string tensor, IEnumerable<float> actual)
        {
            if (golden.Has(tensor))
            {
                golden.AssertRelative(tensor, [.. actual]);
            }
        }

        Check("prompt_embeds", pairs.SelectMany(pair => pair.Positive.States));
        Check("negative_embeds", pairs.SelectMany(pair => pair.Negative?.States ?? []));
        if (golden.Has("prompt_mask"))
        {
            Assert.Equal(golden.Expected("prompt_mask"), pairs.SelectMany(pair => pair.Positive.Mask));
        }

        if (golden.Has("negative_mask"))
        {
            Assert.Equal(golden.Expected("negative_mask"), pairs.SelectMany(pair => pair.Negative!.Mask));
        }
    }

    /// <summary>Of large tensors the case holds every n-th row and column.</summary>
    private static void AssertSample(
        DiffusionCase golden,
        string tensor,
        float[] actual,
        LatentShape shape,
        string tolerance
    )
    {
        if (
            golden.Outputs.FirstOrDefault(key => key.StartsWith($"{tensor}.every_", StringComparison.Ordinal)) is
            { } sample
        )
        {
            var stride = int.Parse(sample[(tensor.Length + ".every_".Length)..^"th".Length]);
            golden.AssertRelative(
                sample,
                [
                    .. actual.Where(
                        (_, i) => i % shape.Width % stride == 0 && i / shape.Width % shape.Height % stride == 0
                    ),
                ],
                tolerance
            );
        }
        else if (golden.Has(tensor))
        {
            golden.AssertRelative(tensor, actual, tolerance);
        }
    }

    /// <summary>At most one level off, on at most one value in a hundred.</summary>
    private static void AssertImage(DiffusionCase golden, byte[] actual)
    {
        var expected = golden.ExpectedBytes("image");
        Assert.Equal(expected.Length, actual.Length);
        var off = expected.Zip(actual, (want, got) => Math.Abs(want - got)).ToArray();
        Assert.InRange(off.Max(), 0, 1);
        Assert.InRange(off.Count(levels => levels > 0) / (double)off.Length, 0, 0.01);
    }

    private sealed class Listener(List<string> warnings) : IProgress<string>
    {
        public void Report(string value) => warnings.Add(value);
    }

    /// <summary>What a case asks for: one entry for each picture.</summary>
    private sealed class Run
    {
        public Run(DiffusionCase golden)
        {
            var json = golden.Settings;
            var each = json.GetProperty("num_images_per_prompt").GetInt32();
            Prompts = [.. golden.Prompts().SelectMany(prompt => Enumerable.Repeat(prompt, each))];
            Seeds = [.. json.GetProperty("seeds").EnumerateArray().Select(seed => seed.GetInt64())];
            (Height, Width) = (json.GetProperty("height").GetInt32(), json.GetProperty("width").GetInt32());
            Settings = new DiffusionSettings
            {
                Steps = json.GetProperty("num_inference_steps").GetInt32(),
                Guidance = json.GetProperty("guidance_scale").GetSingle(),
                NegativePrompt = json.GetProperty("negative_prompt").GetString(),
                Scheduler = json.GetProperty("scheduler").GetString(),
                ResolutionBinning = json.GetProperty("use_resolution_binning").GetBoolean(),
                CleanCaptions = json.GetProperty("clean_caption").GetBoolean(),
                // Trimmed texts have no mask.
                TrimmedText = golden.Has("prompt_embeds") && !golden.Has("prompt_mask"),
                Threads = 1,
            };
        }

        public IReadOnlyList<string> Prompts { get; }

        public IReadOnlyList<long> Seeds { get; }

        public int Height { get; }

        public int Width { get; }

        public DiffusionSettings Settings { get; }

        public ImageRequest Request(int i) => new(Prompts[i], Seeds[i], Width, Height);
    }
}

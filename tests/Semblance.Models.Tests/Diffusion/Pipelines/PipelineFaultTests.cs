using System.Text.Json.Nodes;
using Semblance.Models.Checkpoints;
using Semblance.Models.Configuration;
using Semblance.Models.Diffusion.Denoising;
using Semblance.Models.Diffusion.Noise;
using Semblance.Models.Diffusion.Pipelines;
using Semblance.Models.Diffusion.Schedulers;
using Semblance.Models.Tests.Encoders;

namespace Semblance.Models.Tests.Diffusion.Pipelines;

/// <summary>What becomes of bad models, bad requests and bad pictures.</summary>
[Trait("speed", "slow")]
public sealed class PipelineFaultTests
{
    private static readonly string _sdxl = Fixtures.At("sdxl", "model");
    private static readonly string _sd15 = Fixtures.At("sd15", "model");
    private static readonly DiffusionSettings _settings = new()
    {
        Steps = 2,
        Guidance = 1,
        Threads = 1,
        Scheduler = "euler",
    };

    [Theory]
    [InlineData("FluxPipeline", "FluxPipeline is not supported")]
    [InlineData("StableDiffusion3Pipeline", "server back-end")]
    [InlineData(null, "_class_name is missing or empty. Known are StableDiffusionXLPipeline, ")]
    [InlineData("", "_class_name is missing or empty")]
    public void Another_architecture_is_refused_by_name(string? name, string part)
    {
        var model = ModelCopies.Of(_sdxl).WithJson("model_index.json", json => json["_class_name"] = name);

        AssertRefused(model, part, "model_index.json");
    }

    [Theory]
    [InlineData("unet", "UNet3DConditionModel", "UNet2DConditionModel")]
    [InlineData("vae", "AutoencoderKLTemporalDecoder", "AutoencoderKL")]
    [InlineData("text_encoder", "T5EncoderModel", "CLIPTextModel or ")]
    [InlineData("text_encoder_2", "T5EncoderModel", "CLIPTextModel or ")]
    [InlineData("tokenizer", "T5Tokenizer", "CLIPTokenizer")]
    public void A_component_of_another_class_is_refused_by_name_where_it_would_fit(
        string component,
        string named,
        string known
    )
    {
        var part = $"the {component} is a {named}, which is not supported in a StableDiffusionXLPipeline; {known}";
        var index = ModelCopies.Of(_sdxl).WithJson("model_index.json", json => json[component]!.AsArray()[1] = named);
        AssertRefused(index, part, "model_index.json");
        if (component == "tokenizer")
        {
            return;
        }

        var config = ModelCopies
            .Of(_sdxl)
            .WithJson(
                $"{component}/config.json",
                json =>
                {
                    if (json.ContainsKey("architectures"))
                    {
                        json["architectures"] = new JsonArray(named);
                    }
                    else
                    {
                        json["_class_name"] = named;
                    }
                }
            );
        AssertRefused(config, part, "config.json");
    }

    [Fact]
    public void The_scheduler_is_of_the_class_that_the_pipeline_names_as_in_diffusers()
    {
        var model = ModelCopies
            .Of(_sdxl)
            .WithJson("model_index.json", json => json["scheduler"]!.AsArray()[1] = "DDIMScheduler");

        var pipeline = DiffusionPipeline.Open(model, _settings with { Scheduler = null });

        Assert.Equal(DdimScheduler.Kind, pipeline.Scheduler.Kind);
    }

    [Theory]
    [InlineData("single.safetensors", true)]
    [InlineData("x.ckpt", true)]
    [InlineData("m/x.ckpt", false)]
    [InlineData("m/single.safetensors", false)]
    [InlineData("file", true)]
    public void What_is_no_checkpoint_in_one_file_is_refused_by_its_path(string name, bool there)
    {
        var path = Path.Combine(TinyModels.NewFolder(), name);
        if (there)
        {
            File.WriteAllText(path, "weights");
        }

        var fault = Assert.Throws<InputException>(() => DiffusionPipeline.Open(path, _settings));

        Assert.StartsWith(path, fault.Message, StringComparison.Ordinal);
        Assert.Equal(!there, fault.Message.Contains("does not exist", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""{"a": [1]}""")]
    [InlineData("""{"a": "1"}""")]
    public async Task Json_of_another_form_is_told_without_the_parsers_words(string vocabulary)
    {
        var model = ModelCopies.Of(_sdxl);
        File.WriteAllText(Path.Combine(model, "tokenizer", "vocab.json"), vocabulary);

        var fault = await Assert.ThrowsAsync<InputException>(() => Make(model, _settings, [Request(0)]));

        Assert.EndsWith(
            "vocab.json cannot be understood: it is JSON, but not of the form that belongs there.",
            fault.Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Damaged_json_is_told_by_its_place()
    {
        var model = ModelCopies.Of(_sdxl);
        File.WriteAllText(Path.Combine(model, "unet", "config.json"), "{\n\"in_channels\": ");

        var fault = Assert.Throws<InputException>(() => DiffusionPipeline.Open(model, _settings));

        Assert.Contains("config.json cannot be understood", fault.Message, StringComparison.Ordinal);
        Assert.Contains("line 2, byte ", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("isFinalBlock", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("fp16", "fp32", "text_encoder, text_encoder_2, vae")]
    [InlineData("bf16", "fp16", "unet")]
    [InlineData("fp32", "fp16", "unet")]
    public void Weights_that_are_not_there_in_the_precision_asked_for_are_told(string variant, string stored, string of)
    {
        var model = ModelCopies.Of(_sdxl);
        var unet = Checkpoint.Open(Path.Combine(model, "unet"));
        TinyModels.WriteSafeTensors(
            Path.Combine(model, "unet", "diffusion_pytorch_model.fp16.safetensors"),
            unet.Tensors.Values.ToDictionary(entry => entry.Name, entry => (entry.Shape, unet.ReadFloat32(entry.Name))),
            type: "float16"
        );
        if (variant != "fp16")
        {
            File.Delete(Path.Combine(model, "unet", "diffusion_pytorch_model.safetensors"));
        }

        var warnings = new Told<string>();

        DiffusionPipeline.Open(model, _settings with { Variant = variant }, new DiffusionProgress(Warnings: warnings));

        Assert.Contains(
            warnings.All,
            warning =>
                warning.EndsWith(
                    $"no {variant} weights of {of}; what is there, {stored}, is read.",
                    StringComparison.Ordinal
                )
        );
        Assert.Equal(variant == "bf16" ? 2 : 1, warnings.All.Count);
        warnings.All.Clear();
        DiffusionPipeline.Open(model, _settings, new DiffusionProgress(Warnings: warnings));
        Assert.Empty(warnings.All);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_only_pixart_has_is_refused_by_the_others(bool binning)
    {
        Assert.Contains(
            "resolution binning",
            Assert
                .Throws<UsageException>(() =>
                    DiffusionPipeline.Open(_sdxl, _settings with { ResolutionBinning = binning })
                )
                .Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "trimmed texts",
            Assert
                .Throws<UsageException>(() => DiffusionPipeline.Open(_sd15, _settings with { TrimmedText = true }))
                .Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_folder_without_an_index_is_refused() =>
        AssertRefused(Path.Combine(_sdxl, "unet"), "model_index.json", "unet");

    [Fact]
    public void A_folder_that_is_not_there_is_refused() =>
        AssertRefused(Path.Combine(_sdxl, "nowhere"), "nowhere is not a folder");

    [Theory]
    [InlineData("vae")]
    [InlineData("unet")]
    [InlineData("text_encoder_2")]
    [InlineData("scheduler")]
    public void A_missing_component_is_named(string component)
    {
        var model = ModelCopies.Of(_sdxl);
        Directory.Delete(Path.Combine(model, component), recursive: true);

        AssertRefused(model, component, "fetch the whole model");
    }

    [Theory]
    [InlineData("unet", "class_embed_type", "projection")]
    [InlineData("unet", "addition_embed_type", "image")]
    [InlineData("unet", "mid_block_type", "UNetMidBlock2DSimpleCrossAttn")]
    public void A_network_of_another_make_is_refused_by_its_key(string component, string key, string value)
    {
        var model = ModelCopies.Of(_sdxl).WithJson($"{component}/config.json", json => json[key] = value);

        AssertRefused(model, key, value, "config.json");
    }

    [Theory]
    [InlineData("unet", "layers_per_block")]
    [InlineData("unet", "transformer_layers_per_block")]
    [InlineData("vae", "layers_per_block")]
    [InlineData("text_encoder", "num_hidden_layers")]
    public void More_layers_than_any_model_has_are_refused_by_the_key(string component, string key)
    {
        var model = ModelCopies.Of(_sdxl).WithJson($"{component}/config.json", json => json[key] = 500_000_000);
        AssertRefused(model, key, "500000000", "1000", "config.json");
        if (component == "unet")
        {
            model = ModelCopies.Of(_sdxl).WithJson("unet/config.json", json => json[key] = new JsonArray(1, 1, 1001));
            AssertRefused(model, key, "1001", "config.json");
        }
    }

    [Theory]
    [InlineData("model_index.json")]
    [InlineData("unet/config.json")]
    [InlineData("scheduler/scheduler_config.json")]
    public void JSON_that_is_not_in_UTF_8_is_refused_by_its_file(string file)
    {
        var model = ModelCopies.Of(_sdxl);
        var path = Path.Combine(model, file);
        var bytes = File.ReadAllBytes(path);
        bytes[Array.IndexOf(bytes, (byte)'"') + 2] = 0xFF;
        File.WriteAllBytes(path, bytes);
        AssertRefused(model, file, "not in UTF-8");
    }

    [Fact]
    public void Unets_for_inpainting_are_refused()
    {
        var model = ModelCopies.Of(_sd15).WithJson("unet/config.json", json => json["in_channels"] = 9);

        AssertRefused(model, "9 channels", "inpainting");
    }

    [Fact]
    public void Components_that_do_not_belong_together_are_refused()
    {
        var width = ConfigJson.Read(Path.Combine(_sd15, "text_encoder", "config.json")).Size("hidden_size");
        var model = ModelCopies.Of(_sd15).WithJson("unet/config.json", json => json["cross_attention_dim"] = 2 * width);

        AssertRefused(model, $"cross_attention_dim is {2 * width}", $"give {width} numbers");
    }

    [Fact]
    public async Task A_missing_tensor_is_named()
    {
        const string Tensor = "mid_block.resnets.0.conv1.bias";
        var model = ModelCopies.Of(_sdxl).WithTensors("unet", (name, values) => name == Tensor ? null : values);

        var fault = await Assert.ThrowsAsync<InputException>(() => Make(model, _settings, [Request(0)]));

        Assert.Contains(Tensor, fault.Message, StringComparison.Ordinal);
        Assert.Contains("unet", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_projection_of_the_pooled_text_is_missed_by_name()
    {
        var model = ModelCopies
            .Of(_sdxl)
            .WithTensors("text_encoder_2", (name, values) => name == "text_projection.weight" ? null : values);

        var fault = await Assert.ThrowsAsync<InputException>(() => Make(model, _settings, [Request(0)]));

        Assert.Contains("tensor text_projection.weight is missing", fault.Message, StringComparison.Ordinal);
        Assert.Contains("text_encoder_2", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("decoder.extra.weight")]
    [InlineData("quantize.embedding.weight")]
    public async Task A_tensor_that_the_autoencoder_has_too_many_is_named(string extra)
    {
        var model = ModelCopies.Of(_sdxl).WithTensor("vae", extra, [3], [1, 2, 3]);

        var fault = await Assert.ThrowsAsync<InputException>(() => Make(model, _settings, [Request(0)]));

        Assert.Contains("1 tensor has no place", fault.Message, StringComparison.Ordinal);
        Assert.Contains(extra, fault.Message, StringComparison.Ordinal);
        Assert.Contains("vae", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_autoencoder_may_lack_its_encoder()
    {
        var model = ModelCopies
            .Of(_sdxl)
            .WithTensors(
                "vae",
                (name, values) =>
                    name.StartsWith("encoder.", StringComparison.Ordinal)
                    || name.StartsWith("quant_conv.", StringComparison.Ordinal)
                        ? null
                        : values
            );

        Assert.Single(await Make(model, _settings, [Request(0)]));
    }

    [Fact]
    public async Task A_tensor_that_is_left_over_is_named()
    {
        // As where a config has fewer blocks than the weights, which would give wrong images in silence.
        const string Extra = "mid_block.attentions.0.transformer_blocks.99.norm1.weight";
        var model = ModelCopies.Of(_sdxl).WithTensor("unet", Extra, [3], [1, 2, 3]);

        var fault = await Assert.ThrowsAsync<InputException>(() => Make(model, _settings, [Request(0)]));

        Assert.Contains(Extra, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Zero_steps_and_too_many_are_refused()
    {
        Assert.Throws<UsageException>(() => DiffusionPipeline.Open(_sdxl, _settings with { Steps = 0 }));
        Assert.Throws<UsageException>(() => DiffusionPipeline.Open(_sdxl, _settings with { Steps = 1_000_000 }));
    }

    [Fact]
    public void Size_conditions_are_for_sdxl_only()
    {
        var settings = _settings with { Sizes = SizeConditions.Of(64, 64) };

        var fault = Assert.Throws<UsageException>(() => DiffusionPipeline.Open(_sd15, settings));

        Assert.Contains("size conditions", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(65, 64)]
    [InlineData(64, 0)]
    [InlineData(64, -8)]
    public void A_size_that_the_model_cannot_make_is_refused_before_anything_is_loaded(int width, int height)
    {
        var pipeline = DiffusionPipeline.Open(_sdxl, _settings);

        var fault = Assert.Throws<UsageException>(() =>
            pipeline.GenerateAsync([new ImageRequest("fox", 1, width, height)], TestContext.Current.CancellationToken)
        );

        Assert.Contains($"{width}x{height}", fault.Message, StringComparison.Ordinal);
        Assert.Contains($"multiples of {pipeline.Autoencoder.Factor}", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(NoiseKind.Cpu, 7, 7)]
    [InlineData(NoiseKind.Cuda, 7, 7)]
    [InlineData(NoiseKind.Cpu, 7, 7 + (1L << 32))]
    [InlineData(NoiseKind.Cpu, 7, -1)]
    public void Seeds_that_give_one_picture_twice_are_refused(NoiseKind noise, long first, long second)
    {
        var pipeline = DiffusionPipeline.Open(_sdxl, _settings with { Noise = noise });

        var fault = Assert.Throws<UsageException>(() =>
            pipeline.GenerateAsync([Request(first), Request(second)], TestContext.Current.CancellationToken)
        );

        Assert.Contains($"{second}", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cuda_noise_tells_apart_seeds_that_are_equal_modulo_two_to_the_32()
    {
        var images = await Make(
            _sdxl,
            _settings with
            {
                Noise = NoiseKind.Cuda,
            },
            [Request(7), Request(7 + (1L << 32))]
        );

        Assert.NotEqual(images[0].Pixels(), images[1].Pixels());
    }

    [Theory]
    [InlineData("unet", "NaN", "after step 1 of 2")]
    [InlineData("vae", "NaN", "autoencoder")]
    [InlineData("vae", "-100", "black")]
    public async Task Broken_pictures_are_told_and_do_not_end_the_run(string component, string bias, string part)
    {
        var model = ModelCopies
            .Of(_sdxl)
            .WithTensors(
                component,
                (name, values) =>
                    name.EndsWith("conv_out.bias", StringComparison.Ordinal)
                    && !name.StartsWith("encoder", StringComparison.Ordinal)
                        ? [.. values.Select(_ => float.Parse(bias))]
                        : values
            );
        var failures = new Told<FailedImage>();

        var images = await Make(model, _settings, [Request(3), Request(4)], new DiffusionProgress(Failures: failures));

        Assert.Empty(images);
        Assert.Equal([3, 4], failures.All.Select(failure => failure.Request.Seed));
        Assert.All(failures.All, failure => Assert.Contains(part, failure.Reason, StringComparison.Ordinal));
        Assert.Contains("prompt \"a red fox\", seed 3", failures.All[0].Reason, StringComparison.Ordinal);
        Assert.Equal(part == "black", failures.All[0].Pixels is not null);
        // Where nobody listens, nothing is left out in silence.
        await Assert.ThrowsAsync<InputException>(() => Make(model, _settings, [Request(3)]));
    }

    [Fact]
    public async Task Every_step_is_told_and_a_long_prompt_warned_of()
    {
        var (steps, warnings) = (new Told<DenoisingStep>(), new Told<string>());
        var prompt = string.Join(' ', Enumerable.Repeat("fox", 200)) + " zebra";
        var request = new ImageRequest(prompt, 5, 64, 64);

        var images = await Make(
            _sdxl,
            _settings with
            {
                Steps = 3,
            },
            [request],
            new DiffusionProgress(Steps: steps, Warnings: warnings)
        );

        Assert.Single(images);
        Assert.Equal([new(request, 1, 3), new(request, 2, 3), new(request, 3, 3)], steps.All);
        var warning = Assert.Single(warnings.All);
        Assert.Contains("fox zebra\"", warning, StringComparison.Ordinal);
        Assert.Contains("The prompt \"fox fox", warning, StringComparison.Ordinal);
        Assert.InRange(warning.Length, 100, 300);
    }

    [Fact]
    public async Task A_run_that_is_cancelled_keeps_the_pictures_that_it_has_handed_out()
    {
        using var source = new CancellationTokenSource();
        var pipeline = DiffusionPipeline.Open(_sdxl, _settings);
        var images = new List<GeneratedImage>();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var image in pipeline.GenerateAsync([Request(1), Request(2)], source.Token))
            {
                images.Add(image);
                await source.CancelAsync();
            }
        });

        Assert.Equal(1, Assert.Single(images).Request.Seed);
    }

    [Fact]
    public async Task Pictures_of_several_sizes_are_made_in_one_run()
    {
        ImageRequest[] requests = [new("fox", 1, 64, 64), new("fox", 2, 48, 80), new("fox", 3, 64, 64)];

        var images = await Make(_sd15, _settings, requests);

        Assert.Equal([1, 3, 2], images.Select(image => image.Request.Seed));
        Assert.All(
            images,
            image => Assert.Equal(image.Request.Width * image.Request.Height * 3, image.Pixels().Length)
        );
        var alone = await Make(_sd15, _settings, [requests[1]]);
        Assert.Equal(alone[0].Pixels(), images[2].Pixels());
    }

    [Fact]
    public async Task Tiles_change_a_large_picture_a_little_and_a_small_one_not_at_all()
    {
        // Tiles are as large as the images of training.
        var autoencoder = DiffusionPipeline.Open(_sdxl, _settings).Autoencoder;
        var (side, half) = (
            autoencoder.SampleSize,
            autoencoder.SampleSize / autoencoder.Factor / 2 * autoencoder.Factor
        );
        ImageRequest[] requests = [new("fox", 1, side, side), new("fox", 1, 2 * side, side + half)];

        var whole = await Make(_sdxl, _settings, requests);
        var tiled = await Make(_sdxl, _settings with { Tiled = true }, requests);

        Assert.Equal(whole[0].Pixels(), tiled[0].Pixels());
        Assert.NotEqual(whole[1].Pixels(), tiled[1].Pixels());
        var off = whole[1].Pixels().Zip(tiled[1].Pixels(), (a, b) => Math.Abs(a - b)).Average();
        Assert.InRange(off, 0, 40);
    }

    private static ImageRequest Request(long seed) => new("a red fox", seed, 64, 64);

    private static void AssertRefused(string model, params string[] parts)
    {
        var fault = Assert.Throws<InputException>(() => DiffusionPipeline.Open(model, _settings));
        Assert.All(parts, part => Assert.Contains(part, fault.Message, StringComparison.Ordinal));
    }

    private static async Task<List<GeneratedImage>> Make(
        string model,
        DiffusionSettings settings,
        IReadOnlyList<ImageRequest> requests,
        DiffusionProgress? progress = null
    )
    {
        var images = new List<GeneratedImage>();
        var pipeline = DiffusionPipeline.Open(model, settings, progress);
        await foreach (var image in pipeline.GenerateAsync(requests, TestContext.Current.CancellationToken))
        {
            images.Add(image);
        }

        return images;
    }

    /// <summary>Unlike Progress, tells at once and in order.</summary>
    private sealed class Told<T> : IProgress<T>
    {
        public List<T> All { get; } = [];

        public void Report(T value) => All.Add(value);
    }
}

using Semblance.Models.Checkpoints;
using Semblance.Models.Diffusion.Pipelines;
using Semblance.Models.Tests.Encoders;

namespace Semblance.Models.Tests.Diffusion.Components;

public sealed class OneFileModelTests
{
    private const string Prompt = "a cat on a mat!";

    [Theory]
    [InlineData("sdxl", null)]
    [InlineData("sd15", "fp16")]
    public void A_model_in_one_file_makes_the_pictures_of_its_folder_to_the_bit(string area, string? variant)
    {
        var model = Fixtures.At(area, "model");
        Assert.SkipUnless(Directory.Exists(model), "This fixture root has no such model.");
        var extra = new Dictionary<string, (long[], float[])>
        {
            ["alphas_cumprod"] = ([3], [1, 2, 3]),
            ["model_ema.decay"] = ([], [1]),
            ["cond_stage_model.logit_scale"] = ([], [1]),
            ["first_stage_model.loss.logvar"] = ([], [1]),
        };
        var file = Written(model, extra);

        var settings = new DiffusionSettings
        {
            Steps = 2,
            Threads = 1,
            Variant = variant,
        };
        Assert.Equal(Picture(model, settings), Picture(file, settings with { Configuration = model }));
    }

    [Fact]
    public void A_torch_archive_makes_the_pictures_of_the_other_form()
    {
        var model = Fixtures.At("sdxl", "model");
        Assert.SkipUnless(Directory.Exists(model), "This fixture root has no such model.");
        var file = Written(model);
        var torch = TorchFile.Write(Path.ChangeExtension(file, ".ckpt"), file);
        var settings = new DiffusionSettings
        {
            Steps = 1,
            Threads = 1,
            Configuration = model,
        };
        Assert.Equal(Picture(file, settings), Picture(torch, settings));
    }

    [Fact]
    public void Configurations_beside_the_file_are_found()
    {
        var model = Fixtures.At("sdxl", "model");
        Assert.SkipUnless(Directory.Exists(model), "This fixture root has no such model.");
        var copy = ModelCopies.Of(model);
        var file = Path.Combine(copy, "whole.safetensors");
        File.Move(Written(model), file);
        var settings = new DiffusionSettings { Steps = 1, Threads = 1 };
        Assert.Equal(Picture(model, settings), Picture(file, settings));
    }

    [Fact]
    public void A_tokenizer_of_another_model_of_CLIP_is_filled_up_as_each_encoder_needs_it()
    {
        var model = Fixtures.At("sdxl", "model");
        Assert.SkipUnless(Directory.Exists(model), "This fixture root has no such model.");
        var file = Written(model);
        // All configurations, but only the first tokenizer: the second one fills up with "!" nonetheless.
        var configurations = ModelCopies.Of(model);
        Directory.Delete(Path.Combine(configurations, "tokenizer_2"), recursive: true);
        var settings = new DiffusionSettings { Steps = 1, Threads = 1 };
        var own = Picture(model, settings);
        Assert.Equal(own, Picture(file, settings with { Configuration = configurations }));

        Directory.Delete(Path.Combine(configurations, "tokenizer"), recursive: true);
        var tokenizer = Path.Combine(model, "tokenizer");
        Assert.Equal(own, Picture(file, settings with { Configuration = configurations, Tokenizers = tokenizer }));
        var lacking = settings with { Configuration = configurations };
        var error = Assert.Throws<InputException>(() => DiffusionPipeline.Open(file, lacking));
        Assert.Contains("no tokenizer", error.Message, StringComparison.Ordinal);
        Assert.Contains(error.Remedies, remedy => remedy.Kind == RemedyKind.GiveConfiguration);
    }

    [Fact]
    public void An_autoencoder_is_taken_from_a_folder_or_file_of_either_names()
    {
        var model = Fixtures.At("sdxl", "model");
        Assert.SkipUnless(Directory.Exists(model), "This fixture root has no such model.");
        var other = ModelCopies.Of(model).WithTensors("vae", (_, values) => [.. values.Select(value => value * 0.9f)]);
        var settings = new DiffusionSettings { Steps = 1, Threads = 1 };
        var expected = Picture(other, settings);
        Assert.NotEqual(expected, Picture(model, settings));

        var folder = Path.Combine(other, "vae");
        var inDiffusersNames = Directory.GetFiles(folder, "*.safetensors").Single();
        var inOriginalNames = Written(
            other,
            keep: name => name.StartsWith("first_stage_model.", StringComparison.Ordinal)
        );
        foreach (var vae in new[] { other, folder, inDiffusersNames, inOriginalNames })
        {
            Assert.Equal(expected, Picture(model, settings with { Vae = vae }));
        }

        var without = Written(model, keep: name => !name.StartsWith("first_stage_model.", StringComparison.Ordinal));
        var given = settings with { Configuration = model };
        Assert.Equal(expected, Picture(without, given with { Vae = folder }));
        var error = Assert.Throws<InputException>(() => DiffusionPipeline.Open(without, given));
        Assert.Contains(error.Remedies, remedy => remedy.Kind == RemedyKind.GiveAutoencoder);

        var recipe = DiffusionPipeline.Open(model, settings with { Vae = folder }).Recipe.ToDictionary();
        Assert.Equal("vae", recipe["source_vae"]);
        Assert.Equal(Checkpoint.Open(folder).Sha256(), recipe["vae_sha256"]);
    }

    [Theory]
    [InlineData("sdxl", 2)]
    [InlineData("sd15", 1)]
    public void Clip_skip_counts_layers_from_the_end(string area, int usual)
    {
        var model = Fixtures.At(area, "model");
        Assert.SkipUnless(Directory.Exists(model), "This fixture root has no such model.");
        var settings = new DiffusionSettings
        {
            Steps = 1,
            Threads = 1,
            Variant = area == "sd15" ? "fp16" : null,
        };
        var own = DiffusionPipeline.Open(model, settings);
        var same = DiffusionPipeline.Open(model, settings with { ClipSkip = usual });
        var other = DiffusionPipeline.Open(model, settings with { ClipSkip = 3 - usual });
        Assert.Equal(own.Recipe, same.Recipe);
        Assert.Equal(States(own), States(same));
        Assert.NotEqual(States(own), States(other));
        Assert.Contains(other.Recipe, part => part.Key == "clip_skip" && part.Value == $"{3 - usual}");
        Assert.Throws<UsageException>(() => DiffusionPipeline.Open(model, settings with { ClipSkip = 0 }));
        Assert.Throws<UsageException>(() => DiffusionPipeline.Open(model, settings with { ClipSkip = 99 }));
    }

    [Theory]
    [InlineData("model.diffusion_model.joint_blocks.0.x.weight", "Stable Diffusion 3")]
    [InlineData("model.diffusion_model.double_blocks.0.x.weight", "FLUX")]
    [InlineData("conditioner.embedders.0.model.ln_final.weight", "holds no model.diffusion_model.", "refiner")]
    [InlineData("lora_unet_x.alpha", "LoRA")]
    [InlineData("decoder.conv_in.weight", "autoencoder")]
    [InlineData("some.weight", "no model of SDXL or SD 1.5")]
    public void What_a_file_is_that_is_no_such_model_is_said(string tensor, params string[] named)
    {
        var file = Path.Combine(TinyModels.NewFolder(), "x.safetensors");
        TinyModels.WriteSafeTensors(file, new Dictionary<string, (long[], float[])> { [tensor] = ([1], [1]) });
        var error = Assert.Throws<InputException>(() => DiffusionPipeline.Open(file, new DiffusionSettings()));
        Assert.Contains(named, text => error.Message.Contains(text, StringComparison.Ordinal));
    }

    [Fact]
    public void Sizes_that_no_published_model_has_need_a_configuration()
    {
        var model = Fixtures.At("sdxl", "model");
        Assert.SkipUnless(Directory.Exists(model), "This fixture root has no such model.");
        var file = Written(model);
        var settings = new DiffusionSettings { Tokenizers = Path.Combine(model, "tokenizer") };
        var error = Assert.Throws<InputException>(() => DiffusionPipeline.Open(file, settings));
        Assert.Contains(error.Remedies, remedy => remedy.Kind == RemedyKind.GiveConfiguration);
        Assert.Throws<UsageException>(() => DiffusionPipeline.Open(model, settings with { Configuration = model }));
    }

    private static string Written(
        string model,
        IReadOnlyDictionary<string, (long[], float[])>? extra = null,
        Func<string, bool>? keep = null
    ) => OneFile.Write(Path.Combine(TinyModels.NewFolder(), "tiny.safetensors"), model, extra, keep);

    private static float[] States(DiffusionPipeline pipeline) =>
        pipeline.EncodePrompts([Prompt], TestContext.Current.CancellationToken)[Prompt].Positive.States;

    private static byte[] Picture(string model, DiffusionSettings settings)
    {
        var pipeline = DiffusionPipeline.Open(model, settings);
        pipeline.Rehearse([Prompt], 64, 64);
        Assert.True(pipeline.MemoryNeeded(64, 64) > 0);
        var prompt = pipeline.EncodePrompts([Prompt], TestContext.Current.CancellationToken)[Prompt];
        using var denoiser = pipeline.OpenDenoiser(64, 64);
        var request = new ImageRequest(Prompt, 5, 64, 64);
        var latents = pipeline.Walk(denoiser, prompt, request).Last();
        using var decoder = pipeline.OpenDecoder();
        return pipeline.Finish(decoder.Decode(pipeline.LatentsOf(64, 64).Over(latents)), request);
    }
}

using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Semblance.Models.Checkpoints;
using Semblance.Models.Devices;
using Semblance.Models.Diffusion.Components;
using Semblance.Models.Diffusion.Pipelines;
using Semblance.Models.Tests.Encoders;

namespace Semblance.Models.Tests.Diffusion.Pipelines;

/// <summary>Whatever changes pictures changes the recipe, and nothing else does.</summary>
public sealed class PipelineRecipeTests
{
    private static readonly DiffusionSettings _settings = new() { Steps = 2, Name = "tiny" };

    private static string Sdxl => Fixtures.At("sdxl", "model");

    private static string PixArt => Fixtures.At("pixart", "model", "small");

    [Theory]
    [InlineData("scheduler/scheduler_config.json", "prediction_type", "\"v_prediction\"", "scheduler_config_sha256")]
    [InlineData("scheduler/scheduler_config.json", "beta_end", "0.013", "scheduler_config_sha256")]
    [InlineData("scheduler/scheduler_config.json", "steps_offset", "0", "scheduler_config_sha256")]
    [InlineData("vae/config.json", "scaling_factor", "0.2", "vae_config_sha256")]
    [InlineData("text_encoder/config.json", "hidden_act", "\"gelu\"", "text_encoder_config_sha256")]
    [InlineData("unet/config.json", "act_fn", "\"gelu\"", "unet_config_sha256")]
    [InlineData("unet/config.json", "norm_eps", "0.001", "unet_config_sha256")]
    [InlineData("unet/config.json", "flip_sin_to_cos", "false", "unet_config_sha256")]
    [InlineData("model_index.json", "force_zeros_for_empty_prompt", "false", "model_index_sha256")]
    public void A_changed_config_is_another_recipe(string file, string key, string value, string part)
    {
        var copy = ModelCopies.Of(Sdxl);
        Assert.Empty(Difference(Sdxl, copy));

        copy.WithJson(file, json => json[key] = JsonNode.Parse(value));

        Assert.Equal([part], Difference(Sdxl, copy));
    }

    [Theory]
    [InlineData("tokenizer")]
    [InlineData("tokenizer_2")]
    public void A_changed_tokenizer_is_another_recipe(string name)
    {
        var copy = ModelCopies.Of(Sdxl);
        var merges = Path.Combine(copy, name, "merges.txt");
        File.WriteAllLines(merges, File.ReadAllLines(merges)[..^1]);
        Assert.Equal([$"{name}_sha256"], Difference(Sdxl, copy));
    }

    /// <summary>Under fp16 the autoencoder of SDXL stays in fp32, unless its config says that it need not.</summary>
    [Theory]
    [InlineData("sdxl", Precision.Fp32, "fp32", null)]
    [InlineData("sdxl", Precision.Fp16, "fp16 (weights fp32)", "fp32")]
    [InlineData("sdxl", Precision.Bf16, "bf16 (weights fp32)", null)]
    [InlineData("sdxl fixed", Precision.Fp16, "fp16 (weights fp32)", null)]
    [InlineData("sd15", Precision.Fp16, "fp16", null)]
    public void The_precision_is_part_of_it(string model, Precision precision, string said, string? ofDecoder)
    {
        var folder = Fixtures.At(model.Split(' ')[0], "model");
        if (model.EndsWith("fixed", StringComparison.Ordinal))
        {
            folder = ModelCopies.Of(folder).WithJson("vae/config.json", json => json["force_upcast"] = false);
        }

        var recipe = DiffusionPipeline
            .Open(folder, new DiffusionSettings { Precision = precision, Scheduler = "euler" })
            .Recipe.ToDictionary();
        Assert.Equal((said, ofDecoder), (recipe["precision"], recipe.GetValueOrDefault("vae_precision")));
        Assert.EndsWith(
            precision == Precision.Fp32 ? " cpu" : $" cpu {precision.Word()}",
            recipe["runtime"],
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void What_no_picture_depends_on_is_no_part_of_it()
    {
        var copy = ModelCopies.Of(Sdxl);
        File.WriteAllText(Path.Combine(copy, "README.md"), "words");
        File.WriteAllText(Path.Combine(copy, "tokenizer", ".gitattributes"), "words");
        Assert.Empty(Difference(Sdxl, copy));
    }

    [Fact]
    public void A_config_has_the_hash_of_its_file()
    {
        var file = File.ReadAllBytes(Path.Combine(Sdxl, "vae", "config.json"));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(file)), Recipe(Sdxl)["vae_config_sha256"]);
    }

    [Fact]
    public void Uncleaned_captions_are_another_recipe() =>
        Assert.Equal(
            ["captions"],
            Difference(Recipe(PixArt), Recipe(PixArt, _settings with { CleanCaptions = false }))
        );

    [Fact]
    public void The_text_encoder_of_pixart_is_read_in_the_variant_that_its_recipe_names()
    {
        var copy = ModelCopies.Of(PixArt);
        var plain = Checkpoint.Open(Path.Combine(copy, "text_encoder"));
        TinyModels.WriteSafeTensors(
            Path.Combine(copy, "text_encoder", "model.fp16.safetensors"),
            plain.Tensors.Values.ToDictionary(
                entry => entry.Name,
                entry => (entry.Shape, plain.ReadFloat32(entry.Name).Select(value => value / 2).ToArray())
            ),
            type: "float16"
        );
        var half = _settings with { Variant = "fp16" };
        Assert.NotEqual(Recipe(copy)["text_encoder_sha256"], Recipe(copy, half)["text_encoder_sha256"]);
        Assert.NotEqual(States(copy, _settings), States(copy, half));
    }

    [Fact]
    public void Where_the_files_are_from_is_told_by_names_alone()
    {
        Assert.Equal(("model", null), ModelFolder.Open(Sdxl).Source);
        var hub = Path.Combine("cache", "hub", "models--org--tiny.sdxl", "snapshots", "0123abc");
        var json = ModelFolder.Open(Sdxl).Index;
        Assert.Equal(("org/tiny.sdxl", "0123abc"), new ModelFolder(hub, json).Source);
        Assert.Equal("model", Recipe(Sdxl)["source"]);
        var lora = Fixtures.At("sdxl", "pivotal", "trained_model.tar");
        Assert.SkipUnless(File.Exists(lora), "This fixture root has no such case.");
        var tuned = Recipe(Sdxl, _settings with { Loras = [new Semblance.Models.Diffusion.Lora.LoraSource(lora)] });
        Assert.Equal("trained_model.tar", tuned["source_lora_1"]);
        Assert.All(tuned.Values, value => Assert.False(Path.IsPathRooted(value)));
    }

    private static float[] States(string model, DiffusionSettings settings) =>
        DiffusionPipeline
            .Open(model, settings)
            .EncodePrompts(["a fox"], TestContext.Current.CancellationToken)["a fox"]
            .Positive.States;

    private static Dictionary<string, string> Recipe(string model, DiffusionSettings? settings = null) =>
        new(DiffusionPipeline.Open(model, settings ?? _settings).Recipe, StringComparer.Ordinal);

    private static string[] Difference(string one, string other) => Difference(Recipe(one), Recipe(other));

    private static string[] Difference(Dictionary<string, string> one, Dictionary<string, string> other) =>
        [
            .. one
                .Keys.Union(other.Keys)
                .Where(name => !name.StartsWith("source", StringComparison.Ordinal))
                .Where(name => one.GetValueOrDefault(name) != other.GetValueOrDefault(name)),
        ];
}

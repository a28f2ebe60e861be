using System.Text.Json.Nodes;
using Semblance.Models.Catalog;
using Semblance.Models.Configuration;
using Semblance.Models.Diffusion.Pipelines;
using Semblance.Models.Encoders;
using Semblance.Models.Networks;
using Semblance.Models.Tests.Diffusion;
using Semblance.Models.Tests.Encoders;
using Semblance.Tests;

namespace Semblance.Models.Tests.Networks;

/// <summary>An activation function that nothing here knows is blamed on the config that names it.</summary>
public sealed class ActivationTests
{
    [Theory]
    [InlineData("sdxl/model", "unet", "act_fn")]
    [InlineData("sdxl/model", "vae", "act_fn")]
    [InlineData("sdxl/model", "text_encoder", "hidden_act")]
    [InlineData("sdxl/model", "text_encoder_2", "hidden_act")]
    [InlineData("sd15/model", "unet", "act_fn")]
    [InlineData("pixart/model/small", "text_encoder", "feed_forward_proj")]
    public void In_a_pipeline(string model, string component, string key)
    {
        var copy = ModelCopies.Of(Fixtures.At(model)).WithJson($"{component}/config.json", json => json[key] = "mish");

        var fault = Assert.Throws<InputException>(() =>
            DiffusionPipeline.Open(copy, new DiffusionSettings { Steps = 2, Threads = 1 }).Rehearse(["a cat"], 64, 64)
        );

        AssertBlames(fault, Path.Combine(copy, component, "config.json"), key);
    }

    [Theory]
    [InlineData("clip/vit32-gelu", "vision_config")]
    [InlineData("clip/vit32-gelu", "text_config")]
    [InlineData("siglip/vit32", "vision_config")]
    [InlineData("dinov2/vit42", null)]
    public void In_an_encoder(string area, string? part)
    {
        var copy = TinyModels.Copy(
            Path.Combine(Fixtures.At(area), "model"),
            value => value,
            config: json => (part is null ? json : json[part]!.AsObject())["hidden_act"] = "mish"
        );

        var fault = Assert.Throws<InputException>(() => EncoderCatalog.Open(copy));

        AssertBlames(fault, Path.Combine(copy, "config.json"), part is null ? "hidden_act" : $"{part}.hidden_act");
    }

    [Fact]
    public void Beside_a_gate_the_name_does_not_matter()
    {
        var config = new JsonObject() { ["use_swiglu_ffn"] = true, ["hidden_act"] = "mish" };

        Assert.True(Dinov2Config.Read(ConfigJson.Parse("config.json", ToBytes(config))).UseSwiglu);
        config["use_swiglu_ffn"] = false;
        Assert.Throws<InputException>(() => Dinov2Config.Read(ConfigJson.Parse("config.json", ToBytes(config))));
    }

    private static byte[] ToBytes(JsonObject json) => System.Text.Encoding.UTF8.GetBytes(json.ToJsonString());

    private static void AssertBlames(InputException fault, string file, string key)
    {
        Assert.StartsWith(
            $"{file}: {key} names the activation function \"mish\"",
            fault.Message,
            StringComparison.Ordinal
        );
        Assert.Contains("silu", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("safetensors", fault.Message, StringComparison.Ordinal);
    }
}

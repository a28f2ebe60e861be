using System.Text.Json.Nodes;
using Semblance.Models.Catalog;
using Semblance.Models.Configuration;
using Semblance.Models.Diffusion.Pipelines;
using Semblance.Models.Encoders;
using Semblance.Models.Networks;
using Semblance.Models.Tests.Diffusion;
using Semblance.Models.Tests.Encoders;

namespace Semblance.Models.Tests.Networks;

/// <summary>An activation function that nothing here knows is blamed on the config that names it.</summary>
public sealed class ActivationTests
{
    /// <summary>One pipeline of each family, each of its components with an activation function, and the key that names it.</summary>
    public static IEnumerable<TheoryDataRow<string, string, string>> Components =>
        from family in new[] { "sdxl", "sd15", "pixart" }
        where Directory.Exists(Fixtures.At(family))
        let index = Directory
            .EnumerateFiles(Fixtures.At(family), "model_index.json", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal)
            .FirstOrDefault()
        where index is not null
        let model = Path.GetDirectoryName(index)
        from component in family == "pixart"
            ? ["text_encoder"]
            : new[] { "unet", "vae", "text_encoder", "text_encoder_2" }
        where File.Exists(Path.Combine(model, component, "config.json"))
        select new TheoryDataRow<string, string, string>(
            Path.GetRelativePath(Fixtures.Root, model),
            component,
            family == "pixart" ? "feed_forward_proj"
                : component.StartsWith("text", StringComparison.Ordinal) ? "hidden_act"
                : "act_fn"
        );

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Components))]
    public void In_a_pipeline(string model, string component, string key)
    {
        var copy = ModelCopies.Of(Fixtures.At(model)).WithJson($"{component}/config.json", json => json[key] = "mish");

        var fault = Assert.Throws<InputException>(() =>
            DiffusionPipeline.Open(copy, new DiffusionSettings { Steps = 2, Threads = 1 }).Rehearse(["a cat"], 64, 64)
        );

        AssertBlames(fault, Path.Combine(copy, component, "config.json"), key);
    }

    /// <summary>Encoders whose config names a function that is used (beside a gate it is not), and the part that it is in.</summary>
    public static IEnumerable<TheoryDataRow<string, string?>> Encoders =>
        from area in new[] { "clip", "siglip", "dinov2" }
        where Directory.Exists(Fixtures.At(area))
        from row in Fixtures.Cases(area)
        let file = Fixtures.At(area, row.Data, "model", "config.json")
        where File.Exists(file) && !ConfigJson.Read(file).Flag("use_swiglu_ffn", otherwise: false)
        from part in area switch
        {
            "clip" => new string?[] { "vision_config", "text_config" },
            "siglip" => ["vision_config"],
            _ => [null],
        }
        select new TheoryDataRow<string, string?>($"{area}/{row.Data}", part);

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Encoders))]
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

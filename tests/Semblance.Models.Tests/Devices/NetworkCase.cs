using Microsoft.ML.OnnxRuntime.Tensors;
using Semblance.Models.Checkpoints;
using Semblance.Models.Configuration;
using Semblance.Models.Devices;
using Semblance.Models.Diffusion.Lora;
using Semblance.Models.Encoders;
using Semblance.Models.Graphs;
using Semblance.Models.Networks;
using Semblance.Models.Tests.Diffusion;
using Semblance.Models.Tests.Encoders;

namespace Semblance.Models.Tests.Devices;

/// <summary>A network of the fixtures in a precision: its graph, what goes in, and what the reference gives in fp32.</summary>
/// <param name="Graph">With one output.</param>
/// <param name="Inputs">Feeds that are used once.</param>
/// <param name="Output">Its name.</param>
/// <param name="Expected">Of the reference; null where only our own fp32 is known.</param>
internal sealed record NetworkCase(Graph Graph, Func<IReadOnlyList<Feed>> Inputs, string Output, float[]? Expected)
{
    private static readonly Dictionary<string, Func<Precision, NetworkCase>> Networks = new(StringComparer.Ordinal)
    {
        ["unet of sdxl"] = precision => UNet("sdxl", precision),
        ["unet of sd15"] = precision => UNet("sd15", precision),
        ["unet of sdxl, lora"] = precision => UNet("sdxl", precision, "full"),
        ["unet of sdxl, dora"] = precision => UNet("sdxl", precision, "dora"),
        ["decoder of sdxl"] = Decoder,
        ["transformer of pixart"] = PixArt,
        ["t5"] = T5,
        ["clip, images"] = ClipImages,
        ["clip, texts"] = ClipTexts,
        ["siglip"] = Siglip,
        ["dinov2"] = Dinov2,
        ["efficientnet-lite0"] = Builtin,
    };

    public static IEnumerable<string> Names => Networks.Keys;

    public static NetworkCase Of(string name, Precision precision) => Networks[name](precision);

    /// <summary>Runs it on the processor.</summary>
    public float[] Run()
    {
        using var session = new GraphSession(Graph, threads: 1);
        return session.Run(Inputs(), Output);
    }

    private static NetworkCase UNet(string area, Precision precision, string? lora = null)
    {
        var golden = lora is null ? new DiffusionCase(area, "unet") : new DiffusionCase($"{area}/lora", lora);
        var component = lora is null ? "" : "unet";
        var config = UNet2DConditionConfig.Read(golden.Config(component));
        var weights = golden.Weights(component);
        var adapters = lora is null
            ? null
            : LoraStack
                .Load(
                    [new LoraSource(Path.Combine(golden.Folder, "peft.safetensors"), 1)],
                    new[] { "unet", "text_encoder", "text_encoder_2" }.ToDictionary(
                        name => name,
                        name => name == "unet" ? weights : golden.Weights(name)
                    ),
                    config,
                    allowUnmatched: false
                )
                .For("unet");
        var (latents, states) = (golden.InputShape("sample"), golden.InputShape("encoder_hidden_states"));
        var batch = latents[0];
        float[] timestep = golden.Input("timestep") is [var one]
            ? [.. Enumerable.Repeat(one, (int)batch)]
            : golden.Input("timestep");
        string[] others = golden.HasInput("text_embeds") ? ["text_embeds", "time_ids"] : [];
        var g = new GraphBuilder(weights, adapters, precision);
        var added = others.Select(name => g.Input(name, TensorElementType.Float, golden.InputShape(name))).ToArray();
        g.Output(
            "out",
            UNet2DConditionModel.Forward(
                g.Input("sample", TensorElementType.Float, latents),
                g.Input("timestep", TensorElementType.Float, batch),
                g.Input("text", TensorElementType.Float, states),
                added is [var pooled, var sizes] ? (pooled, sizes) : null,
                (int)latents[2],
                (int)latents[3],
                config
            )
        );
        return new NetworkCase(
            g.Build(),
            () =>
                [
                    Feed.Of<float>("sample", golden.Input("sample"), latents),
                    Feed.Of<float>("timestep", timestep, batch),
                    Feed.Of<float>("text", golden.Input("encoder_hidden_states"), states),
                    .. others.Select(name => Feed.Of<float>(name, golden.Input(name), golden.InputShape(name))),
                ],
            "out",
            golden.Expected(lora is null ? "sample" : "unet.scale_1")
        );
    }

    private static NetworkCase Decoder(Precision precision)
    {
        var golden = new DiffusionCase("sdxl", "vae");
        var input = golden.Inputs.First(name => name.StartsWith("latent", StringComparison.Ordinal));
        var shape = golden.InputShape(input);
        var g = new GraphBuilder(golden.Weights(), precision: precision);
        var x = g.Input("x", TensorElementType.Float, shape);
        var config = AutoencoderKLConfig.Read(golden.Config());
        return Single(
            g,
            AutoencoderKL.Decode(x, (int)shape[2], (int)shape[3], config),
            golden.Input(input),
            shape,
            golden.Expected($"decoded{input["latent".Length..]}")
        );
    }

    private static NetworkCase PixArt(Precision precision)
    {
        var golden = DiffusionCase
            .All("", "pixart/transformer")
            .Select(row => new DiffusionCase(row.Data.Item1, row.Data.Item2))
            .First();
        var config = PixArtTransformer2DConfig.Read(golden.Config());
        var latents = golden.InputShape("latents");
        var g = new GraphBuilder(golden.Weights(), precision: precision);
        var inputs = golden.Inputs.ToDictionary(
            name => name,
            name => g.Input(name, TensorElementType.Float, golden.InputShape(name))
        );
        g.Output(
            "out",
            PixArtTransformer2DModel.Forward(
                inputs["latents"],
                inputs["timestep"],
                inputs["embeds"],
                inputs["mask"],
                config.SizeConditions ? (inputs["resolution"], inputs["aspect_ratio"]) : null,
                (int)latents[2],
                (int)latents[3],
                config
            )
        );
        return new NetworkCase(
            g.Build(),
            () => [.. inputs.Keys.Select(name => Feed.Of<float>(name, golden.Input(name), golden.InputShape(name)))],
            "out",
            golden.Expected("output")
        );
    }

    private static NetworkCase T5(Precision precision)
    {
        var golden = new DiffusionCase("t5", "encoder");
        var config = T5EncoderConfig.Read(golden.Config());
        var shape = golden.InputShape("ids");
        var g = new GraphBuilder(golden.Weights(), precision: precision);
        var ids = g.Input("ids", TensorElementType.Int64, shape);
        var mask = g.Input("mask", TensorElementType.Float, shape);
        g.Output("out", T5EncoderModel.Forward(ids, mask, (int)shape[1], config));
        return new NetworkCase(
            g.Build(),
            () =>
                [
                    Feed.Of<long>("ids", golden.Input("ids").Select(id => (long)id).ToArray(), shape),
                    Feed.Of<float>("mask", golden.Input("mask"), shape),
                ],
            "out",
            golden.Expected("last_hidden_state")
        );
    }

    private static NetworkCase ClipImages(Precision precision)
    {
        var (golden, g, json) = Encoder("clip", "pixel_values", precision);
        var config = ClipVisionConfig.Read(json.Object("vision_config")!, json.Size("projection_dim"));
        var shape = golden.InputShape("pixel_values");
        var x = g.Input("x", TensorElementType.Float, shape);
        var embedding = ClipVisionModel.Forward(x, (int)shape[0], config, ClipNames.HuggingFace);
        return Single(g, embedding, golden.Input("pixel_values"), shape, golden.Expected("image_embeds"));
    }

    private static NetworkCase ClipTexts(Precision precision)
    {
        var (golden, g, json) = Encoder("clip", "input_ids", precision);
        var config = ClipTextConfig.Read(json.Object("text_config")!, json.Size("projection_dim"));
        var shape = golden.InputShape("input_ids");
        var ids = golden.InputIds("input_ids");
        long[] ends =
        [
            .. ids.Chunk((int)shape[1]).Select(row => (long)ClipTextModel.EndOfText(row, config.EosTokenId)),
        ];
        var input = g.Input("ids", TensorElementType.Int64, shape);
        var at = g.Input("at", TensorElementType.Int64, shape[0], 1);
        g.Output("out", ClipTextModel.Forward(input, at, config, ClipNames.HuggingFace));
        return new NetworkCase(
            g.Build(),
            () => [Feed.Of<long>("ids", ids, shape), Feed.Of<long>("at", ends, shape[0], 1)],
            "out",
            golden.Expected("text_embeds")
        );
    }

    private static NetworkCase Siglip(Precision precision)
    {
        var (golden, g, json) = Encoder("siglip", "pixel_values", precision);
        var shape = golden.InputShape("pixel_values");
        var x = g.Input("x", TensorElementType.Float, shape);
        var config = SiglipVisionConfig.Read(json.Object("vision_config")!);
        var embedding = SiglipVisionModel.Forward(x, (int)shape[0], config);
        return Single(g, embedding, golden.Input("pixel_values"), shape, golden.Expected("image_embeds"));
    }

    private static NetworkCase Dinov2(Precision precision)
    {
        var (golden, g, json) = Encoder("dinov2", "pixel_values", precision);
        var shape = golden.InputShape("pixel_values");
        var x = g.Input("x", TensorElementType.Float, shape);
        var config = Dinov2Config.Read(json);
        var embedding = Dinov2Model.Forward(x, (int)shape[0], (int)shape[2], (int)shape[3], config);
        return Single(g, embedding, golden.Input("pixel_values"), shape, golden.Expected("image_embeds"));
    }

    private static NetworkCase Builtin(Precision precision)
    {
        var g = new GraphBuilder(Weights.From(Checkpoint.Open(BuiltinEncoder.WeightsFile)), precision: precision);
        long[] shape = [1, 3, EfficientNetLite0.ImageSize, EfficientNetLite0.ImageSize];
        var x = g.Input("x", TensorElementType.Float, shape);
        var random = new Random(1);
        float[] pixels = [.. Enumerable.Range(0, 3 * 224 * 224).Select(_ => (2 * random.NextSingle()) - 1)];
        return Single(g, EfficientNetLite0.Forward(x), pixels, shape, expected: null);
    }

    private static (Golden, GraphBuilder, ConfigJson) Encoder(string area, string input, Precision precision)
    {
        var golden = Fixtures.Cases(area).Select(row => new Golden(area, row.Data)).First(one => one.HasInput(input));
        var model = Path.Combine(golden.Folder, "model");
        return (
            golden,
            new GraphBuilder(Weights.From(Checkpoint.Open(model)), precision: precision),
            ConfigJson.Read(Path.Combine(model, "config.json"))
        );
    }

    private static NetworkCase Single(GraphBuilder g, Value output, float[] input, long[] shape, float[]? expected)
    {
        g.Output("out", output);
        return new NetworkCase(g.Build(), () => [Feed.Of<float>("x", input, shape)], "out", expected);
    }
}

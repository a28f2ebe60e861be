using Semblance.Models.Checkpoints;
using Semblance.Models.Diffusion.Lora;
using Semblance.Models.Diffusion.Originals;
using Semblance.Models.Diffusion.Pipelines;
using Semblance.Models.Graphs;
using Semblance.Models.Networks;
using Semblance.Models.Tests.Encoders;
using Semblance.Tensors;

namespace Semblance.Models.Tests.Diffusion.Lora;

/// <summary>One set of deltas, written as each trainer and converter writes it, gives the same layers.</summary>
public sealed class LoraDialectTests
{
    private const string Down = "lora_down.weight";
    private const string Up = "lora_up.weight";

    private static readonly (string Component, string Module)[] SdxlModules =
    [
        ("unet", "down_blocks.1.attentions.0.transformer_blocks.0.attn1.to_q"),
        ("unet", "down_blocks.1.attentions.0.transformer_blocks.0.attn1.to_out.0"),
        ("unet", "mid_block.attentions.0.proj_in"),
        ("text_encoder", "text_model.encoder.layers.0.self_attn.q_proj"),
        ("text_encoder", "text_model.encoder.layers.1.self_attn.out_proj"),
        ("text_encoder_2", "text_model.encoder.layers.1.mlp.fc1"),
        ("text_encoder_2", "text_projection"),
    ];

    public static IEnumerable<TheoryDataRow<string>> Dialects =>
        [.. Writers.Keys.Select(name => new TheoryDataRow<string>(name))];

    /// <summary>By name, what the keys of a module begin with, and how its two matrices are called.</summary>
    private static readonly Dictionary<
        string,
        (Func<string, string, string> Module, string Down, string Up, string? Alpha)
    > Writers = new()
    {
        ["kohya with diffusers' names"] = ((c, m) => $"lora_{Short(c)}_{Flat(m)}", Down, Up, "alpha"),
        ["kohya with the original U-Net's names"] = (
            (c, m) => $"lora_{Short(c)}_{Flat(Original(c, m))}",
            Down,
            Up,
            "alpha"
        ),
        ["kohya with newer transformers"] = ((c, m) => $"lora_{Short(c)}_{Flat(Bare(m))}", Down, Up, "alpha"),
        ["peft"] = ((c, m) => $"{c}.{m}", "lora_A.weight", "lora_B.weight", "alpha"),
        ["peft with newer transformers"] = ((c, m) => $"{c}.{Bare(m)}", "lora_A.weight", "lora_B.weight", "alpha"),
        ["peft with the adapter's name"] = (
            (c, m) => $"{c}.{m}",
            "lora_A.default_0.weight",
            "lora_B.default_0.weight",
            "alpha"
        ),
        ["peft with its own prefix"] = (
            (c, m) => $"{c}.base_model.model.{m}",
            "lora_A.weight",
            "lora_B.weight",
            "alpha"
        ),
        ["diffusers"] = ((c, m) => $"{c}.{m}", "lora.down.weight", "lora.up.weight", "lora.alpha"),
        ["diffusers' linear layers"] = (
            (c, m) => $"{c}.{m}",
            "lora_linear_layer.down.weight",
            "lora_linear_layer.up.weight",
            "lora_linear_layer.alpha"
        ),
        ["diffusers' processors"] = (
            (c, m) => $"{c}.{Processor(m)}",
            "lora.down.weight",
            "lora.up.weight",
            "lora.alpha"
        ),
        ["diffusers' first text encoders"] = (
            (c, m) => $"{c}.{OldText(m)}",
            "lora.down.weight",
            "lora.up.weight",
            "lora.alpha"
        ),
        ["OneTrainer with dots"] = (
            (c, m) => c == "unet" ? $"unet.{Original(c, m)}" : $"lora_{Short(c)}_{Flat(m)}",
            Down,
            Up,
            "alpha"
        ),
        ["OneTrainer's newest"] = (
            (c, m) => c == "unet" ? $"unet.{Original(c, m)}" : $"{Clip(c)}.{m}",
            Down,
            Up,
            "alpha"
        ),
        ["ComfyUI generic"] = (
            (c, m) => c == "unet" ? $"diffusion_model.{Original(c, m)}" : $"text_encoders.{Clip(c)}.transformer.{m}",
            Down,
            Up,
            "alpha"
        ),
        ["LyCORIS"] = ((c, m) => c == "unet" ? $"lycoris_{Flat(m)}" : $"lora_{Short(c)}_{Flat(m)}", Down, Up, "alpha"),
    };

    [Theory]
    [MemberData(nameof(Dialects))]
    public void All_dialects_give_the_same_layers(string dialect)
    {
        var model = Fixtures.At("sdxl", "model");
        Assert.SkipUnless(Directory.Exists(model), "This fixture root has no such model.");
        var components = new[] { "unet", "text_encoder", "text_encoder_2" }.ToDictionary(
            name => name,
            name => Weights.From(Checkpoint.Open(Path.Combine(model, name)))
        );
        var config = UNet2DConditionConfig.Read(
            Semblance.Models.Configuration.ConfigJson.Read(Path.Combine(model, "unet", "config.json"))
        );
        var (name, down, up, alpha) = Writers[dialect];
        var random = new Random(11);
        var tensors = new Dictionary<string, (long[], float[])>();
        var expected = new Dictionary<LoraTarget, (float[] Down, float[] Up)>();
        foreach (var (component, module) in SdxlModules)
        {
            var shape = components[component].All[$"{module}.weight"].Shape;
            var (a, b) = (Numbers(random, 2 * shape[1]), Numbers(random, 2 * shape[0]));
            var written = name(component, module);
            tensors.Add($"{written}.{down}", ([2, shape[1]], a));
            tensors.Add($"{written}.{up}", ([shape[0], 2], b));
            tensors.Add($"{written}.{alpha}", ([], [5]));
            expected.Add(new LoraTarget(component, module), (a, b));
        }

        var file = Written(tensors);
        var (layers, unmatched) = LoraLayers.Match(LoraFile.Open(file), new LoraTargets(components, config), false);

        Assert.Empty(unmatched);
        Assert.Equal(expected.Count, layers.Count);
        Assert.All(
            layers.Cast<LowRankLayer>(),
            layer =>
            {
                Assert.Equal(expected[layer.Target].Down, layer.Down.ReadFloat32());
                Assert.Equal(expected[layer.Target].Up, layer.Up.ReadFloat32());
                Assert.Equal(2.5, layer.Factor);
            }
        );
    }

    [Theory]
    [InlineData("transformer.{0}.lora_A.weight", "transformer.{0}.lora_B.weight")]
    [InlineData("unet.base_model.model.{0}.lora_A.weight", "unet.base_model.model.{0}.lora_B.weight")]
    [InlineData("base_model.model.{0}.lora_A.weight", "base_model.model.{0}.lora_B.weight")]
    [InlineData("lora_transformer_{1}.lora_down.weight", "lora_transformer_{1}.lora_up.weight")]
    [InlineData("lycoris_{1}.lora_down.weight", "lycoris_{1}.lora_up.weight")]
    [InlineData("diffusion_model.{2}.lora_down.weight", "diffusion_model.{2}.lora_up.weight")]
    [InlineData("lora_unet_{3}.lora_down.weight", "lora_unet_{3}.lora_up.weight")]
    public void PixArt_is_written_in_many_ways(string down, string up)
    {
        var model = Fixtures.At("pixart", "model", "small", "transformer");
        Assert.SkipUnless(Directory.Exists(model), "This fixture root has no such model.");
        var weights = Weights.From(Checkpoint.Open(model));
        (string Module, string Original)[] modules =
        [
            ("transformer_blocks.0.attn1.to_out.0", "blocks.0.attn.proj"),
            ("transformer_blocks.1.attn2.to_q", "blocks.1.cross_attn.q_linear"),
            ("transformer_blocks.1.ff.net.0.proj", "blocks.1.mlp.fc1"),
            ("adaln_single.linear", "t_block.1"),
            ("caption_projection.linear_2", "y_embedder.y_proj.fc2"),
        ];
        var random = new Random(3);
        var tensors = new Dictionary<string, (long[], float[])>();
        foreach (var (module, original) in modules)
        {
            var shape = weights.All[$"{module}.weight"].Shape;
            object[] names = [module, Flat(module), original, Flat(original)];
            tensors.Add(string.Format(down, names), ([2, shape[1]], Numbers(random, 2 * shape[1])));
            tensors.Add(string.Format(up, names), ([shape[0], 2], Numbers(random, 2 * shape[0])));
        }

        var targets = new LoraTargets(new Dictionary<string, Weights> { ["transformer"] = weights }, unet: null);
        var (layers, _) = LoraLayers.Match(LoraFile.Open(Written(tensors)), targets, false);
        Assert.Equal(modules.Select(row => row.Module).Order(), layers.Select(layer => layer.Target.Module).Order());
    }

    [Fact]
    public void What_the_original_PixArt_had_in_one_layer_is_shared_out()
    {
        var model = Fixtures.At("pixart", "model", "small", "transformer");
        Assert.SkipUnless(Directory.Exists(model), "This fixture root has no such model.");
        var weights = Weights.From(Checkpoint.Open(model));
        var width = weights.All["transformer_blocks.0.attn1.to_q.weight"].Shape[0];
        var random = new Random(4);
        var (a, b) = (Numbers(random, 2 * width), Numbers(random, 6 * width));
        var file = Written(
            new()
            {
                ["diffusion_model.blocks.0.attn.qkv.lora_down.weight"] = ([2, width], a),
                ["diffusion_model.blocks.0.attn.qkv.lora_up.weight"] = ([3 * width, 2], b),
            }
        );

        var targets = new LoraTargets(new Dictionary<string, Weights> { ["transformer"] = weights }, unet: null);
        var (layers, _) = LoraLayers.Match(LoraFile.Open(file), targets, false);
        var parts = layers.Cast<LowRankLayer>().ToDictionary(layer => layer.Target.Module);
        Assert.Equal(3, parts.Count);
        foreach (var (letter, index) in "qkv".Select((letter, index) => (letter, index)))
        {
            var part = parts[$"transformer_blocks.0.attn1.to_{letter}"];
            Assert.Equal(a, part.Down.ReadFloat32());
            Assert.Equal(b.Skip(index * 2 * (int)width).Take(2 * (int)width), part.Up.ReadFloat32());
        }
    }

    /// <summary>The projection of the second text encoder is a linear layer as any other.</summary>
    [Fact]
    public void The_text_projection_is_changed_as_merged_weights_change_it()
    {
        var model = Fixtures.At("sdxl", "model");
        Assert.SkipUnless(Directory.Exists(model), "This fixture root has no such model.");
        const string Name = "text_projection.weight";
        var shape = Checkpoint.Open(Path.Combine(model, "text_encoder_2")).Tensors[Name].Shape;
        var random = new Random(8);
        var (a, b) = (Numbers(random, shape[1]), Numbers(random, shape[0]));
        var merged = ModelCopies
            .Of(model)
            .WithTensors(
                "text_encoder_2",
                (name, values) =>
                    name == Name
                        ? [.. values.Select((value, i) => value + (0.5f * b[i / shape[1]] * a[i % shape[1]]))]
                        : values
            );
        var lora = Written(
            new()
            {
                ["lora_te2_text_projection.lora_down.weight"] = ([1, shape[1]], a),
                ["lora_te2_text_projection.lora_up.weight"] = ([shape[0], 1], b),
            }
        );
        float[] Pooled(string folder, params LoraSource[] loras) =>
            DiffusionPipeline
                .Open(folder, new DiffusionSettings { Loras = loras, Threads = 1 })
                .EncodePrompts(["a cat"], TestContext.Current.CancellationToken)["a cat"]
                .Positive.Pooled;

        var (expected, actual) = (Pooled(merged), Pooled(model, new LoraSource(lora, 0.5)));
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-4));
        Assert.Contains(expected.Zip(Pooled(model)), pair => MathF.Abs(pair.First - pair.Second) > 0.01);
    }

    [Theory]
    [InlineData(TensorType.Int64, 8)]
    [InlineData(TensorType.Int32, 4)]
    [InlineData(TensorType.Int16, 2)]
    [InlineData(TensorType.UInt8, 1)]
    [InlineData(TensorType.UInt16, 2)]
    public void Alpha_may_be_a_whole_number_of_any_width(TensorType type, int bytes)
    {
        var file = Path.Combine(TinyModels.NewFolder(), "alpha.bin");
        File.WriteAllBytes(file, [.. Enumerable.Repeat((byte)0, 3), 6, .. Enumerable.Repeat((byte)0, bytes - 1)]);
        var entry = new TensorEntry("x.alpha", type, [], file, Offset: 3, bytes, Strides: null);
        Assert.Equal(6, entry.ReadNumber());
    }

    private static string Short(string component) =>
        component switch
        {
            "text_encoder" => "te1",
            "text_encoder_2" => "te2",
            _ => component,
        };

    private static string Clip(string component) => component == "text_encoder" ? "clip_l" : "clip_g";

    private static string Flat(string module) => module.Replace('.', '_');

    private static string Bare(string module) => module.Replace("text_model.", "", StringComparison.Ordinal);

    private static string Processor(string module) =>
        module
            .Replace(".to_", ".processor.to_", StringComparison.Ordinal)
            .Replace(".to_out.0", ".to_out", StringComparison.Ordinal);

    private static string OldText(string module) =>
        module
            .Replace("q_proj", "to_q", StringComparison.Ordinal)
            .Replace("out_proj", "to_out", StringComparison.Ordinal);

    private static string Original(string component, string module) =>
        component == "unet" ? OriginalUNetNames.Of(module, [2, 2, 2], [true, true, false])! : module;

    private static float[] Numbers(Random random, long count) =>
        [.. Enumerable.Range(0, (int)count).Select(_ => (random.NextSingle() * 2) - 1)];

    private static string Written(Dictionary<string, (long[], float[])> tensors)
    {
        var file = Path.Combine(TinyModels.NewFolder(), "some.safetensors");
        TinyModels.WriteSafeTensors(file, tensors);
        return file;
    }
}

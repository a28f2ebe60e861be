using Microsoft.ML.OnnxRuntime.Tensors;
using Semblance.Models.Checkpoints;
using Semblance.Models.Diffusion.Lora;
using Semblance.Models.Graphs;
using Semblance.Models.Tests.Encoders;

namespace Semblance.Models.Tests.Diffusion.Lora;

/// <summary>LoRAs on a network of one linear layer, one convolution and one table, against plain loops.</summary>
public sealed class LoraStackTests
{
    private const int In = 6;
    private const int Out = 5;
    private const int Side = 5;
    private readonly Random _random = new(7);

    [Fact]
    public void Branches_beside_weights_equal_merged_weights()
    {
        var model = Model();
        var (linear, conv) = (Pair(rank: 2, [In]), Pair(rank: 3, [In, 3, 3]));
        var other = Pair(rank: 4, [In]);
        LoraSource[] loras =
        [
            new(File_(("unet.a", linear), ("unet.b", conv)), 0.7),
            new(File_(("unet.a", other)), -0.4),
            new(File_(("unet.a", other)), 0),
        ];

        var a = Merge(Read(model, "a.weight"), (linear, 0.7f), (other, -0.4f));
        var b = Merge(Read(model, "b.weight"), (conv, 0.7f));
        AssertNetwork(model, loras, a, b);
    }

    [Fact]
    public void Each_dora_has_lengths_of_its_own()
    {
        var model = Model();
        var (linear, conv, other) = (Pair(2, [In]), Pair(3, [In, 3, 3]), Pair(4, [In]));
        float[][] lengths = [Numbers(Out), Numbers(Out), Numbers(Out)];
        var first = File_(
            [("unet.a", linear), ("unet.b", conv)],
            ("unet.a.lora_magnitude_vector", [Out], lengths[0]),
            ("unet.b.lora_magnitude_vector", [1, Out, 1, 1], lengths[1])
        );
        var second = File_([("unet.a", other)], ("unet.a.dora_scale", [Out, 1], lengths[2]));

        // peft adds for each: m / |W + s B A| (W + s B A) - W.
        var w = Read(model, "a.weight");
        var one = WithLengths(Merge(w, (linear, 0.5f)), lengths[0]);
        var two = WithLengths(Merge(w, (other, 1.2f)), lengths[2]);
        var a = w.Select((value, i) => one[i] + two[i] - value).ToArray();
        var b = WithLengths(Merge(Read(model, "b.weight"), (conv, 0.5f)), lengths[1]);
        AssertNetwork(model, [new(first, 0.5), new(second, 1.2)], a, b);
    }

    [Fact]
    public void A_dora_and_a_merged_change_each_start_from_the_weight_itself()
    {
        var model = Model();
        var (linear, conv) = (Pair(2, [In]), Pair(3, [In, 3, 3]));
        float[][] lengths = [Numbers(Out), Numbers(Out)];
        float[][] diffs = [Numbers(Out * In), Numbers(Out * In * 9)];
        var dora = File_(
            [("unet.a", linear), ("unet.b", conv)],
            ("unet.a.lora_magnitude_vector", [Out], lengths[0]),
            ("unet.b.lora_magnitude_vector", [Out], lengths[1])
        );
        var whole = File_([], ("unet.a.diff", [Out, In], diffs[0]), ("unet.b.diff", [Out, In, 3, 3], diffs[1]));

        float[] Both(string weight, Matrices pair, int i) =>
            [
                .. WithLengths(Merge(Read(model, weight), (pair, 0.5f)), lengths[i])
                    .Zip(diffs[i], (v, d) => v + (0.7f * d)),
            ];
        AssertNetwork(model, [new(dora, 0.5), new(whole, 0.7)], Both("a.weight", linear, 0), Both("b.weight", conv, 1));
    }

    [Fact]
    public void Alpha_comes_from_the_tensor_the_header_or_the_rank()
    {
        var (model, pair) = (Model(), Pair(2, [In]));
        double FactorOf(string file) =>
            LoraLayers.Match(LoraFile.Open(file), Targets(model), false).Layers.OfType<LowRankLayer>().Single().Factor;

        Assert.Equal(1, FactorOf(File_(("unet.a", pair))));
        Assert.Equal(3, FactorOf(File_([("unet.a", pair)], ("unet.a.alpha", [], [6f]))));
        var folder = TinyModels.NewFolder();
        File.Move(File_(("base_model.model.a", pair)), Path.Combine(folder, "adapter_model.safetensors"));
        var config = Path.Combine(folder, "adapter_config.json");
        File.WriteAllText(config, """{"lora_alpha": 8, "r": 2}""");
        Assert.Equal(4, FactorOf(folder));
        File.WriteAllText(config, """{"lora_alpha": 8, "use_rslora": true, "alpha_pattern": {"b": 1}}""");
        Assert.Equal(8 / Math.Sqrt(2), FactorOf(folder), 1e-12);
        File.WriteAllText(config, """{"lora_alpha": 8, "alpha_pattern": {"x.*": 5, "[ab]": 1}}""");
        Assert.Equal(0.5, FactorOf(folder));
    }

    [Fact]
    [Trait("speed", "slow")]
    public void A_pattern_that_takes_all_time_is_refused_by_its_file()
    {
        var metadata = PeftMetadata.FromHeader(
            "a.safetensors",
            new Dictionary<string, string>
            {
                [PeftMetadata.HeaderKey] = """{"unet.lora_alpha": 8, "unet.alpha_pattern": {"(a|aa)+": 1}}""",
            }
        );
        var error = Assert.Throws<InputException>(() => metadata.Factor("unet", new string('a', 40) + "b", rank: 2));
        Assert.Contains("takes too long", error.Message, StringComparison.Ordinal);
        Assert.Contains("a.safetensors", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void New_rows_follow_those_of_the_table()
    {
        var model = Model();
        float[] rows = [1, 2, 3, 4, 5, 6];
        var set = new AdapterSet(
            "x",
            new Dictionary<string, ModuleAdapter>(),
            new Dictionary<string, float[]> { ["table.weight"] = rows }
        );
        var g = new GraphBuilder(Weights.From(Checkpoint.Open(model)), set);
        g.Output("y", g.Gather(g.Table("table.weight", 4, 3), g.Input("ids", TensorElementType.Int64, 3)));
        using var session = new GraphSession(g.Build(), threads: 1);
        var y = session.Run([Feed.Of<long>("ids", new long[] { 5, 0, 4 }, 3)], "y");
        Assert.Equal([4, 5, 6, .. Read(model, "table.weight")[..3], 1, 2, 3], y);
    }

    [Fact]
    public void A_module_that_cannot_be_changed_is_refused_when_the_network_is_built()
    {
        var model = Model();
        var stack = Load(model, new LoraSource(File_(("unet.table", Pair(2, [3], outputs: 4)))));
        var g = new GraphBuilder(Weights.From(Checkpoint.Open(model)), stack.For("unet"));
        g.Output("y", g.Linear(g.Input("x", TensorElementType.Float, 1, In), "a", In, Out));
        Assert.Contains("table", Assert.Throws<InputException>(g.Build).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_wrong_with_a_file_is_named()
    {
        var (model, pair) = (Model(), Pair(2, [In]));
        void Refused(string file, string named) =>
            Assert.Contains(
                named,
                Assert.Throws<InputException>(() => Load(model, new LoraSource(file))).Message,
                StringComparison.Ordinal
            );

        Refused(Path.Combine(TinyModels.NewFolder(), "none.safetensors"), "none.safetensors");
        Refused(TinyModels.NewFolder(), "no .safetensors");
        Refused(File_(("unet.a", pair), ("a", pair)), "both");
        Refused(File_([("unet.a", pair)], ("unet.a.alpha", [2], [1, 2])), "unet.a.alpha");
        Refused(File_([("unet.a", pair)], ("unet.a.alpha", [], [float.NaN])), "unet.a.alpha");
        Refused(File_([("unet.a", pair)], ("unet.a.dora_scale", [1, 3], Numbers(3))), "unet.a.dora_scale");
        Refused(File_([], ("unet.a.alpha", [], [1])), "unet.a.alpha");
        Refused(File_(("unet.other", pair), ("unet.norm", pair)), "another base model");
        Refused(File_(("unet.a", Pair(2, [In + 1]))), "unet.a.lora_A.weight");
        Refused(File_(("unet.a", Pair(2, [In], outputs: Out + 1))), "unet.a.lora_B.weight");
        Refused(File_([("unet.a", pair)], ("unet.a.lora_mid.weight", [1], [1])), "unet.a.lora_mid.weight");
        Refused(File_([("unet.a", pair)], ("unet.a.lokr_w1", [1, 1], [1])), "of LoKr and of LoRA");
        Refused(File_([], ("unet.a.hada_w1_a", [Out, 2], Numbers(2 * Out))), "hada_w1_b");
        Refused(File_([], ("unet.a.oft_blocks", [1, 1], [1])), "an OFT adapter");
        Refused(File_([], ("unet.a.diff", [Out, In + 1], Numbers(Out * (In + 1)))), "unet.a.diff");
        Refused(File_([], ("unet.a.lokr_w1", [2, 2], Numbers(4)), ("unet.a.lokr_w2", [2, 2], Numbers(4))), "lokr_w2");
        Refused(File_([], ("lora_unet_double_blocks_0_img_attn_qkv.alpha", [], [1])), "FLUX");
        Refused(File_([], ("model.diffusion_model.input_blocks.0.0.weight", [1], [1])), "whole checkpoint");
        Refused(File_([], ("clip_l", [1, 4], Numbers(4)), ("clip_g", [1, 4], Numbers(4))), "textual-inversion");

        Refused(
            File_([], ("unet.a.diff", [Out, In], [.. Numbers((Out * In) - 1), float.NaN])),
            "tensor \"unet.a.diff\" holds NaN"
        );

        Assert.Throws<UsageException>(() => Load(model, new LoraSource(File_(("unet.a", pair)), double.NaN)));
    }

    private void AssertNetwork(string model, LoraSource[] loras, float[] a, float[] b)
    {
        var (x, picture) = (Numbers(2 * In), Numbers(In * Side * Side));
        var g = new GraphBuilder(Weights.From(Checkpoint.Open(model)), Load(model, loras).For("unet"));
        g.Output("linear", g.Linear(g.Input("x", TensorElementType.Float, 2, In), "a", In, Out));
        var image = g.Input("image", TensorElementType.Float, 1, In, Side, Side);
        g.Output("conv", g.Conv2d(image, "b", In, Out, kernel: 3, stride: 2));
        using var session = new GraphSession(g.Build(), threads: 1);
        Feed[] feeds() => [Feed.Of<float>("x", x, 2, In), Feed.Of<float>("image", picture, 1, In, Side, Side)];

        AssertClose(Linear(x, a, Read(model, "a.bias")), session.Run(feeds(), "linear"));
        AssertClose(Conv(picture, b, Read(model, "b.bias")), session.Run(feeds(), "conv"));
    }

    private static void AssertClose(float[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-4));
    }

    private static float[] Linear(float[] x, float[] w, float[] bias) =>
        [
            .. x.Chunk(In)
                .SelectMany(row =>
                    Enumerable.Range(0, Out).Select(o => bias[o] + row.Select((v, i) => v * w[(o * In) + i]).Sum())
                ),
        ];

    private static float[] Conv(float[] x, float[] w, float[] bias)
    {
        const int Half = (Side + 1) / 2;
        var y = new float[Out * Half * Half];
        for (var at = 0; at < y.Length; at++)
        {
            var (o, row, column) = (at / (Half * Half), at / Half % Half, at % Half);
            y[at] = bias[o];
            for (var tap = 0; tap < In * 9; tap++)
            {
                var (i, r, c) = (tap / 9, (2 * row) + (tap / 3 % 3) - 1, (2 * column) + (tap % 3) - 1);
                if (r is >= 0 and < Side && c is >= 0 and < Side)
                {
                    y[at] += w[(o * In * 9) + tap] * x[(((i * Side) + r) * Side) + c];
                }
            }
        }

        return y;
    }

    private static float[] Merge(float[] w, params (Matrices Pair, float Scale)[] loras)
    {
        var merged = w.ToArray();
        var inputs = w.Length / Out;
        foreach (var (pair, scale) in loras)
        {
            var rank = pair.Up.Length / Out;
            for (var i = 0; i < w.Length; i++)
            {
                for (var r = 0; r < rank; r++)
                {
                    merged[i] += scale * pair.Up[(i / inputs * rank) + r] * pair.Down[(r * inputs) + (i % inputs)];
                }
            }
        }

        return merged;
    }

    private static float[] WithLengths(float[] w, float[] lengths) =>
        [
            .. w.Chunk(w.Length / Out)
                .SelectMany((row, o) => row.Select(v => v * lengths[o] / MathF.Sqrt(row.Sum(other => other * other)))),
        ];

    private static LoraStack Load(string model, params LoraSource[] sources) =>
        LoraStack.Load(sources, Components(model), unet: null, allowUnmatched: false);

    private static LoraTargets Targets(string model) => new(Components(model), unet: null);

    private static Dictionary<string, Weights> Components(string model) =>
        new() { ["unet"] = Weights.From(Checkpoint.Open(model)) };

    private static float[] Read(string model, string tensor) => Checkpoint.Open(model).ReadFloat32(tensor);

    private string Model() =>
        Write(
            ("a.weight", [Out, In], Numbers(Out * In)),
            ("a.bias", [Out], Numbers(Out)),
            ("b.weight", [Out, In, 3, 3], Numbers(Out * In * 9)),
            ("b.bias", [Out], Numbers(Out)),
            ("norm.weight", [In], Numbers(In)),
            ("table.weight", [4, 3], Numbers(12))
        );

    private Matrices Pair(int rank, long[] inputs, int outputs = Out) =>
        new(
            [rank, .. inputs],
            Numbers(rank * (int)inputs.Aggregate((x, y) => x * y)),
            [outputs, rank, .. inputs.Skip(1).Select(_ => 1L)],
            Numbers(outputs * rank)
        );

    private static string File_(params (string Module, Matrices Pair)[] pairs) => File_(pairs, []);

    private static string File_(
        (string Module, Matrices Pair)[] pairs,
        params (string Key, long[] Shape, float[] Values)[] others
    ) =>
        Write([
            .. pairs.Select(p => ($"{p.Module}.lora_A.weight", p.Pair.DownShape, p.Pair.Down)),
            .. pairs.Select(p => ($"{p.Module}.lora_B.weight", p.Pair.UpShape, p.Pair.Up)),
            .. others,
        ]);

    private static string Write(params (string Name, long[] Shape, float[] Values)[] tensors)
    {
        var path = Path.Combine(TinyModels.NewFolder(), "some.safetensors");
        TinyModels.WriteSafeTensors(path, tensors.ToDictionary(t => t.Name, t => (t.Shape, t.Values)));
        return path;
    }

    private float[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(_ => (_random.NextSingle() * 2) - 1)];

    private sealed record Matrices(long[] DownShape, float[] Down, long[] UpShape, float[] Up);
}

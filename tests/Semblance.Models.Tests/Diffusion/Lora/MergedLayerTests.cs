using Microsoft.ML.OnnxRuntime.Tensors;
using Semblance.Models.Checkpoints;
using Semblance.Models.Diffusion.Lora;
using Semblance.Models.Graphs;
using Semblance.Models.Tests.Encoders;

namespace Semblance.Models.Tests.Diffusion.Lora;

/// <summary>LoHa, LoKr, LoCon with a core, whole differences and DoRA along columns, against products worked out by loops.</summary>
public sealed class MergedLayerTests
{
    private const int Out = 6;
    private const int In = 4;
    private const int Side = 3;
    private const int Taps = Side * Side;
    private const int Rank = 2;
    private const float Scale = 0.5f;

    // Alpha over the rank, times the scale that is asked for.
    private const float Factor = Scale * 3 / Rank;

    private readonly Random _random = new(21);
    private readonly Dictionary<string, (long[] Shape, float[] Values)> _lora = [];

    [Fact]
    public void LoHa_multiplies_two_low_rank_matrices_element_by_element()
    {
        var (a1, b1) = (Put("hada_w1_a", Out, Rank), Put("hada_w1_b", Rank, In));
        var (a2, b2) = (Put("hada_w2_a", Out, Rank), Put("hada_w2_b", Rank, In));
        Put("alpha", [], [3]);
        AssertLinear((o, i) => Factor * Product(a1, b1, o, i, In) * Product(a2, b2, o, i, In));
    }

    [Fact]
    public void LoHa_of_a_convolution_counts_the_kernel_to_the_inputs()
    {
        const int Inner = In * Taps;
        var (a1, b1) = (Put("hada_w1_a", Out, Rank), Put("hada_w1_b", Rank, Inner));
        var (a2, b2) = (Put("hada_w2_a", Out, Rank), Put("hada_w2_b", Rank, Inner));
        Put("alpha", [], [3]);
        AssertConv((o, i) => Factor * Product(a1, b1, o, i, Inner) * Product(a2, b2, o, i, Inner));
    }

    [Fact]
    public void LoHa_with_cores_is_built_by_Tucker_decompositions()
    {
        var (t1, a1, b1) = (
            Put("hada_t1", Rank, Rank, Side, Side),
            Put("hada_w1_a", Rank, Out),
            Put("hada_w1_b", Rank, In)
        );
        var (t2, a2, b2) = (
            Put("hada_t2", Rank, Rank, Side, Side),
            Put("hada_w2_a", Rank, Out),
            Put("hada_w2_b", Rank, In)
        );
        Put("alpha", [], [3]);
        AssertConv((o, i) => Factor * Tucker(t1, a1, b1, o, i, Out, In) * Tucker(t2, a2, b2, o, i, Out, In));
    }

    [Fact]
    public void LoKr_is_a_Kronecker_product_and_two_whole_matrices_are_not_scaled_by_alpha()
    {
        var (w1, w2) = (Put("lokr_w1", 2, 2), Put("lokr_w2", 3, 2));
        Put("alpha", [], [3]);
        AssertLinear((o, i) => Scale * w1[(o / 3 * 2) + (i / 2)] * w2[(o % 3 * 2) + (i % 2)]);
    }

    [Fact]
    public void LoKr_may_have_both_matrices_in_parts()
    {
        var (a1, b1) = (Put("lokr_w1_a", 2, Rank), Put("lokr_w1_b", Rank, 2));
        var (a2, b2) = (Put("lokr_w2_a", 3, Rank), Put("lokr_w2_b", Rank, 2));
        Put("alpha", [], [3]);
        AssertLinear((o, i) => Factor * Product(a1, b1, o / 3, i / 2, 2) * Product(a2, b2, o % 3, i % 2, 2));
    }

    [Fact]
    public void The_alpha_of_LoKr_is_over_the_rank_of_the_fine_matrix()
    {
        var (a1, b1) = (Put("lokr_w1_a", 2, 1), Put("lokr_w1_b", 1, 2));
        var (a2, b2) = (Put("lokr_w2_a", 3, Rank), Put("lokr_w2_b", Rank, 2));
        Put("alpha", [], [3]);
        AssertLinear((o, i) => Factor * a1[o / 3] * b1[i / 2] * Product(a2, b2, o % 3, i % 2, 2));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void LoKr_of_a_convolution_has_the_kernel_in_the_fine_matrix(bool inParts)
    {
        var w1 = Put("lokr_w1", 3, 2);
        float[] w2;
        if (inParts)
        {
            var (a, b) = (Put("lokr_w2_a", 2, Rank), Put("lokr_w2_b", Rank, 2 * Taps));
            w2 =
            [
                .. from c in Enumerable.Range(0, 2)
                from d in Enumerable.Range(0, 2 * Taps)
                select Product(a, b, c, d, 2 * Taps),
            ];
            Put("alpha", [], [3]);
        }
        else
        {
            w2 = Put("lokr_w2", 2, 2, Side, Side);
        }

        AssertConv(
            (o, i) =>
                (inParts ? Factor : Scale)
                * w1[(o / 2 * 2) + (i / Taps / 2)]
                * w2[(((o % 2 * 2) + (i / Taps % 2)) * Taps) + (i % Taps)]
        );
    }

    [Fact]
    public void LoKr_with_a_core_is_built_by_a_Tucker_decomposition()
    {
        var w1 = Put("lokr_w1", 3, 2);
        var (t, a, b) = (Put("lokr_t2", Rank, Rank, Side, Side), Put("lokr_w2_a", Rank, 2), Put("lokr_w2_b", Rank, 2));
        Put("alpha", [], [3]);
        AssertConv(
            (o, i) =>
                Factor
                * w1[(o / 2 * 2) + (i / Taps / 2)]
                * Tucker(t, a, b, o % 2, (i / Taps % 2 * Taps) + (i % Taps), 2, 2)
        );
    }

    [Fact]
    public void LoCon_with_a_core_is_a_Tucker_decomposition()
    {
        var core = Put("lora_mid.weight", Rank, Rank, Side, Side);
        var (down, up) = (Put("lora_down.weight", Rank, In, 1, 1), Put("lora_up.weight", Out, Rank, 1, 1));
        Put("alpha", [], [3]);
        float[] turned =
        [
            .. from r in Enumerable.Range(0, Rank) from o in Enumerable.Range(0, Out) select up[(o * Rank) + r],
        ];
        AssertConv((o, i) => Factor * Tucker(core, turned, down, o, i, Out, In));
    }

    [Fact]
    public void A_whole_difference_is_added_to_weight_and_bias()
    {
        var (diff, bias) = (Put("diff", Out, In), Put("diff_b", Out));
        var w = AssertLinear((o, i) => Scale * diff[(o * In) + i], i => Scale * bias[i]);
        Assert.NotEmpty(w);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void DoRA_gives_rows_or_columns_their_lengths(bool columns)
    {
        var (w1, w2) = (Put("lokr_w1", 2, 2), Put("lokr_w2", 3, 2));
        var lengths = columns ? Put("dora_scale", 1, In) : Put("dora_scale", Out, 1);
        var weight = Weight();
        var changed = new float[Out, In];
        for (var o = 0; o < Out; o++)
        {
            for (var i = 0; i < In; i++)
            {
                changed[o, i] = weight[(o * In) + i] + (Scale * w1[(o / 3 * 2) + (i / 2)] * w2[(o % 3 * 2) + (i % 2)]);
            }
        }

        AssertLinear(
            (o, i) =>
            {
                var along = Enumerable
                    .Range(0, columns ? Out : In)
                    .Select(k => columns ? changed[k, i] : changed[o, k]);
                var norm = MathF.Sqrt(along.Sum(value => value * value));
                return (changed[o, i] * lengths[columns ? i : o] / norm) - weight[(o * In) + i];
            }
        );
    }

    [Fact]
    public void A_low_rank_change_may_have_lengths_of_columns()
    {
        var (down, up) = (Put("lora_down.weight", Rank, In), Put("lora_up.weight", Out, Rank));
        var lengths = Put("dora_scale", 1, In);
        Put("alpha", [], [3]);
        var weight = Weight();
        float Changed(int o, int i) => weight[(o * In) + i] + (Factor * Product(up, down, o, i, In));
        AssertLinear(
            (o, i) =>
            {
                var norm = MathF.Sqrt(Enumerable.Range(0, Out).Sum(k => Changed(k, i) * Changed(k, i)));
                return (Changed(o, i) * lengths[i] / norm) - weight[(o * In) + i];
            }
        );
    }

    private static float Product(float[] a, float[] b, int row, int column, int width) =>
        Enumerable.Range(0, Rank).Sum(r => a[(row * Rank) + r] * b[(r * width) + column]);

    /// <summary>sum over r and s of t[r, s, tap] a[r, o] b[s, i], with i counting taps too.</summary>
    private static float Tucker(float[] t, float[] a, float[] b, int o, int column, int outputs, int inputs)
    {
        var (i, tap) = (column / Taps, column % Taps);
        var sum = 0f;
        for (var r = 0; r < Rank; r++)
        {
            for (var s = 0; s < Rank; s++)
            {
                sum += t[(((r * Rank) + s) * Taps) + tap] * a[(r * outputs) + o] * b[(s * inputs) + i];
            }
        }

        return sum;
    }

    private float[] Put(string part, params long[] shape)
    {
        float[] values =
        [
            .. Enumerable
                .Range(0, (int)shape.Aggregate(1L, (x, y) => x * y))
                .Select(_ => (_random.NextSingle() * 2) - 1),
        ];
        return Put(part, shape, values);
    }

    private float[] Put(string part, long[] shape, float[] values)
    {
        _lora.Add($"lora_unet_a.{part}", (shape, values));
        return values;
    }

    private static float[] Weight(int inputs = In) =>
        [.. Enumerable.Range(0, Out * inputs).Select(i => MathF.Sin(i + 1))];

    private float[] AssertLinear(Func<int, int, float> delta, Func<int, float>? bias = null) =>
        AssertWeight(In, [Out, In], delta, bias, (g, x) => g.Linear(x, "a", In, Out), [In, In]);

    private void AssertConv(Func<int, int, float> delta) =>
        AssertWeight(
            In * Taps,
            [Out, In, Side, Side],
            delta,
            bias: null,
            (g, x) => g.Conv2d(x, "a", In, Out, Side, pads: [0, 0, 0, 0]),
            [In * Taps, In, Side, Side]
        );

    /// <summary>A unit matrix (or all images of one pixel) through the module shows its weight, column by column.</summary>
    private float[] AssertWeight(
        int inputs,
        long[] shape,
        Func<int, int, float> delta,
        Func<int, float>? bias,
        Func<GraphBuilder, Value, Value> module,
        long[] unit
    )
    {
        var weight = Weight(inputs);
        var model = Path.Combine(TinyModels.NewFolder(), "model.safetensors");
        TinyModels.WriteSafeTensors(
            model,
            new Dictionary<string, (long[], float[])>
            {
                ["a.weight"] = (shape, weight),
                ["a.bias"] = ([Out], new float[Out]),
            }
        );
        var file = Path.Combine(TinyModels.NewFolder(), "lora.safetensors");
        TinyModels.WriteSafeTensors(file, _lora);
        var weights = Weights.From(Checkpoint.Open(model));
        var stack = LoraStack.Load(
            [new LoraSource(file, Scale)],
            new Dictionary<string, Weights> { ["unet"] = weights },
            unet: null,
            allowUnmatched: false
        );
        Assert.Equal(sizeof(float) * weight.Length, stack.MergedBytes("unet"));
        Assert.Equal(0, stack.MergedBytes("text_encoder"));
        var g = new GraphBuilder(weights, stack.For("unet"));
        g.Output("y", module(g, g.Input("x", TensorElementType.Float, unit)));
        using var session = new GraphSession(g.Build(), threads: 1);
        var x = new float[inputs * inputs];
        for (var i = 0; i < inputs; i++)
        {
            x[(i * inputs) + i] = 1;
        }

        var y = session.Run([Feed.Of<float>("x", x, unit)], "y");
        for (var o = 0; o < Out; o++)
        {
            for (var i = 0; i < inputs; i++)
            {
                var expected = weight[(o * inputs) + i] + delta(o, i) + (bias?.Invoke(o) ?? 0);
                Assert.Equal(expected, y[(i * Out) + o], 1e-4);
            }
        }

        return y;
    }
}

using Microsoft.ML.OnnxRuntime.Tensors;
using Semblance.Models.Devices;
using Semblance.Models.Graphs;
using Semblance.Models.Graphs.Onnx;

namespace Semblance.Models.Tests.Devices;

/// <summary>
/// How far half precision may be from the fixtures, which are in fp32. A format of p bits rounds a number to within
/// u = 2^-p of itself; over numbers whose mantissas are uniform the root of the mean square of that is
/// u / sqrt(3) times sqrt(1/2), which is 0.41 u. Kernels add up in fp32 and round their result once, so a network with R
/// roundings has, where none is amplified and all are independent, a relative error of at most 0.41 u sqrt(R) (root of the
/// mean square, over all outputs): R is counted in the graph itself.
/// <see cref="Amplification"/> is what of it was measured, as the networks here amplify (activations that cancel) or
/// dampen (shortcuts, norms) single roundings: 0.3 to 3.5. Our fp32 is 1,000 times closer.
/// </summary>
public sealed class HalfPrecisionTests
{
    private const double Fp16 = 1 / 2048.0;
    private const double Bf16 = 1 / 256.0;

    private static readonly (double Least, double Most) Amplification = (0.25, 4);

    public static IEnumerable<TheoryDataRow<string>> Networks =>
        NetworkCase.Names.Select(name => new TheoryDataRow<string>(name));

    [Theory]
    [MemberData(nameof(Networks))]
    public void Half_precision_is_as_far_from_the_reference_as_its_roundings_make_it(string name)
    {
        var half = Rounded(name, Precision.Fp16, TensorElementType.Float16);
        Assert.InRange(half.Error / (0.41 * Fp16 * Math.Sqrt(half.Roundings)), Amplification.Least, Amplification.Most);

        // Eight times the unit; more roundings where weights are stored in fp16, and fewer zeros in sums that cancel.
        var brain = Rounded(name, Precision.Bf16, TensorElementType.BFloat16);
        Assert.InRange(
            brain.Error / (0.41 * Bf16 * Math.Sqrt(brain.Roundings)),
            Amplification.Least,
            Amplification.Most
        );
        Assert.InRange(brain.Error / half.Error, 4, 16);
    }

    /// <summary>
    /// ONNX Runtime's processor has few kernels in fp16. It runs the others in fp32 and rounds what leaves them, but not what
    /// goes from one of them to the next: its error is a share of that with every rounding. Four times the unit would be
    /// above, and fp32 a hundred times below.
    /// </summary>
    [Theory]
    [MemberData(nameof(Networks))]
    public void The_processor_calculates_in_fp16(string name)
    {
        var (rounded, _) = Rounded(name, Precision.Fp16, TensorElementType.Float16);
        var half = NetworkCase.Of(name, Precision.Fp16);
        Assert.InRange(Error(Reference(name), half.Run()) / rounded, 0.25, 1.25);
    }

    [Fact]
    public void What_the_reference_keeps_in_fp32_stays_there()
    {
        var blocks = Types("t5", Precision.Fp16)
            .Count(node => node is { Operator: "FusedMatMul", Type: TensorElementType.Float });
        Assert.Equal(
            Types("t5", Precision.Fp16).Count(node => node.Operator == "Softmax"),
            blocks // wo of each block
        );
        Assert.DoesNotContain(("FusedMatMul", TensorElementType.Float), Types("t5", Precision.Bf16));
        foreach (var name in NetworkCase.Names)
        {
            Assert.All(
                Types(name, Precision.Fp16)
                    .Where(node => node.Operator is "Sin" or "Cos" or "ReduceMean" or "ReduceSumSquare" or "Sqrt"),
                node => Assert.Equal(TensorElementType.Float, node.Type)
            );
            Assert.All(
                Types(name, Precision.Fp16)
                    .Where(node =>
                        node.Operator is "Conv" or "Softmax" or "LayerNormalization" or "MultiHeadAttention"
                    ),
                node => Assert.Equal(TensorElementType.Float16, node.Type)
            );
        }
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void Fp32_has_no_half_in_it_but_stored_weights(string name) =>
        Assert.All(
            Types(name, Precision.Fp32),
            node => Assert.Contains(node.Type, new[] { TensorElementType.Float, TensorElementType.Int64 })
        );

    [Fact]
    public void What_a_device_has_no_kernels_for_is_refused_in_a_sentence()
    {
        var fault = Assert.Throws<ResourceException>(() => NetworkCase.Of("clip, images", Precision.Bf16).Run());
        Assert.Matches(
            @"^cpu cannot calculate in bf16: this ONNX Runtime has no \w+ of that type there; take another precision\.$",
            fault.Message
        );
    }

    private static (double Error, int Roundings) Rounded(string name, Precision precision, TensorElementType type)
    {
        var half = NetworkCase.Of(name, precision);
        var (graph, roundings) = RoundedGraph.Of(half.Graph, type);
        return (Error(Reference(name), (half with { Graph = graph }).Run()), roundings);
    }

    private static float[] Reference(string name)
    {
        var plain = NetworkCase.Of(name, Precision.Fp32);
        return plain.Expected ?? plain.Run();
    }

    private static IEnumerable<(string Operator, TensorElementType Type)> Types(string name, Precision precision) =>
        RoundedGraph.Types(ModelProto.Parser.ParseFrom(NetworkCase.Of(name, precision).Graph.Model));

    private static double Error(float[] expected, float[] actual) =>
        Math.Sqrt(
            expected.Zip(actual, (want, got) => ((double)want - got) * ((double)want - got)).Sum()
                / expected.Sum(want => (double)want * want)
        );
}

using Microsoft.ML.OnnxRuntime.Tensors;
using Semblance.Models.Checkpoints;
using Semblance.Models.Graphs;
using Semblance.Models.Tests.Encoders;

namespace Semblance.Models.Tests.Graphs;

public sealed class GraphTests
{
    [Fact]
    public void Linear_is_x_times_the_transposed_weight_plus_bias()
    {
        var g = Empty();
        var x = g.Input("x", TensorElementType.Float, 1, 2);
        g.Output("y", x.Linear(g.Constant([1, 2, 3, 4, 5, 6], 3, 2), g.Constant([10, 20, 30], 3)));
        Assert.Equal([15f, 31, 47], Run(g, [1, 2], 1, 2));
    }

    [Fact]
    public void Attention_by_hand_weighs_values_by_softmax()
    {
        // One head of width 1: logits q k = (0, ln 3), so the weights are 1/4 and 3/4.
        var g = Empty();
        var q = g.Input("x", TensorElementType.Float, 1, 1, 1);
        var k = g.Constant([0, MathF.Log(3)], 1, 2, 1);
        var v = g.Constant([4, 8], 1, 2, 1);
        g.Output("y", Semblance.Models.Networks.Attention.Of(q, k, v, heads: 1, width: 1));
        Assert.Equal(7f, Run(g, [1], 1, 1, 1)[0], 1e-6f);
    }

    [Fact]
    public void An_open_size_is_decided_when_the_graph_runs()
    {
        var g = Empty();
        g.Output("y", g.Input("x", TensorElementType.Float, -1, 2) * 2);
        using var session = new GraphSession(g.Build(), threads: 1);
        Assert.Equal([2f, 4], session.Run([Feed.Of<float>("x", new float[] { 1, 2 }, 1, 2)], "y"));
        Assert.Equal([2f, 4, 6, 8], session.Run([Feed.Of<float>("x", new float[] { 1, 2, 3, 4 }, 2, 2)], "y"));
    }

    [Theory]
    [InlineData("float32")]
    [InlineData("float16")]
    [InlineData("bfloat16")]
    public void Weights_are_read_from_files_in_different_folders(string type)
    {
        // Enough numbers that ONNX Runtime maps the file instead of copying.
        var values = Enumerable.Range(0, 4096).Select(i => (float)(i % 128)).ToArray();
        var weights = new Dictionary<string, TensorEntry>(StringComparer.Ordinal);
        foreach (var name in new[] { "a", "b" })
        {
            var file = Path.Combine(TinyModels.NewFolder(), "model.safetensors");
            TinyModels.WriteSafeTensors(
                file,
                new Dictionary<string, (long[], float[])>(StringComparer.Ordinal) { [name] = ([4096], values) },
                type
            );
            weights[name] = Checkpoint.Open(file).Require(name, 4096);
        }

        var g = new GraphBuilder(new Weights("two folders", weights));
        g.Output("y", g.Input("x", TensorElementType.Float, 4096) + g.Weight("a", 4096) + g.Weight("b", 4096));
        Assert.Equal(values.Select(v => 1 + (2 * v)), Run(g, [.. Enumerable.Repeat(1f, 4096)], 4096));
    }

    [Fact]
    public void A_tensor_at_an_odd_offset_is_copied_into_the_graph()
    {
        var file = Path.Combine(TinyModels.NewFolder(), "model.safetensors");
        TinyModels.WriteSafeTensors(
            file,
            new Dictionary<string, (long[], float[])>(StringComparer.Ordinal) { ["w"] = ([3], [1, 2, 3]) },
            misalign: 1
        );
        var checkpoint = Checkpoint.Open(file);
        Assert.NotEqual(0, checkpoint.Tensors["w"].Offset % 4);
        var g = new GraphBuilder(Weights.From(checkpoint));
        g.Output("y", g.Input("x", TensorElementType.Float, 3) + g.Weight("w", 3));
        Assert.Equal([2f, 3, 4], Run(g, [1, 1, 1], 3));
    }

    [Fact]
    public void A_weight_asked_for_twice_is_one_tensor()
    {
        var file = Path.Combine(TinyModels.NewFolder(), "model.safetensors");
        TinyModels.WriteSafeTensors(
            file,
            new Dictionary<string, (long[], float[])>(StringComparer.Ordinal)
            {
                ["w"] = ([2], [1, 2]),
                ["v"] = ([1], [1]),
            }
        );
        var weights = Weights.From(Checkpoint.Open(file));
        var g = new GraphBuilder(weights);
        Assert.Equal(g.Weight("w", 2), g.Weight("w", 2));
        Assert.Equal(["v"], weights.Unused);
        Assert.Throws<InputException>(() => g.Weight("w", 3));
        Assert.Throws<InputException>(() => g.Weight("u", 2));
    }

    [Fact]
    public void A_graph_that_cannot_be_run_is_reported_with_its_source()
    {
        var g = Empty();
        g.Output("y", g.Input("x", TensorElementType.Float, 2).MatMul(g.Constant([1, 2, 3], 3)));
        var error = Assert.Throws<InputException>(() => new GraphSession(g.Build(), threads: 1));
        Assert.StartsWith("none: ", error.Message, StringComparison.Ordinal);
    }

    private static GraphBuilder Empty() =>
        new(new Weights("none", new Dictionary<string, TensorEntry>(StringComparer.Ordinal)));

    private static float[] Run(GraphBuilder g, float[] x, params long[] shape)
    {
        using var session = new GraphSession(g.Build(), threads: 1);
        return session.Run([Feed.Of<float>("x", x, shape)], "y");
    }
}

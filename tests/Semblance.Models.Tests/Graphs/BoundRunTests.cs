using Microsoft.ML.OnnxRuntime.Tensors;
using Semblance.Models.Checkpoints;
using Semblance.Models.Graphs;

namespace Semblance.Models.Tests.Graphs;

public sealed class BoundRunTests
{
    [Fact]
    public void What_is_bound_stays_and_what_is_renewed_is_read_again()
    {
        using var session = new GraphSession(Difference(), threads: 1);
        using var run = session.Bind();
        float[] x = [1, 2];
        var y = new float[2];
        run.Bind(Feed.Of<float>("x", x, 2), Feed.Of<float>("text", new float[] { 10, 20 }, 2));
        run.Receive(Feed.Of<float>("y", y, 2));
        run.Run();
        Assert.Equal([9f, 18], y);

        x[0] = 3;
        run.Renew("x");
        run.Run();
        Assert.Equal([7f, 18], y);

        run.Bind(Feed.Of<float>("text", new float[] { 100, 200 }, 2));
        run.Run();
        Assert.Equal([97f, 198], y);
    }

    [Fact]
    public void An_input_that_is_missing_is_a_fault_with_the_network_s_name()
    {
        using var session = new GraphSession(Difference(), threads: 1);
        using var run = session.Bind();
        run.Bind(Feed.Of<float>("x", new float[] { 1, 2 }, 2));
        run.Receive(Feed.Of<float>("y", new float[2], 2));
        Assert.StartsWith("none: ", Assert.Throws<InputException>(run.Run).Message, StringComparison.Ordinal);
    }

    private static Graph Difference()
    {
        var g = new GraphBuilder(new Weights("none", new Dictionary<string, TensorEntry>(StringComparer.Ordinal)));
        var x = g.Input("x", TensorElementType.Float, 2);
        g.Output("y", g.Input("text", TensorElementType.Float, 2) - x);
        return g.Build();
    }
}

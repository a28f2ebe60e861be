using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using Semblance.Models.Checkpoints;
using Semblance.Models.Graphs;

namespace Semblance.Models.Tests.Graphs;

/// <summary>
/// ONNX Runtime takes plain malloc without a word where it is not told well enough to use an arena, and memory then grows
/// with every step of a denoiser. It is asked here to shrink the arena, which it refuses where there is none.
/// </summary>
public sealed class SessionMemoryTests
{
    [Fact]
    public void Encoders_and_denoisers_work_in_an_arena()
    {
        ShrinkAfterRun(Workload.Encoder);
        ShrinkAfterRun(Workload.Denoiser);
    }

    [Fact]
    public void Decoders_give_their_memory_back_to_the_system() =>
        Assert.Contains(
            "arena",
            Assert.Throws<OnnxRuntimeException>(() => ShrinkAfterRun(Workload.Decoder)).Message,
            StringComparison.Ordinal
        );

    private static void ShrinkAfterRun(Workload workload)
    {
        var g = new GraphBuilder(new Weights("none", new Dictionary<string, TensorEntry>()));
        g.Output("y", g.Input("x", TensorElementType.Float, 2, 3).Silu());
        using var options = GraphSession.Options(threads: 1, workload);
        using var session = new InferenceSession(g.Build().Model, options);
        using var x = OrtValue.CreateTensorValueFromMemory([1f, 2, 3, 4, 5, 6], [2, 3]);
        using var run = new RunOptions();
        run.AddRunConfigEntry("memory.enable_memory_arena_shrinkage", "cpu:0");
        using var results = session.Run(run, ["x"], [x], ["y"]);
        Assert.Equal(1 / (1 + MathF.Exp(-1)), results[0].GetTensorDataAsSpan<float>()[0], 1e-6f);
    }
}

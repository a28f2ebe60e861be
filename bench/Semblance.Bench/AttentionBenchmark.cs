using System.Diagnostics;
using Microsoft.ML.OnnxRuntime.Tensors;
using Semblance.Models.Checkpoints;
using Semblance.Models.Graphs;
using Semblance.Models.Networks;

namespace Semblance.Bench;

/// <summary>
/// Self-attention of PixArt's transformer, one layer without its projections, in the forms that ONNX Runtime offers. One
/// thread, and processor time in place of elapsed time, so that other programs disturb little.
/// </summary>
internal static class AttentionBenchmark
{
    private const int Heads = 16;
    private const int Width = 1152;

    public static int Run(string[] args)
    {
        var (form, tokens, batch) = (args[0], int.Parse(args[1]), int.Parse(args[2]));
        var g = new GraphBuilder(new Weights("attention", new Dictionary<string, TensorEntry>()));
        var inputs = new[] { "q", "k", "v" }
            .Select(name => g.Input(name, TensorElementType.Float, batch, tokens, Width))
            .ToArray();
        g.Output("y", Emit(form, inputs[0], inputs[1], inputs[2], tokens));
        using var session = new GraphSession(g.Build(), threads: 1);
        var random = new Random(1);
        var data = inputs
            .Select(_ => Enumerable.Range(0, batch * tokens * Width).Select(_ => random.NextSingle() - 0.5f).ToArray())
            .ToArray();
        var result = new float[batch * tokens * Width];

        void Once() =>
            session.Run(
                [.. data.Select((values, i) => Feed.Of<float>("qkv"[i].ToString(), values, batch, tokens, Width))],
                [Feed.Of<float>("y", result, batch, tokens, Width)]
            );
        Once();
        var times = new List<double>();
        using var process = Process.GetCurrentProcess();
        for (var i = 0; i < 5; i++)
        {
            process.Refresh();
            var before = process.TotalProcessorTime;
            Once();
            process.Refresh();
            times.Add((process.TotalProcessorTime - before).TotalSeconds);
        }

        times.Sort();
        var work = 4.0 * batch * tokens * tokens * Width / 1e9;
        Console.WriteLine(
            $"{form, -14} {tokens} tokens, batch {batch}: {times[0]:F3} s, median {times[2]:F3} s of one core, {work / times[0]:F0} GFLOP/s, peak {process.PeakWorkingSet64 / 1048576} MiB, checksum {result.Sum(x => (double)Math.Abs(x)):F3}"
        );
        return 0;
    }

    private static Value Emit(string form, Value q, Value k, Value v, int tokens) =>
        form switch
        {
            "plain" => Attention.Of(q, k, v, Heads, Width),
            "fused" => Attention.Fused(q, k, v, Heads),
            _ when int.TryParse(form, out var parts) => q.Graph.Concat(
                1,
                [
                    .. Enumerable
                        .Range(0, parts)
                        .Select(i =>
                            Attention.Of(q.Slice(1, tokens * i / parts, tokens * (i + 1) / parts), k, v, Heads, Width)
                        ),
                ]
            ),
            _ => throw new ArgumentException($"No form {form}.", nameof(form)),
        };
}

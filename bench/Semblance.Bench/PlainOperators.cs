using System.Text.Json;
using Microsoft.ML.OnnxRuntime.Tensors;
using Semblance.Models.Checkpoints;
using Semblance.Models.Graphs;

namespace Semblance.Bench;

/// <summary>
/// The matrix products and convolutions that a network made, as ONNX Runtime's profile lists them, each run again alone:
/// what the same arithmetic takes without anything around it. Attention counts as its two products.
/// </summary>
internal static class PlainOperators
{
    private const int Rounds = 3;

    /// <summary>Seconds of processors for all of them once, the least of a few rounds each, and their arithmetic.</summary>
    /// <param name="profile">ONNX Runtime's profile of whole runs.</param>
    /// <param name="runs">How many runs it holds.</param>
    public static (double Seconds, double Flop) Time(string profile, int runs)
    {
        using var json = JsonDocument.Parse(File.ReadAllBytes(profile));
        var kinds = json
            .RootElement.EnumerateArray()
            .Where(entry => entry.GetProperty("name").GetString()!.EndsWith("_kernel_time", StringComparison.Ordinal))
            .Select(entry => entry.GetProperty("args"))
            .SelectMany(Operators)
            .GroupBy(one => one.Key, StringComparer.Ordinal);
        var (seconds, flop) = (0.0, 0.0);
        foreach (var kind in kinds)
        {
            var count = kind.Count() / (double)runs;
            var one = kind.First();
            seconds += count * Alone(one);
            flop += count * one.Flop;
        }

        return (seconds, flop);
    }

    private static IEnumerable<PlainOperator> Operators(JsonElement args)
    {
        var shapes = Shapes(args, "input_type_shape");
        switch (args.GetProperty("op_name").GetString())
        {
            // Weights that were packed are no longer told of; [output, input] follows from what goes in and out.
            case "FusedMatMul" or "MatMul" or "Gemm" when shapes.Length < 2 || shapes[1].Length < 2:
                var output = Shapes(args, "output_type_shape")[0];
                yield return new PlainOperator("Linear", shapes[0], [output[^1], shapes[0][^1]], []);
                break;
            case "FusedMatMul" or "Gemm" when shapes[1].Length == 2:
                yield return new PlainOperator("Linear", shapes[0], shapes[1], []);
                break;
            case "MatMul" or "FusedMatMul":
                yield return new PlainOperator("MatMul", shapes[0], shapes[1], []);
                break;
            case "Conv" or "FusedConv":
                yield return new PlainOperator("Conv", shapes[0], shapes[1], Shapes(args, "output_type_shape")[0]);
                break;
            case "MultiHeadAttention":
                var (q, k) = (shapes[0], shapes[1]);
                // 64 is the width of a head in SDXL and SD 1.5's widest; the arithmetic does not depend on it.
                const long Head = 64;
                var heads = Math.Max(1, q[2] / Head);
                yield return new PlainOperator(
                    "MatMul",
                    [q[0], heads, q[1], q[2] / heads],
                    [k[0], heads, q[2] / heads, k[1]],
                    []
                );
                yield return new PlainOperator(
                    "MatMul",
                    [q[0], heads, q[1], k[1]],
                    [k[0], heads, k[1], q[2] / heads],
                    []
                );
                break;
            default:
                break;
        }
    }

    private static long[][] Shapes(JsonElement args, string name) =>
        [
            .. args.GetProperty(name)
                .EnumerateArray()
                .Select(input =>
                    input.EnumerateObject().First().Value.EnumerateArray().Select(size => size.GetInt64()).ToArray()
                ),
        ];

    private static double Alone(PlainOperator one)
    {
        var constant = one.Kind is "Linear" or "Conv";
        var g = new GraphBuilder(new Weights("plain", new Dictionary<string, TensorEntry>(StringComparer.Ordinal)));
        var x = g.Input("x", TensorElementType.Float, one.First);
        switch (one.Kind)
        {
            case "Linear":
                g.Output("y", x.Linear(g.Constant(Numbers(one.Second), one.Second), null));
                break;
            case "Conv":
                var stride = one.First[2] / one.Result[2];
                var pad = one.Second[2] / 2;
                g.Output(
                    "y",
                    g.Conv(x, g.Constant(Numbers(one.Second), one.Second), null, stride, [pad, pad, pad, pad])
                );
                break;
            default:
                g.Output("y", x.MatMul(g.Input("z", TensorElementType.Float, one.Second)));
                break;
        }

        using var session = new GraphSession(g.Build(), workload: Workload.Denoiser);
        var (first, second) = (Numbers(one.First), constant ? [] : Numbers(one.Second));
        var least = double.MaxValue;
        for (var round = 0; round < Rounds; round++)
        {
            List<Feed> inputs = [Feed.Of<float>("x", first, one.First)];
            if (!constant)
            {
                inputs.Add(Feed.Of<float>("z", second, one.Second));
            }

            var before = Environment.CpuUsage.TotalTime;
            _ = session.Run(inputs, "y");
            least = Math.Min(least, (Environment.CpuUsage.TotalTime - before).TotalSeconds);
        }

        return least;
    }

    private static float[] Numbers(long[] shape)
    {
        var values = new float[shape.Aggregate(1L, (product, size) => product * size)];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = ((i * 7) % 101) * 0.01f;
        }

        return values;
    }

    /// <summary>One product or convolution.</summary>
    private sealed record PlainOperator(string Kind, long[] First, long[] Second, long[] Result)
    {
        public string Key => $"{Kind} {string.Join(',', First)} {string.Join(',', Second)} {string.Join(',', Result)}";

        public double Flop =>
            Kind switch
            {
                "Linear" => 2.0 * Product(First) * Second[0],
                "Conv" => 2.0 * Product(Result) * Product(Second[1..]),
                _ => 2.0 * Product(First) * Second[^1],
            };

        private static double Product(long[] shape) => shape.Aggregate(1.0, (product, size) => product * size);
    }
}

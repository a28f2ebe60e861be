using Microsoft.ML.OnnxRuntime.Tensors;

namespace Semblance.Models.Graphs;

/// <summary>PyTorch's modules, which find their weights by the module's name and take what adapters add to them.</summary>
internal static class TorchModules
{
    /// <summary>x W^T + b, the weights as PyTorch stores them: <c>weight</c> [output, input] and <c>bias</c> [output].</summary>
    public static Value Linear(this GraphBuilder g, Value x, string name, long input, long output, bool bias = true)
    {
        var weight = g.Weight($"{name}.weight", output, input);
        Value? shift = bias ? g.Weight($"{name}.bias", output) : null;
        if (g.AdapterOf(name) is not { } adapter)
        {
            return x.Linear(weight, shift);
        }

        (weight, shift, var rows) = Changed(g, adapter, (weight, [output, input]), shift, output);
        x = x.In(weight.Type);
        // g * x W^T + b + sum of h * (f x A^T) B^T, over tokens.
        var y = rows is { } scale
            ? Sum(x.Linear(weight, bias: null) * g.Constant(scale, scale.Length).In(x.Type), shift)
            : x.Linear(weight, shift);
        foreach (var branch in adapter.Branches)
        {
            var (down, up) = (branch.Down.Shape, branch.Up.Shape);
            var low = x.Linear(
                g.Initializer($"{branch.Name}.down", branch.Down, down[0], down[1]).In(x.Type),
                bias: null
            ); // [..., rank]
            var high = Scaled(low, branch)
                .Linear(g.Initializer($"{branch.Name}.up", branch.Up, up[0], up[1]).In(x.Type), bias: null);
            y += branch.OutputScale is { } outer ? high * g.Constant(outer, outer.Length).In(x.Type) : high;
        }

        return y;
    }

    /// <summary>
    /// PyTorch's <c>Conv2d</c>: <c>weight</c> [out, in, kernel, kernel] and <c>bias</c> [out] over
    /// [batch, in, height, width].
    /// </summary>
    /// <param name="g">The graph.</param>
    /// <param name="x">[batch, in, height, width].</param>
    /// <param name="name">The module's name, under which its weights are stored.</param>
    /// <param name="inChannels">Channels of <paramref name="x"/>.</param>
    /// <param name="outChannels">Channels of the result.</param>
    /// <param name="kernel">Side of the square kernel.</param>
    /// <param name="stride">Step in both directions.</param>
    /// <param name="pads">Zeros put at top, left, bottom, right; nothing stands for half the kernel on every side.</param>
    /// <param name="bias">Whether there is a bias.</param>
    public static Value Conv2d(
        this GraphBuilder g,
        Value x,
        string name,
        long inChannels,
        long outChannels,
        long kernel,
        long stride = 1,
        ReadOnlySpan<long> pads = default,
        bool bias = true
    )
    {
        var half = kernel / 2;
        var zeros = pads.IsEmpty ? [half, half, half, half] : pads;
        var weight = g.Weight($"{name}.weight", outChannels, inChannels, kernel, kernel);
        Value? shift = bias ? g.Weight($"{name}.bias", outChannels) : null;
        x = x.In(weight.Type);
        if (g.AdapterOf(name) is not { } adapter)
        {
            return g.Conv(x, weight, shift, stride, zeros);
        }

        (weight, shift, var rows) = Changed(
            g,
            adapter,
            (weight, [outChannels, inChannels, kernel, kernel]),
            shift,
            outChannels
        );
        // As in Linear, over pixels: A is a convolution of the module's kernel and stride, B one of kernel 1.
        var y = rows is { } scale
            ? Sum(
                g.Conv(x, weight, bias: null, stride, zeros) * g.Constant(scale, scale.Length, 1, 1).In(x.Type),
                shift?.Reshape(-1, 1, 1)
            )
            : g.Conv(x, weight, shift, stride, zeros);
        foreach (var branch in adapter.Branches)
        {
            var up = branch.Up.Shape;
            var a = g.Initializer($"{branch.Name}.down", branch.Down, branch.Down.Shape).In(x.Type);
            var low = Scaled(g.Conv(x, a, bias: null, stride, zeros), branch); // [batch, rank, ...]
            var b = g.Initializer($"{branch.Name}.up", branch.Up, up[0], up[1], 1, 1).In(x.Type);
            var high = g.Conv(low, b, bias: null, stride: 1, [0, 0, 0, 0]);
            y += branch.OutputScale is { } outer ? high * g.Constant(outer, outer.Length, 1, 1).In(x.Type) : high;
        }

        return y;
    }

    /// <summary>Normalises over the last axis, then scales and shifts by <c>weight</c> and <c>bias</c> [size].</summary>
    public static Value LayerNorm(this GraphBuilder g, Value x, string name, long size, float epsilon) =>
        g.Op(
            "LayerNormalization",
            [x, g.Weight($"{name}.weight", size), g.Weight($"{name}.bias", size)],
            ("axis", -1L),
            ("epsilon", epsilon)
        );

    /// <summary>An embedding table [rows, width], with the adapters' further rows below it.</summary>
    public static Value Table(this GraphBuilder g, string name, long rows, long width)
    {
        var table = g.Weight(name, rows, width);
        return g.NewRowsOf(name) is { } more
            ? g.Concat(0, table, g.Constant(more, more.Length / width, width).In(table.Type))
            : table;
    }

    /// <summary>
    /// Weight and bias with what is added to them before anything is run, and by what the rows of the product are still to
    /// be multiplied: changes are added to scaled rows, so where there are some the scale is in the weight.
    /// </summary>
    private static (Value Weight, Value? Bias, float[]? Rows) Changed(
        GraphBuilder g,
        ModuleAdapter adapter,
        (Value Value, long[] Shape) weight,
        Value? bias,
        long outputs
    )
    {
        var (now, later) = adapter.Deltas.Count > 0 ? (adapter.BaseScale, (float[]?)null) : (null, adapter.BaseScale);
        return (
            Merged(weight.Value, adapter.Deltas, weight.Shape, now),
            bias is { } plain ? Merged(plain, adapter.BiasDeltas, [outputs]) : bias,
            later
        );

        // Added in float32 and rounded once: it is done before anything is run.
        Value Merged(Value stored, IReadOnlyList<WeightDelta> deltas, long[] shape, float[]? factors = null) =>
            deltas.Count == 0 && factors is null
                ? stored
                : WeightDelta.Apply(g, stored.In(TensorElementType.Float), deltas, shape, factors).In(stored.Type);
    }

    private static Value Sum(Value x, Value? bias) => bias is { } b ? x + b : x;

    private static Value Scaled(Value low, LowRankBranch branch) => branch.Factor == 1f ? low : low * branch.Factor;
}

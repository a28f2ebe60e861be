namespace Semblance.Models.Graphs;

internal sealed partial class GraphBuilder
{
    private readonly HashSet<string> _adapted = [];

    /// <summary>An embedding table [rows, width], with the adapters' further rows below it.</summary>
    public Value Table(string name, long rows, long width)
    {
        var table = Weight(name, rows, width);
        if (adapters?.NewRows.TryGetValue(name, out var more) is not true)
        {
            return table;
        }
        _adapted.Add(name);
        return Concat(0, table, Constant(more, more.Length / width, width));
    }

    private ModuleAdapter? AdapterOf(string module)
    {
        if (adapters?.Modules.TryGetValue(module, out var adapter) is not true)
        {
            return null;
        }
        _adapted.Add(module);
        return adapter;
    }

    /// <summary>g * x W^T + b + sum of h * (f x A^T) B^T, over tokens.</summary>
    private Value Linear(Value x, Value weight, Value? bias, ModuleAdapter adapter)
    {
        var y = adapter.BaseScale is { } scale
            ? Sum(x.Linear(weight, bias: null) * Constant(scale, scale.Length), bias)
            : x.Linear(weight, bias);
        foreach (var branch in adapter.Branches)
        {
            var (down, up) = (branch.Down.Shape, branch.Up.Shape);
            var low = x.Linear(Initializer($"{branch.Name}.down", branch.Down, down[0], down[1]), bias: null); // [..., rank]
            var high = Scaled(low, branch)
                .Linear(Initializer($"{branch.Name}.up", branch.Up, up[0], up[1]), bias: null);
            y += branch.OutputScale is { } outer ? high * Constant(outer, outer.Length) : high;
        }
        return y;
    }

    /// <summary>The same over pixels: A is a convolution of the module's kernel and stride, B one of kernel 1.</summary>
    private Value Conv(Value x, Value weight, Value? bias, long stride, ReadOnlySpan<long> pads, ModuleAdapter adapter)
    {
        var y = adapter.BaseScale is { } scale
            ? Sum(
                Conv(x, weight, bias: null, stride, pads) * Constant(scale, scale.Length, 1, 1),
                bias?.Reshape(-1, 1, 1)
            )
            : Conv(x, weight, bias, stride, pads);
        foreach (var branch in adapter.Branches)
        {
            var (down, up) = (branch.Down.Shape, branch.Up.Shape);
            var low = Conv(x, Initializer($"{branch.Name}.down", branch.Down, down), bias: null, stride, pads); // [batch, rank, ...]
            var high = Conv(
                Scaled(low, branch),
                Initializer($"{branch.Name}.up", branch.Up, up[0], up[1], 1, 1),
                bias: null,
                stride: 1,
                [0, 0, 0, 0]
            );
            y += branch.OutputScale is { } outer ? high * Constant(outer, outer.Length, 1, 1) : high;
        }
        return y;
    }

    private static Value Sum(Value x, Value? bias) => bias is { } b ? x + b : x;

    private static Value Scaled(Value low, LowRankBranch branch) => branch.Factor == 1f ? low : low * branch.Factor;

    private Value Initializer(string name, Weight weight, params long[] shape) =>
        Initializer(name, weight with { Shape = shape });

    private void RefuseUnusedAdapters()
    {
        var left = adapters is null
            ? []
            : adapters.Modules.Keys.Concat(adapters.NewRows.Keys).Where(name => !_adapted.Contains(name)).ToList();
        if (left.Count > 0)
        {
            throw new InputException(
                $"{adapters!.Source} changes {string.Join(", ", left.Take(3))}, which is no linear layer or convolution that can be changed; leave it out."
            );
        }
    }
}

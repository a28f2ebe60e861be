namespace Semblance.Models.Graphs;

/// <summary>What is added to a weight before the network is run.</summary>
/// <param name="Name">Unique in the graph.</param>
/// <param name="Change">Emits the change; it has the weight's elements in its order.</param>
/// <param name="Factor">By which it is multiplied.</param>
/// <param name="Lengths">
/// DoRA: the lengths that the rows (or, along axis 1, the columns) of the changed weight are given; null for none.
/// </param>
/// <param name="LengthsAxis">0 for lengths of rows, 1 for lengths of columns.</param>
internal sealed record WeightDelta(
    string Name,
    Func<GraphBuilder, Value> Change,
    float Factor,
    float[]? Lengths = null,
    int LengthsAxis = 0
)
{
    /// <summary>The weight with all changes, each worked out against the weight itself.</summary>
    /// <param name="g">The graph.</param>
    /// <param name="weight">As it is stored.</param>
    /// <param name="deltas">The changes.</param>
    /// <param name="shape">Of the weight.</param>
    /// <param name="rows">[output], by which the weight without the changes is multiplied; null for 1.</param>
    public static Value Apply(
        GraphBuilder g,
        Value weight,
        IReadOnlyList<WeightDelta> deltas,
        long[] shape,
        float[]? rows = null
    ) =>
        deltas.Aggregate(
            rows is null ? weight : weight * g.Constant(rows, [rows.Length, .. shape.Skip(1).Select(_ => 1L)]),
            (sum, delta) => sum + delta.Of(g, weight, shape)
        );

    private Value Of(GraphBuilder g, Value weight, long[] shape)
    {
        var change = Change(g).Reshape(shape) * Factor;
        if (Lengths is null)
        {
            return change;
        }

        var changed = weight + change;
        long[] others = [.. Enumerable.Range(0, shape.Length).Where(axis => axis != LengthsAxis)];
        var norms = g.Op("ReduceL2", [changed, g.Constant(others)], ("keepdims", 1L));
        long[] along = [.. shape.Select((_, axis) => axis == LengthsAxis ? (long)Lengths.Length : 1)];
        return (changed * (g.Constant(Lengths, along) / norms)) - weight;
    }
}

using Semblance.Models.Graphs;

namespace Semblance.Models.Networks;

/// <summary>The matrix without bias that takes an encoder's pooled token into the common space.</summary>
internal static class ClipProjection
{
    /// <summary>[batch, hidden] to [batch, projection].</summary>
    public static Value Forward(Value pooled, string name, int width, int projection, bool transposed)
    {
        var g = pooled.Graph;
        return transposed
            ? pooled.MatMul(g.Weight(name, width, projection))
            : g.Linear(pooled, name[..^".weight".Length], width, projection, bias: false);
    }
}

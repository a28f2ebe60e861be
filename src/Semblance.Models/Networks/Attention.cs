using Semblance.Models.Graphs;

namespace Semblance.Models.Networks;

/// <summary>Multi-head attention, written out or fused.</summary>
internal static class Attention
{
    /// <summary>softmax(scale q k^T + mask) v per head.</summary>
    /// <param name="q">[batch, queries, width].</param>
    /// <param name="k">[batch, keys, width].</param>
    /// <param name="v">[batch, keys, width].</param>
    /// <param name="heads">Number of heads; divides the width.</param>
    /// <param name="width">heads x d.</param>
    /// <param name="mask">Added to the logits, [queries, keys], or with axes for batch and head before.</param>
    /// <param name="scale">Of the logits; 1 / sqrt(d) where nothing is given.</param>
    /// <returns>[batch, queries, width].</returns>
    public static Value Of(Value q, Value k, Value v, int heads, int width, Value? mask = null, float? scale = null)
    {
        var d = width / heads;
        q = (scale == 1 ? q : q * (scale ?? 1 / MathF.Sqrt(d))).Reshape(0, 0, heads, d).Transpose(0, 2, 1, 3); // [batch, heads, queries, d]
        k = k.Reshape(0, 0, heads, d).Transpose(0, 2, 3, 1); // [batch, heads, d, keys]
        v = v.Reshape(0, 0, heads, d).Transpose(0, 2, 1, 3); // [batch, heads, keys, d]
        var logits = q.MatMul(k); // [batch, heads, queries, keys]
        if (mask is { } m)
        {
            logits += m.In(logits.Type);
        }

        return logits.Softmax().MatMul(v).Transpose(0, 2, 1, 3).Reshape(0, 0, width);
    }

    /// <summary>
    /// softmax(q k^T / sqrt(d)) v per head by one operator that never holds all logits (Dao et al., arXiv 2205.14135). With
    /// the thousands of tokens of an image it takes a tenth of the memory and less time; for a few hundred tokens, or
    /// with a mask, it gains nothing.
    /// </summary>
    /// <param name="q">[batch, queries, width].</param>
    /// <param name="k">[batch, keys, width].</param>
    /// <param name="v">[batch, keys, width].</param>
    /// <param name="heads">Number of heads; divides the width.</param>
    /// <returns>[batch, queries, width].</returns>
    public static Value Fused(Value q, Value k, Value v, int heads) =>
        q.Graph.Op("MultiHeadAttention", [q, k, v], GraphBuilder.Contrib, ("num_heads", (long)heads));
}

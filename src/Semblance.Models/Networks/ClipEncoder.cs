using Semblance.Models.Graphs;

namespace Semblance.Models.Networks;

/// <summary>
/// The transformer that both CLIP encoders and SigLIP's share (transformers' <c>CLIPEncoder</c> and <c>SiglipEncoder</c>).
/// </summary>
internal static class ClipEncoder
{
    /// <summary>Emits all layers, one after another.</summary>
    /// <param name="x">[batch, tokens, hidden].</param>
    /// <param name="config">Sizes.</param>
    /// <param name="prefix">What stands before the layer's number, such as <c>vision_model.encoder.layers</c>.</param>
    /// <param name="names">Names within a layer.</param>
    /// <param name="observed">What stands before <c>hidden_states</c> in the names of observed values.</param>
    /// <param name="mask">[tokens, tokens], or null.</param>
    /// <returns>transformers' <c>hidden_states</c>: <paramref name="x"/> and the result of every layer.</returns>
    public static IReadOnlyList<Value> Forward(
        Value x,
        ClipTransformerConfig config,
        string prefix,
        ClipLayerNames names,
        string observed = "",
        Value? mask = null
    )
    {
        var states = new List<Value> { x };
        for (var i = 0; i < config.Layers; i++)
        {
            x = x.Graph.Observe($"{observed}hidden_states.{i + 1}", Layer(x, config, $"{prefix}.{i}", names, mask));
            states.Add(x);
        }

        return states;
    }

    private static Value Layer(Value x, ClipTransformerConfig config, string prefix, ClipLayerNames names, Value? mask)
    {
        var g = x.Graph;
        var (width, epsilon) = (config.HiddenSize, config.LayerNormEps);

        var y = g.LayerNorm(x, $"{prefix}.{names.Norm1}", width, epsilon);
        x += SelfAttention(y, config, $"{prefix}.{names.Attention}", names.InProjection, mask);

        y = g.LayerNorm(x, $"{prefix}.{names.Norm2}", width, epsilon);
        return x + Mlp(y, config, $"{prefix}.{names.Fc1}", $"{prefix}.{names.Fc2}");
    }

    /// <summary>The feed-forward part, [batch, tokens, hidden] to the same.</summary>
    public static Value Mlp(Value x, ClipTransformerConfig config, string fc1, string fc2)
    {
        var g = x.Graph;
        var (width, inner) = (config.HiddenSize, config.IntermediateSize);
        return g.Linear(g.Linear(x, fc1, width, inner).Activate(config.HiddenAct), fc2, inner, width);
    }

    private static Value SelfAttention(
        Value x,
        ClipTransformerConfig config,
        string prefix,
        string? inProjection,
        Value? mask
    )
    {
        var g = x.Graph;
        var width = config.HiddenSize;
        var qkv = inProjection is null
            ? [.. "qkv".Select(part => g.Linear(x, $"{prefix}.{part}_proj", width, width))]
            : x.Linear(
                    g.Weight($"{prefix}.{inProjection}_weight", 3 * width, width),
                    g.Weight($"{prefix}.{inProjection}_bias", 3 * width)
                )
                .Split(3, axis: 2);
        var y = Attention.Of(qkv[0], qkv[1], qkv[2], config.Heads, width, mask);
        return g.Linear(y, $"{prefix}.out_proj", width, width);
    }
}

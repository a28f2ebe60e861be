using Semblance.Models.Graphs;

namespace Semblance.Models.Networks;

/// <summary>CLIP's text transformer with its projection (transformers' <c>CLIPTextModelWithProjection</c>).</summary>
internal static class ClipTextModel
{
    /// <summary>Emits the network. There is no padding mask, only the causal one, as in the reference.</summary>
    /// <param name="ids">Token ids, int64 [batch, tokens].</param>
    /// <param name="pooledAt">The place of the end-of-text token of each text, int64 [batch, 1]; see <see cref="EndOfText"/>.</param>
    /// <param name="config">Sizes.</param>
    /// <param name="names">Tensor names.</param>
    /// <returns>text_embeds [batch, projection].</returns>
    public static Value Forward(Value ids, Value pooledAt, ClipTextConfig config, ClipNames names) =>
        Project(States(ids, config, names).Last, pooledAt, config, names);

    /// <summary>Emits the transformer without its projection (transformers' <c>CLIPTextModel</c>).</summary>
    /// <param name="ids">Token ids, int64 [batch, tokens].</param>
    /// <param name="config">Sizes.</param>
    /// <param name="names">Tensor names.</param>
    /// <returns>
    /// transformers' <c>hidden_states</c>, and the last of them after the final norm, each [batch, tokens, hidden].
    /// </returns>
    public static (IReadOnlyList<Value> All, Value Last) States(Value ids, ClipTextConfig config, ClipNames names)
    {
        var g = ids.Graph;
        var (width, tokens) = (config.Transformer.HiddenSize, config.MaxPositions);

        var x = g.Gather(g.Table(names.TokenEmbedding, config.VocabSize, width), ids); // [batch, tokens, hidden]
        x = g.Observe("text.hidden_states.0", x + g.Weight(names.TextPositions, tokens, width));
        var states = ClipEncoder.Forward(
            x,
            config.Transformer,
            names.TextLayers,
            names.Layer,
            "text.",
            CausalMask(g, tokens)
        );
        return (states, g.Observe("text.last_hidden_state", FinalNorm(states[^1], config, names)));
    }

    /// <summary>The norm behind the last layer.</summary>
    public static Value FinalNorm(Value x, ClipTextConfig config, ClipNames names) =>
        x.Graph.LayerNorm(x, names.FinalNorm, config.Transformer.HiddenSize, config.Transformer.LayerNormEps);

    /// <summary>The projected states at the places where the texts are pooled, [batch, projection].</summary>
    public static Value Project(Value last, Value pooledAt, ClipTextConfig config, ClipNames names)
    {
        var g = last.Graph;
        var x = g.Op("GatherND", [last, pooledAt], ("batch_dims", 1L)); // [batch, hidden]
        return g.Observe(
            "text_embeds",
            ClipProjection.Forward(
                x,
                names.TextProjection,
                config.Transformer.HiddenSize,
                config.ProjectionDim,
                names.ProjectionsTransposed
            )
        );
    }

    /// <summary>
    /// Where a text is pooled: at the first end-of-text token, or, for configs of before transformers 4.31 whose
    /// <c>eos_token_id</c> is a wrong 2, at the largest id, which is that token in CLIP's vocabulary.
    /// </summary>
    public static int EndOfText(ReadOnlySpan<long> ids, int eosTokenId)
    {
        var at = 0;
        for (var i = 0; i < ids.Length; i++)
        {
            if (eosTokenId == 2)
            {
                at = ids[i] > ids[at] ? i : at;
            }
            else if (ids[i] == eosTokenId)
            {
                return i;
            }
        }

        return at;
    }

    private static Value CausalMask(GraphBuilder g, int tokens)
    {
        var mask = new float[tokens * tokens];
        for (var row = 0; row < tokens; row++)
        {
            mask.AsSpan((row * tokens) + row + 1, tokens - row - 1).Fill(float.NegativeInfinity);
        }

        return g.Constant(mask, tokens, tokens);
    }
}

using Microsoft.ML.OnnxRuntime.Tensors;
using Semblance.Models.Graphs;

namespace Semblance.Models.Networks;

/// <summary>T5's encoder (transformers' <c>T5EncoderModel</c>; Raffel et al., arXiv 1910.10683, and T5 v1.1).</summary>
internal static class T5EncoderModel
{
    /// <summary>The table of token embeddings, [vocabulary, width].</summary>
    public const string Embedding = "shared.weight";

    /// <summary>Emits the whole network. Large ones are run block by block instead, from <see cref="Bias"/>, <see cref="Block"/> and <see cref="FinalNorm"/>.</summary>
    /// <param name="ids">int64 [batch, tokens].</param>
    /// <param name="mask">1 for tokens, 0 for padding, [batch, tokens].</param>
    /// <param name="tokens">Number of tokens.</param>
    /// <param name="config">Sizes.</param>
    /// <returns>last_hidden_state [batch, tokens, width].</returns>
    public static Value Forward(Value ids, Value mask, int tokens, T5EncoderConfig config)
    {
        var g = ids.Graph;
        var x = g.Gather(g.Weight(Embedding, config.VocabSize, config.Width), ids); // [batch, tokens, width]
        x = g.Observe("hidden_states.0", x);
        var bias = Bias(mask, tokens, config);
        for (var i = 0; i < config.Layers; i++)
        {
            x = Block(x, bias, i, config);
            if (i < config.Layers - 1)
            {
                x = g.Observe($"hidden_states.{i + 1}", x);
            }
        }

        return g.Observe("last_hidden_state", FinalNorm(x, config));
    }

    /// <summary>What is added to the attention logits of every block: the relative position bias, which block 0 stores for all, and the mask.</summary>
    /// <param name="mask">[batch, tokens].</param>
    /// <param name="tokens">Number of tokens.</param>
    /// <param name="config">Sizes.</param>
    /// <returns>[batch, heads, tokens, tokens].</returns>
    public static Value Bias(Value mask, int tokens, T5EncoderConfig config)
    {
        var g = mask.Graph;
        var table = g.WideWeight(
            "encoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight",
            config.Buckets,
            config.Heads
        );
        var buckets = new long[tokens * tokens];
        for (var query = 0; query < tokens; query++)
        {
            for (var key = 0; key < tokens; key++)
            {
                buckets[(query * tokens) + key] = Bucket(key - query, config);
            }
        }

        var bias = g.Gather(table, g.Constant(buckets)).Reshape(tokens, tokens, config.Heads).Transpose(2, 0, 1);
        bias = g.Observe("relative_bias", bias); // [heads, tokens, tokens]
        // Finite in the type of the logits too, where 0 times it has to be 0.
        var lowest = g.Arithmetic == TensorElementType.Float16 ? (float)Half.MinValue : float.MinValue;
        return ((g.Scalar(1) - mask.Unsqueeze(1, 2)) * lowest) + bias;
    }

    /// <summary>One block: self-attention, then the feed-forward part, each after a norm and around a shortcut.</summary>
    /// <param name="x">[batch, tokens, width].</param>
    /// <param name="bias">Of <see cref="Bias"/>.</param>
    /// <param name="index">Which block.</param>
    /// <param name="config">Sizes.</param>
    public static Value Block(Value x, Value bias, int index, T5EncoderConfig config)
    {
        var g = x.Graph;
        var name = $"encoder.block.{index}";

        var y = g.Observe($"block{index}.norm", Norm(x, $"{name}.layer.0.layer_norm", config));
        x += g.Observe($"block{index}.attention", SelfAttention(y, bias, $"{name}.layer.0.SelfAttention", config));

        y = Norm(x, $"{name}.layer.1.layer_norm", config);
        return x + g.Observe($"block{index}.ff", FeedForward(y, $"{name}.layer.1.DenseReluDense", config));
    }

    /// <summary>The norm after the last block.</summary>
    public static Value FinalNorm(Value x, T5EncoderConfig config) => Norm(x, "encoder.final_layer_norm", config);

    /// <summary>
    /// The bucket of a relative position: every distance up to a quarter of all buckets has its own, larger ones share
    /// theirs on a logarithmic scale; half the buckets are for keys after the query.
    /// </summary>
    /// <param name="position">Place of the key less that of the query.</param>
    /// <param name="config">Number of buckets and largest distance.</param>
    public static int Bucket(int position, T5EncoderConfig config)
    {
        var half = config.Buckets / 2;
        var exact = half / 2;
        var distance = Math.Abs(position);
        var bucket =
            distance < exact
                ? distance
                : exact
                    + (int)(
                        // Single precision, since the reference's rounding decides at the edges of buckets.
                        MathF.Log((float)distance / exact)
                        / (float)Math.Log((double)config.MaxDistance / exact)
                        * (half - exact)
                    );
        return Math.Min(bucket, half - 1) + (position > 0 ? half : 0);
    }

    /// <summary>Multi-head attention whose logits are not scaled: the initialisation of the weights takes care of it.</summary>
    private static Value SelfAttention(Value x, Value bias, string name, T5EncoderConfig config)
    {
        var g = x.Graph;
        var (width, inner) = (config.Width, config.AttentionWidth);
        var q = g.Linear(x, $"{name}.q", width, inner, bias: false);
        var k = g.Linear(x, $"{name}.k", width, inner, bias: false);
        var v = g.Linear(x, $"{name}.v", width, inner, bias: false);
        return g.Linear(
            Attention.Of(q, k, v, config.Heads, inner, bias, scale: 1),
            $"{name}.o",
            inner,
            width,
            bias: false
        );
    }

    private static Value FeedForward(Value x, string name, T5EncoderConfig config)
    {
        var g = x.Graph;
        var (width, inner) = (config.Width, config.InnerWidth);
        var y = config.Gated
            ? g.Linear(x, $"{name}.wi_0", width, inner, bias: false).Activate(config.Activation)
                * g.Linear(x, $"{name}.wi_1", width, inner, bias: false)
            : g.Linear(x, $"{name}.wi", width, inner, bias: false).Activate(config.Activation);
        var wo = $"{name}.wo.weight";
        // Its products leave the range of fp16, so the reference keeps it in float32; what it is added to is so, too.
        return y.Linear(
            g.Arithmetic == TensorElementType.Float16 ? g.WideWeight(wo, width, inner) : g.Weight(wo, width, inner),
            bias: null
        );
    }

    /// <summary>
    /// Divides by the root of the mean square, without centring (Zhang and Sennrich, arXiv 1910.07467), in float32, and
    /// scales in the type of the arithmetic.
    /// </summary>
    private static Value Norm(Value x, string name, T5EncoderConfig config)
    {
        var g = x.Graph;
        x = x.In(TensorElementType.Float);
        var meanSquare = g.Op("ReduceMean", [x * x, g.Constant([-1L])], ("keepdims", 1L));
        var root = g.Op("Sqrt", [meanSquare + g.Scalar(config.Epsilon)]);
        return (x / root).In(g.Arithmetic) * g.Weight($"{name}.weight", config.Width);
    }
}

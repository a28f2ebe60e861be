using Semblance.Models.Configuration;
using Semblance.Models.Graphs;

namespace Semblance.Models.Networks;

/// <summary>SigLIP's vision tower.</summary>
/// <param name="HiddenSize">Width of a token, and length of an embedding.</param>
/// <param name="IntermediateSize">Width between the two layers of a feed-forward part.</param>
/// <param name="Layers">Number of transformer layers.</param>
/// <param name="Heads">Attention heads, of the pooling head too.</param>
/// <param name="ImageSize">Side of the square image, pixels.</param>
/// <param name="PatchSize">Side of a patch, pixels.</param>
/// <param name="Channels">Of the image.</param>
/// <param name="HiddenAct">Activation function.</param>
/// <param name="LayerNormEps">Added to the variance.</param>
internal sealed record SiglipVisionConfig(
    int HiddenSize,
    int IntermediateSize,
    int Layers,
    int Heads,
    int ImageSize,
    int PatchSize,
    int Channels,
    string HiddenAct,
    float LayerNormEps
)
{
    /// <summary>Reads transformers' <c>SiglipVisionConfig</c>; what is absent has the value of that class.</summary>
    public static SiglipVisionConfig Read(ConfigJson json)
    {
        if (!json.Flag("vision_use_head", otherwise: true))
        {
            throw new InputException(
                $"{json.File}: vision_use_head is false; SigLIP is supported with its pooling head."
            );
        }
        var config = new SiglipVisionConfig(
            json.Size("hidden_size", 768),
            json.Size("intermediate_size", 3072),
            json.Size("num_hidden_layers", 12),
            json.Size("num_attention_heads", 12),
            json.Size("image_size", 224),
            json.Size("patch_size", 16),
            json.Size("num_channels", 3),
            json.Activation("hidden_act", "gelu_pytorch_tanh"),
            json.Number("layer_norm_eps", 1e-6f)
        );
        return json.Divisible(config.HiddenSize, config.Heads, config);
    }
}

/// <summary>
/// SigLIP's vision transformer (transformers' <c>SiglipVisionModel</c>): no class token, a learned probe pools the
/// patches.
/// </summary>
internal static class SiglipVisionModel
{
    /// <summary>Emits the network.</summary>
    /// <param name="pixels">[batch, channels, image, image], normalised.</param>
    /// <param name="batch">Number of images.</param>
    /// <param name="config">Sizes.</param>
    /// <returns>pooler_output [batch, hidden].</returns>
    public static Value Forward(Value pixels, int batch, SiglipVisionConfig config)
    {
        var g = pixels.Graph;
        var x = g.Observe("hidden_states.0", Embeddings(pixels, config));
        for (var i = 0; i < config.Layers; i++)
        {
            x = g.Observe($"hidden_states.{i + 1}", Layer(x, config, $"vision_model.encoder.layers.{i}"));
        }
        x = g.LayerNorm(x, "vision_model.post_layernorm", config.HiddenSize, config.LayerNormEps);
        return g.Observe("image_embeds", PoolingHead(g.Observe("last_hidden_state", x), batch, config));
    }

    /// <summary>Patches with positions added: [batch, patches, hidden].</summary>
    private static Value Embeddings(Value pixels, SiglipVisionConfig config)
    {
        const string Prefix = "vision_model.embeddings";
        var g = pixels.Graph;
        var side = config.ImageSize / config.PatchSize;
        var patches = g.Conv(
            pixels,
            g.Weight(
                $"{Prefix}.patch_embedding.weight",
                config.HiddenSize,
                config.Channels,
                config.PatchSize,
                config.PatchSize
            ),
            g.Weight($"{Prefix}.patch_embedding.bias", config.HiddenSize),
            config.PatchSize,
            [0, 0, 0, 0]
        );
        return patches.Reshape(0, 0, -1).Transpose(0, 2, 1)
            + g.Weight($"{Prefix}.position_embedding.weight", side * side, config.HiddenSize);
    }

    private static Value Layer(Value x, SiglipVisionConfig config, string prefix)
    {
        var g = x.Graph;
        var (width, epsilon) = (config.HiddenSize, config.LayerNormEps);

        var y = g.LayerNorm(x, $"{prefix}.layer_norm1", width, epsilon);
        var q = g.Linear(y, $"{prefix}.self_attn.q_proj", width, width);
        var k = g.Linear(y, $"{prefix}.self_attn.k_proj", width, width);
        var v = g.Linear(y, $"{prefix}.self_attn.v_proj", width, width);
        x += g.Linear(Attention.Of(q, k, v, config.Heads, width), $"{prefix}.self_attn.out_proj", width, width);

        return x + Mlp(g.LayerNorm(x, $"{prefix}.layer_norm2", width, epsilon), config, $"{prefix}.mlp");
    }

    private static Value Mlp(Value x, SiglipVisionConfig config, string prefix)
    {
        var g = x.Graph;
        var y = g.Linear(x, $"{prefix}.fc1", config.HiddenSize, config.IntermediateSize).Activate(config.HiddenAct);
        return g.Linear(y, $"{prefix}.fc2", config.IntermediateSize, config.HiddenSize);
    }

    /// <summary>
    /// Attention of one learned probe over all patches (torch's <c>MultiheadAttention</c>, whose q, k and v are one
    /// matrix), then a feed-forward part: [batch, patches, hidden] to [batch, hidden].
    /// </summary>
    private static Value PoolingHead(Value x, int batch, SiglipVisionConfig config)
    {
        const string Prefix = "vision_model.head";
        var g = x.Graph;
        var width = config.HiddenSize;
        var weights = g.Weight($"{Prefix}.attention.in_proj_weight", 3 * width, width).Split(3, axis: 0);
        var biases = g.Weight($"{Prefix}.attention.in_proj_bias", 3 * width).Split(3, axis: 0);

        var probe = g.Weight($"{Prefix}.probe", 1, 1, width).Expand(batch, 1, width);
        var q = probe.Linear(weights[0], biases[0]); // [batch, 1, hidden]
        var k = x.Linear(weights[1], biases[1]);
        var v = x.Linear(weights[2], biases[2]);
        var pooled = Attention.Of(q, k, v, config.Heads, width);
        pooled = g.Linear(pooled, $"{Prefix}.attention.out_proj", width, width);
        g.Observe("head.attention", pooled);

        var y = g.LayerNorm(pooled, $"{Prefix}.layernorm", width, config.LayerNormEps);
        return (pooled + Mlp(y, config, $"{Prefix}.mlp")).Reshape(0, width);
    }
}

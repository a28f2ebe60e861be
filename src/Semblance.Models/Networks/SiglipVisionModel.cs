using Semblance.Models.Configuration;
using Semblance.Models.Graphs;

namespace Semblance.Models.Networks;

/// <summary>Sizes of SigLIP's vision network.</summary>
/// <param name="Transformer">Its transformer; the pooling head has the same sizes.</param>
/// <param name="ImageSize">Side of the square image, pixels.</param>
/// <param name="PatchSize">Side of a patch, pixels.</param>
/// <param name="Channels">Of the image.</param>
internal sealed record SiglipVisionConfig(ClipTransformerConfig Transformer, int ImageSize, int PatchSize, int Channels)
{
    /// <summary>Reads transformers' <c>SiglipVisionConfig</c>; what is absent has the value of that class.</summary>
    /// <exception cref="InputException">A value is wrong, or the encoder has no pooling head.</exception>
    public static SiglipVisionConfig Read(ConfigJson json)
    {
        if (!json.Flag("vision_use_head", otherwise: true))
        {
            throw new InputException(
                $"{json.File}: vision_use_head is false; SigLIP is supported with its pooling head."
            );
        }

        return new SiglipVisionConfig(
            ClipTransformerConfig.Read(json, new ClipTransformerConfig(768, 3072, 12, 12, "gelu_pytorch_tanh", 1e-6f)),
            json.Size("image_size", 224),
            json.Size("patch_size", 16),
            json.Size("num_channels", 3)
        );
    }
}

/// <summary>
/// SigLIP's vision transformer (transformers' <c>SiglipVisionModel</c>): no class token, a learned probe pools the
/// patches.
/// </summary>
internal static class SiglipVisionModel
{
    /// <summary>Emits the network into the graph of <paramref name="pixels"/>.</summary>
    /// <param name="pixels">[batch, channels, image, image], normalised.</param>
    /// <param name="batch">Number of images.</param>
    /// <param name="config">Sizes.</param>
    /// <returns>pooler_output [batch, hidden].</returns>
    public static Value Forward(Value pixels, int batch, SiglipVisionConfig config)
    {
        var g = pixels.Graph;
        var (width, epsilon) = (config.Transformer.HiddenSize, config.Transformer.LayerNormEps);

        var x = g.Observe("hidden_states.0", Embeddings(pixels, config));
        x = ClipEncoder.Forward(x, config.Transformer, "vision_model.encoder.layers", ClipNames.HuggingFace.Layer)[^1];
        x = g.Observe("last_hidden_state", g.LayerNorm(x, "vision_model.post_layernorm", width, epsilon));
        return g.Observe("image_embeds", PoolingHead(x, batch, config.Transformer));
    }

    /// <summary>Patches with positions added: [batch, patches, hidden].</summary>
    private static Value Embeddings(Value pixels, SiglipVisionConfig config)
    {
        const string Prefix = "vision_model.embeddings";
        var g = pixels.Graph;
        var (width, patch, side) = (
            config.Transformer.HiddenSize,
            config.PatchSize,
            config.ImageSize / config.PatchSize
        );
        var x = g.Conv2d(pixels, $"{Prefix}.patch_embedding", config.Channels, width, patch, patch, [0, 0, 0, 0]);
        return x.Reshape(0, 0, -1).Transpose(0, 2, 1)
            + g.Weight($"{Prefix}.position_embedding.weight", side * side, width);
    }

    /// <summary>
    /// Attention of one learned probe over all patches (torch's <c>MultiheadAttention</c>, whose q, k and v are one
    /// matrix), then a feed-forward part: [batch, patches, hidden] to [batch, hidden].
    /// </summary>
    private static Value PoolingHead(Value x, int batch, ClipTransformerConfig config)
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
        pooled = g.Observe("head.attention", g.Linear(pooled, $"{Prefix}.attention.out_proj", width, width));

        var y = g.LayerNorm(pooled, $"{Prefix}.layernorm", width, config.LayerNormEps);
        return (pooled + ClipEncoder.Mlp(y, config, $"{Prefix}.mlp.fc1", $"{Prefix}.mlp.fc2")).Reshape(0, width);
    }
}

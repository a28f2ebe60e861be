using Microsoft.ML.OnnxRuntime.Tensors;
using Semblance.Models.Configuration;
using Semblance.Models.Graphs;

namespace Semblance.Models.Networks;

/// <summary>Sizes of DINOv2's vision transformer.</summary>
/// <param name="HiddenSize">Width of a token, and length of an embedding.</param>
/// <param name="Layers">Number of transformer layers.</param>
/// <param name="Heads">Attention heads.</param>
/// <param name="MlpRatio">Width between the two layers of the feed-forward part, in multiples of <paramref name="HiddenSize"/>.</param>
/// <param name="ImageSize">Side of the square image for which positions are stored, pixels.</param>
/// <param name="PatchSize">Side of a patch, pixels.</param>
/// <param name="Channels">Of the image.</param>
/// <param name="HiddenAct">Activation function of the feed-forward part without gate.</param>
/// <param name="LayerNormEps">Added to the variance.</param>
/// <param name="QkvBias">Whether q, k and v have biases.</param>
/// <param name="UseSwiglu">Whether the feed-forward part has a gate.</param>
internal sealed record Dinov2Config(
    int HiddenSize,
    int Layers,
    int Heads,
    float MlpRatio,
    int ImageSize,
    int PatchSize,
    int Channels,
    string HiddenAct,
    float LayerNormEps,
    bool QkvBias,
    bool UseSwiglu
)
{
    /// <summary>Reads transformers' <c>Dinov2Config</c>; what is absent has the value of that class.</summary>
    public static Dinov2Config Read(ConfigJson json)
    {
        var gated = json.Flag("use_swiglu_ffn", otherwise: false);
        var config = new Dinov2Config(
            json.Size("hidden_size", 768),
            json.Size("num_hidden_layers", 12, ConfigJson.MostLayers),
            json.Size("num_attention_heads", 12),
            json.Number("mlp_ratio", 4),
            json.Size("image_size", 224),
            json.Size("patch_size", 14),
            json.Size("num_channels", 3),
            // Beside a gate the function is not used, whatever the config names.
            gated ? json.Text("hidden_act", "gelu") : json.Activation("hidden_act", "gelu"),
            json.Epsilon("layer_norm_eps", 1e-6f),
            json.Flag("qkv_bias", otherwise: true),
            gated
        );
        return json.Divisible(config.HiddenSize, config.Heads, config);
    }
}

/// <summary>DINOv2's vision transformer (transformers' <c>Dinov2Model</c>) under its published tensor names.</summary>
internal static class Dinov2Model
{
    /// <summary>Emits the network into the graph of <paramref name="pixels"/>.</summary>
    /// <param name="pixels">[batch, channels, height, width], normalised; sides are cut to whole patches.</param>
    /// <param name="batch">Number of images.</param>
    /// <param name="height">Of the images, pixels.</param>
    /// <param name="width">Of the images, pixels.</param>
    /// <param name="config">Sizes.</param>
    /// <returns>pooler_output: the class token after the last norm, [batch, hidden].</returns>
    public static Value Forward(Value pixels, int batch, int height, int width, Dinov2Config config)
    {
        var g = pixels.Graph;
        var x = g.Observe("hidden_states.0", Embeddings(pixels, batch, height, width, config));
        for (var i = 0; i < config.Layers; i++)
        {
            x = g.Observe($"hidden_states.{i + 1}", Layer(x, config, $"encoder.layer.{i}"));
        }

        x = g.Observe("last_hidden_state", g.LayerNorm(x, "layernorm", config.HiddenSize, config.LayerNormEps));
        return g.Observe("image_embeds", x.Slice(axis: 1, 0, 1).Reshape(0, config.HiddenSize));
    }

    /// <summary>Patches, with the class token before them and positions added: [batch, 1 + patches, hidden].</summary>
    private static Value Embeddings(Value pixels, int batch, int height, int width, Dinov2Config config)
    {
        const string Prefix = "embeddings";
        var g = pixels.Graph;
        var (hidden, patch) = (config.HiddenSize, config.PatchSize);
        const string Projection = $"{Prefix}.patch_embeddings.projection";
        var patches = g.Conv2d(pixels, Projection, config.Channels, hidden, patch, patch, [0, 0, 0, 0]);
        patches = patches.Reshape(0, 0, -1).Transpose(0, 2, 1); // [batch, patches, hidden]
        var token = g.Weight($"{Prefix}.cls_token", 1, 1, hidden).Expand(batch, 1, hidden);
        return g.Concat(1, token, patches) + Positions(g, height / patch, width / patch, config);
    }

    /// <summary>
    /// The stored positions, resampled where the image has another size: bicubic (a = -0.75) to the target size,
    /// without antialiasing; the class token's stays. [1, 1 + rows x columns, hidden].
    /// </summary>
    private static Value Positions(GraphBuilder g, int rows, int columns, Dinov2Config config)
    {
        var (side, hidden) = (config.ImageSize / config.PatchSize, config.HiddenSize);
        var stored = g.Weight("embeddings.position_embeddings", 1, (side * side) + 1, hidden);
        if (rows == side && columns == side)
        {
            return stored;
        }

        var grid = stored.Slice(axis: 1, 1, (side * side) + 1).Reshape(1, side, side, hidden).Transpose(0, 3, 1, 2);
        grid = grid.In(TensorElementType.Float)
            .ResizeBicubic(1, hidden, rows, columns)
            .In(stored.Type)
            .Transpose(0, 2, 3, 1)
            .Reshape(1, rows * columns, hidden);
        return g.Concat(1, stored.Slice(axis: 1, 0, 1), grid);
    }

    private static Value Layer(Value x, Dinov2Config config, string prefix)
    {
        var g = x.Graph;
        var (width, epsilon) = (config.HiddenSize, config.LayerNormEps);

        var y = g.LayerNorm(x, $"{prefix}.norm1", width, epsilon);
        var q = g.Linear(y, $"{prefix}.attention.attention.query", width, width, config.QkvBias);
        var k = g.Linear(y, $"{prefix}.attention.attention.key", width, width, config.QkvBias);
        var v = g.Linear(y, $"{prefix}.attention.attention.value", width, width, config.QkvBias);
        y = g.Linear(Attention.Of(q, k, v, config.Heads, width), $"{prefix}.attention.output.dense", width, width);
        x += y * g.Weight($"{prefix}.layer_scale1.lambda1", width);

        y = g.LayerNorm(x, $"{prefix}.norm2", width, epsilon);
        y = config.UseSwiglu ? SwigluFfn(y, config, $"{prefix}.mlp") : Mlp(y, config, $"{prefix}.mlp");
        return x + (y * g.Weight($"{prefix}.layer_scale2.lambda1", width));
    }

    private static Value Mlp(Value x, Dinov2Config config, string prefix)
    {
        var g = x.Graph;
        var (width, inner) = (config.HiddenSize, (int)(config.HiddenSize * config.MlpRatio));
        var y = g.Linear(x, $"{prefix}.fc1", width, inner).Activate(config.HiddenAct);
        return g.Linear(y, $"{prefix}.fc2", inner, width);
    }

    /// <summary>silu(gate) * value; the stored matrix gives gate, then value.</summary>
    private static Value SwigluFfn(Value x, Dinov2Config config, string prefix)
    {
        var g = x.Graph;
        var width = config.HiddenSize;
        // Two thirds of the plain width, so that three matrices cost what two would, in multiples of 8.
        var inner = ((int)((int)(width * config.MlpRatio) * 2 / 3.0) + 7) / 8 * 8;
        var parts = g.Linear(x, $"{prefix}.weights_in", width, 2 * inner).Split(2, axis: 2);
        return g.Linear(parts[0].Silu() * parts[1], $"{prefix}.weights_out", inner, width);
    }
}

using System.Text.Json;
using Semblance.Models.Configuration;

namespace Semblance.Models.Networks;

/// <summary>The sizes of the transformer that CLIP's encoders and SigLIP's are made of.</summary>
/// <param name="HiddenSize">Width of a token.</param>
/// <param name="IntermediateSize">Width between the two layers of the feed-forward part.</param>
/// <param name="Layers">Number of transformer layers.</param>
/// <param name="Heads">Attention heads.</param>
/// <param name="HiddenAct">Activation function of the feed-forward part.</param>
/// <param name="LayerNormEps">Added to the variance.</param>
internal sealed record ClipTransformerConfig(
    int HiddenSize,
    int IntermediateSize,
    int Layers,
    int Heads,
    string HiddenAct,
    float LayerNormEps
)
{
    private const string OpenClipSupported = "of open_clip the plain vision and text transformers";

    /// <summary>Reads an encoder's part of transformers' config; <paramref name="otherwise"/> are the values of its class.</summary>
    /// <exception cref="InputException">A value is wrong.</exception>
    public static ClipTransformerConfig Read(ConfigJson json, ClipTransformerConfig otherwise)
    {
        var config = new ClipTransformerConfig(
            json.Size("hidden_size", otherwise.HiddenSize),
            json.Size("intermediate_size", otherwise.IntermediateSize),
            json.Size("num_hidden_layers", otherwise.Layers, ConfigJson.MostLayers),
            json.Size("num_attention_heads", otherwise.Heads),
            json.Activation("hidden_act", otherwise.HiddenAct),
            json.Epsilon("layer_norm_eps", otherwise.LayerNormEps)
        );
        return json.Divisible(config.HiddenSize, config.Heads, config);
    }

    /// <summary>Reads an encoder of open_clip's config.</summary>
    /// <param name="json">The encoder's part.</param>
    /// <param name="unsupported">Keys that would make it another network, with the value that leaves it as it is.</param>
    /// <param name="width">Width of a token.</param>
    /// <param name="heads">Attention heads.</param>
    /// <param name="quickGelu">Whether OpenAI's cheap GELU is its activation function.</param>
    /// <exception cref="InputException">A value is wrong, or it is another network.</exception>
    public static ClipTransformerConfig ReadOpenClip(
        ConfigJson json,
        ReadOnlySpan<(string Key, string Plain)> unsupported,
        int width,
        int heads,
        bool quickGelu
    )
    {
        json.Refuse(unsupported, OpenClipSupported);
        if (json.Json.TryGetProperty("layers", out var layers) && layers.ValueKind == JsonValueKind.Array)
        {
            throw new InputException(
                $"{json.File}: {json.Within.TrimEnd('.')} is a ResNet, which is not supported; {OpenClipSupported} are."
            );
        }

        var inner = (int)(width * json.Number("mlp_ratio", 4));
        var activation = quickGelu ? "quick_gelu" : "gelu";
        var config = new ClipTransformerConfig(
            width,
            inner,
            json.Size("layers", 12, ConfigJson.MostLayers),
            heads,
            activation,
            1e-5f
        );
        return json.Divisible(width, heads, config);
    }
}

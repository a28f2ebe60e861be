using System.Text.Json;
using Semblance.Models.Configuration;

namespace Semblance.Models.Networks;

/// <summary>What a CLIP tower's transformer is made of.</summary>
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
    /// <summary>Reads what both towers share; what is absent has the value of transformers' config class.</summary>
    public static ClipTransformerConfig Read(ConfigJson json, int width, int inner, int layers, int heads) =>
        Checked(
            json,
            new ClipTransformerConfig(
                json.Size("hidden_size", width),
                json.Size("intermediate_size", inner),
                json.Size("num_hidden_layers", layers),
                json.Size("num_attention_heads", heads),
                json.Activation("hidden_act", "quick_gelu"),
                json.Number("layer_norm_eps", 1e-5f)
            )
        );

    /// <summary>Reads a tower of open_clip's config.</summary>
    public static ClipTransformerConfig ReadOpenClip(ConfigJson json, int width, int heads, bool quickGelu)
    {
        return Checked(
            json,
            new ClipTransformerConfig(
                width,
                (int)(width * json.Number("mlp_ratio", 4)),
                json.Size("layers", 12),
                heads,
                quickGelu ? "quick_gelu" : "gelu",
                1e-5f
            )
        );
    }

    private static ClipTransformerConfig Checked(ConfigJson json, ClipTransformerConfig config) =>
        json.Divisible(config.HiddenSize, config.Heads, config);
}

/// <summary>CLIP's vision tower.</summary>
/// <param name="Transformer">Its transformer.</param>
/// <param name="ImageSize">Side of the square image, pixels.</param>
/// <param name="PatchSize">Side of a patch, pixels.</param>
/// <param name="Channels">Of the image.</param>
/// <param name="ProjectionDim">Length of an embedding.</param>
internal sealed record ClipVisionConfig(
    ClipTransformerConfig Transformer,
    int ImageSize,
    int PatchSize,
    int Channels,
    int ProjectionDim
)
{
    /// <summary>Reads transformers' <c>CLIPVisionConfig</c>.</summary>
    /// <param name="json">The tower's part of the config.</param>
    /// <param name="projection">Of the whole model, where there is one.</param>
    public static ClipVisionConfig Read(ConfigJson json, int? projection) =>
        new(
            ClipTransformerConfig.Read(json, 768, 3072, 12, 12),
            json.Size("image_size", 224),
            json.Size("patch_size", 32),
            json.Size("num_channels", 3),
            projection ?? json.Size("projection_dim", 512)
        );

    /// <summary>Reads open_clip's <c>vision_cfg</c>.</summary>
    public static ClipVisionConfig ReadOpenClip(ConfigJson json, int projection, bool quickGelu)
    {
        OpenClipLimits.Check(
            json,
            "vision_cfg",
            [
                "timm_model_name",
                "attentional_pool",
                "global_average_pool",
                "ls_init_value",
                "no_ln_pre",
                "input_patchnorm",
                "final_ln_after_pool",
                "act_kwargs",
                "norm_kwargs",
                "pos_embed_type",
                "pool_type",
            ]
        );
        var width = json.Size("width", 768);
        return new ClipVisionConfig(
            ClipTransformerConfig.ReadOpenClip(json, width, width / json.Size("head_width", 64), quickGelu),
            json.Size("image_size", 224),
            json.Size("patch_size", 16),
            Channels: 3,
            projection
        );
    }
}

/// <summary>CLIP's text tower.</summary>
/// <param name="Transformer">Its transformer.</param>
/// <param name="VocabSize">Number of tokens.</param>
/// <param name="MaxPositions">Length of every text, padded or cut.</param>
/// <param name="ProjectionDim">Length of an embedding.</param>
/// <param name="EosTokenId">The token at whose first place the text is pooled; 2 means the place of the largest id, as old configs want it.</param>
internal sealed record ClipTextConfig(
    ClipTransformerConfig Transformer,
    int VocabSize,
    int MaxPositions,
    int ProjectionDim,
    int EosTokenId
)
{
    /// <summary>Reads transformers' <c>CLIPTextConfig</c>.</summary>
    /// <param name="json">The tower's part of the config.</param>
    /// <param name="projection">Of the whole model, where there is one.</param>
    public static ClipTextConfig Read(ConfigJson json, int? projection) =>
        new(
            ClipTransformerConfig.Read(json, 512, 2048, 12, 8),
            json.Size("vocab_size", 49408),
            json.Size("max_position_embeddings", 77),
            projection ?? json.Size("projection_dim", 512),
            json.Integer("eos_token_id", 49407)
        );

    /// <summary>Reads open_clip's <c>text_cfg</c>, whose texts are pooled at the largest id.</summary>
    public static ClipTextConfig ReadOpenClip(ConfigJson json, int projection, bool quickGelu)
    {
        OpenClipLimits.Check(
            json,
            "text_cfg",
            [
                "hf_model_name",
                "ls_init_value",
                "embed_cls",
                "no_causal_mask",
                "proj_bias",
                "proj_type",
                "pool_type",
                "act_kwargs",
                "norm_kwargs",
            ]
        );
        return new ClipTextConfig(
            ClipTransformerConfig.ReadOpenClip(json, json.Size("width", 512), json.Size("heads", 8), quickGelu),
            json.Size("vocab_size", 49408),
            json.Size("context_length", 77),
            projection,
            EosTokenId: 2
        );
    }
}

/// <summary>Says no to the variants of open_clip that the two towers here do not have.</summary>
internal static class OpenClipLimits
{
    /// <summary>Checks that none of these keys changes the network.</summary>
    /// <exception cref="InputException">One does.</exception>
    public static void Check(ConfigJson json, string part, ReadOnlySpan<string> keys)
    {
        foreach (var key in keys)
        {
            var plain =
                !json.Json.TryGetProperty(key, out var value)
                || value.ValueKind is JsonValueKind.Null or JsonValueKind.False
                || (value.ValueKind == JsonValueKind.String && value.ValueEquals(Plain(part, key)));
            if (!plain)
            {
                throw new InputException(
                    $"{json.File}: {part}.{key} is {value}, which is not supported; of open_clip the plain vision and text transformers are."
                );
            }
        }
        if (json.Json.TryGetProperty("layers", out var layers) && layers.ValueKind == JsonValueKind.Array)
        {
            throw new InputException(
                $"{json.File}: {part} is a ResNet, which is not supported; of open_clip the plain vision and text transformers are."
            );
        }
    }

    /// <summary>The value that means the same as leaving the key out.</summary>
    private static string Plain(string part, string key) =>
        key switch
        {
            "pos_embed_type" => "learnable",
            "pool_type" => part == "vision_cfg" ? "tok" : "argmax",
            "proj_type" => "linear",
            _ => "",
        };
}

using Semblance.Models.Configuration;

namespace Semblance.Models.Networks;

/// <summary>Sizes of CLIP's vision network.</summary>
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
    private static readonly (string Key, string Plain)[] Unsupported =
    [
        ("timm_model_name", ""),
        ("attentional_pool", ""),
        ("global_average_pool", ""),
        ("ls_init_value", ""),
        ("no_ln_pre", ""),
        ("input_patchnorm", ""),
        ("final_ln_after_pool", ""),
        ("act_kwargs", ""),
        ("norm_kwargs", ""),
        ("pos_embed_type", "learnable"),
        ("pool_type", "tok"),
    ];

    /// <summary>Reads the fields of transformers' <c>CLIPVisionConfig</c>.</summary>
    /// <param name="json">The encoder's part of the config.</param>
    /// <param name="projection">Of the whole model, where there is one.</param>
    public static ClipVisionConfig Read(ConfigJson json, int? projection) =>
        new(
            ClipTransformerConfig.Read(json, new ClipTransformerConfig(768, 3072, 12, 12, "quick_gelu", 1e-5f)),
            json.Size("image_size", 224),
            json.Size("patch_size", 32),
            json.Size("num_channels", 3),
            projection ?? json.Size("projection_dim", 512)
        );

    /// <summary>Reads the fields of open_clip's <c>vision_cfg</c>.</summary>
    public static ClipVisionConfig ReadOpenClip(ConfigJson json, int projection, bool quickGelu)
    {
        var width = json.Size("width", 768);
        var heads = width / json.Size("head_width", 64);
        return new ClipVisionConfig(
            ClipTransformerConfig.ReadOpenClip(json, Unsupported, width, heads, quickGelu),
            json.Size("image_size", 224),
            json.Size("patch_size", 16),
            Channels: 3,
            projection
        );
    }
}

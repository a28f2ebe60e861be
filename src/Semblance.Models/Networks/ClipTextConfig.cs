using Semblance.Models.Configuration;

namespace Semblance.Models.Networks;

/// <summary>Sizes of CLIP's text network.</summary>
/// <param name="Transformer">Its transformer.</param>
/// <param name="VocabSize">Number of tokens.</param>
/// <param name="MaxPositions">Length of every text in tokens, padded or cut.</param>
/// <param name="ProjectionDim">Length of an embedding.</param>
/// <param name="EosTokenId">The token at whose first place the text is pooled; 2 means the place of the largest id, as old configs have it.</param>
internal sealed record ClipTextConfig(
    ClipTransformerConfig Transformer,
    int VocabSize,
    int MaxPositions,
    int ProjectionDim,
    int EosTokenId
)
{
    private static readonly (string Key, string Plain)[] Unsupported =
    [
        ("hf_model_name", ""),
        ("ls_init_value", ""),
        ("embed_cls", ""),
        ("no_causal_mask", ""),
        ("proj_bias", ""),
        ("proj_type", "linear"),
        ("pool_type", "argmax"),
        ("act_kwargs", ""),
        ("norm_kwargs", ""),
    ];

    /// <summary>Reads the fields of transformers' <c>CLIPTextConfig</c>.</summary>
    /// <param name="json">The encoder's part of the config.</param>
    /// <param name="projection">Of the whole model, where there is one.</param>
    public static ClipTextConfig Read(ConfigJson json, int? projection) =>
        new(
            ClipTransformerConfig.Read(json, new ClipTransformerConfig(512, 2048, 12, 8, "quick_gelu", 1e-5f)),
            json.Size("vocab_size", 49408),
            json.Size("max_position_embeddings", 77),
            projection ?? json.Size("projection_dim", 512),
            json.Integer("eos_token_id", 49407)
        );

    /// <summary>Reads open_clip's <c>text_cfg</c>, whose texts are pooled at the largest id.</summary>
    public static ClipTextConfig ReadOpenClip(ConfigJson json, int projection, bool quickGelu)
    {
        var (width, heads) = (json.Size("width", 512), json.Size("heads", 8));
        return new ClipTextConfig(
            ClipTransformerConfig.ReadOpenClip(json, Unsupported, width, heads, quickGelu),
            json.Size("vocab_size", 49408),
            json.Size("context_length", 77),
            projection,
            EosTokenId: 2
        );
    }
}

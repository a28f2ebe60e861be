namespace Semblance.Models.Networks;

/// <summary>
/// Names of one transformer layer's parts below <c>layers.{i}</c>. InProjection is one matrix for q, k and v stacked;
/// null where they are three.
/// </summary>
internal sealed record ClipLayerNames(
    string Norm1,
    string Attention,
    string? InProjection,
    string Norm2,
    string Fc1,
    string Fc2
);

/// <summary>
/// The tensor names of a CLIP checkpoint: the same network is published under the names of Hugging Face transformers
/// and under those of OpenAI and open_clip. ProjectionsTransposed: they are stored [width, embedding] and not
/// [embedding, width].
/// </summary>
internal sealed record ClipNames(
    string ClassEmbedding,
    string PatchEmbedding,
    string VisionPositions,
    string PreNorm,
    string VisionLayers,
    string PostNorm,
    string VisionProjection,
    string TokenEmbedding,
    string TextPositions,
    string TextLayers,
    string FinalNorm,
    string TextProjection,
    bool ProjectionsTransposed,
    ClipLayerNames Layer
)
{
    /// <summary>transformers' <c>CLIPModel</c>; the misspelt <c>pre_layrnorm</c> is theirs.</summary>
    public static ClipNames HuggingFace { get; } =
        new(
            "vision_model.embeddings.class_embedding",
            "vision_model.embeddings.patch_embedding",
            "vision_model.embeddings.position_embedding.weight",
            "vision_model.pre_layrnorm",
            "vision_model.encoder.layers",
            "vision_model.post_layernorm",
            "visual_projection.weight",
            "text_model.embeddings.token_embedding.weight",
            "text_model.embeddings.position_embedding.weight",
            "text_model.encoder.layers",
            "text_model.final_layer_norm",
            "text_projection.weight",
            ProjectionsTransposed: false,
            new ClipLayerNames("layer_norm1", "self_attn", null, "layer_norm2", "mlp.fc1", "mlp.fc2")
        );

    /// <summary>The tensor names of OpenAI's and open_clip's files.</summary>
    /// <param name="text">What stands before the text encoder's names: nothing, or <c>text.</c> in newer open_clip files.</param>
    public static ClipNames OpenClip(string text = "") =>
        new(
            "visual.class_embedding",
            "visual.conv1",
            "visual.positional_embedding",
            "visual.ln_pre",
            "visual.transformer.resblocks",
            "visual.ln_post",
            "visual.proj",
            $"{text}token_embedding.weight",
            $"{text}positional_embedding",
            $"{text}transformer.resblocks",
            $"{text}ln_final",
            $"{text}text_projection",
            ProjectionsTransposed: true,
            new ClipLayerNames("ln_1", "attn", "in_proj", "ln_2", "mlp.c_fc", "mlp.c_proj")
        );
}

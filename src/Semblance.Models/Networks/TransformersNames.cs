using Semblance.Models.Checkpoints;

namespace Semblance.Models.Networks;

/// <summary>
/// Tensors of transformers' networks under the names that most files have. Newer versions write an encoder that is saved
/// alone without the <c>text_model.</c> or <c>vision_model.</c> before its names, and tied tables only once; wrappers put
/// a name of their own in front.
/// </summary>
internal static class TransformersNames
{
    /// <summary>By which tensors a way of writing is known, what is to stand before which names.</summary>
    private static readonly (string[] Signs, string Beginning, string[] Parts)[] Missing =
    [
        (["embeddings.token_embedding.weight"], "text_model.", ["embeddings.", "encoder.", "final_layer_norm."]),
        (
            ["embeddings.class_embedding", "pre_layrnorm.weight"],
            "vision_model.",
            ["embeddings.", "pre_layrnorm.", "encoder.", "post_layernorm."]
        ),
        (
            ["embeddings.patch_embedding.weight", "head.probe"],
            "vision_model.",
            ["embeddings.", "encoder.", "post_layernorm.", "head."]
        ),
    ];

    /// <summary>By which tensor, what stands before all names that is not to.</summary>
    private static readonly (string Sign, string Beginning)[] Extra =
    [
        ("dinov2.embeddings.cls_token", "dinov2."),
        ("clip.text_model.embeddings.token_embedding.weight", "clip."),
        ("clip.vision_model.embeddings.class_embedding", "clip."),
        ("siglip.vision_model.embeddings.patch_embedding.weight", "siglip."),
    ];

    private const string T5Table = "shared.weight";
    private const string T5TiedTable = "encoder.embed_tokens.weight";

    /// <summary>A checkpoint whose tensors have the names that networks ask for.</summary>
    public static Checkpoint Of(Checkpoint checkpoint)
    {
        var names = checkpoint.Tensors;
        if (Extra.FirstOrDefault(row => names.ContainsKey(row.Sign)).Beginning is { } extra)
        {
            return checkpoint.Renamed(name =>
                name.StartsWith(extra, StringComparison.Ordinal) ? name[extra.Length..] : name
            );
        }

        if (Missing.FirstOrDefault(row => row.Signs.All(names.ContainsKey)) is (not null, var beginning, var parts))
        {
            return checkpoint.Renamed(name =>
                parts.Any(part => name.StartsWith(part, StringComparison.Ordinal)) ? beginning + name : name
            );
        }

        return names.ContainsKey(T5TiedTable) && !names.ContainsKey(T5Table)
            ? checkpoint.Renamed(name => name == T5TiedTable ? T5Table : name)
            : checkpoint;
    }
}

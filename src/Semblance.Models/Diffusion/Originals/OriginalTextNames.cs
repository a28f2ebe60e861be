using Semblance.Models.Checkpoints;

namespace Semblance.Models.Diffusion.Originals;

/// <summary>
/// The tensors of a text encoder under open_clip's names, which keeps the matrices of query, key and value as one and the
/// projection turned.
/// </summary>
internal static class OriginalTextNames
{
    private const string Blocks = "transformer.resblocks.";

    private static readonly (string Original, string Hugging)[] Single =
    [
        ("positional_embedding", "text_model.embeddings.position_embedding.weight"),
        ("token_embedding.weight", "text_model.embeddings.token_embedding.weight"),
        ("ln_final.weight", "text_model.final_layer_norm.weight"),
        ("ln_final.bias", "text_model.final_layer_norm.bias"),
        ("text_projection.weight", "text_projection.weight"),
    ];

    private static readonly (string Original, string Hugging)[] InBlock =
    [
        ("ln_1", "layer_norm1"),
        ("ln_2", "layer_norm2"),
        ("attn.out_proj", "self_attn.out_proj"),
        ("mlp.c_fc", "mlp.fc1"),
        ("mlp.c_proj", "mlp.fc2"),
    ];

    private static readonly string[] NoWeights = ["logit_scale", "attn_mask"];

    /// <summary>A tensor as transformers has it: one, or the three of query, key and value; none for what is no weight.</summary>
    /// <param name="name">In open_clip, without what stands before the encoder's names.</param>
    /// <param name="tensor">Where it lies.</param>
    public static IEnumerable<TensorEntry> ToTransformers(string name, TensorEntry tensor)
    {
        if (NoWeights.Contains(name))
        {
            return [];
        }

        if (name == "text_projection")
        {
            return tensor.Shape.Length == 2
                ? [tensor.Transposed() with { Name = "text_projection.weight" }]
                : [tensor with { Name = name }];
        }

        if (Single.FirstOrDefault(row => row.Original == name).Hugging is { } single)
        {
            return [tensor with { Name = single }];
        }

        return
            name.StartsWith(Blocks, StringComparison.Ordinal)
            && name[Blocks.Length..].Split('.', 2) is [var number, var rest]
            ? InLayer($"text_model.encoder.layers.{number}", rest, tensor)
            : [tensor with { Name = name }];
    }

    private static IEnumerable<TensorEntry> InLayer(string layer, string rest, TensorEntry tensor)
    {
        if (rest is "attn.in_proj_weight" or "attn.in_proj_bias" && tensor.Shape is [var rows, ..] && rows % 3 == 0)
        {
            var kind = rest["attn.in_proj_".Length..];
            return "qkv".Select(
                (part, index) => tensor.Part(index, 3) with { Name = $"{layer}.self_attn.{part}_proj.{kind}" }
            );
        }

        var dot = rest.LastIndexOf('.');
        var module = InBlock.FirstOrDefault(row => dot > 0 && row.Original == rest[..dot]).Hugging;
        return [tensor with { Name = module is null ? $"{layer}.{rest}" : $"{layer}.{module}{rest[dot..]}" }];
    }
}

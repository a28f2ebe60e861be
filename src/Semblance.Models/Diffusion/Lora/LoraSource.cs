namespace Semblance.Models.Diffusion.Lora;

/// <summary>A LoRA that is asked for.</summary>
/// <param name="Path">
/// A file (.safetensors, .bin, .pt), a folder that holds one, or the tar of a hosted fine-tune, also extracted.
/// </param>
/// <param name="Scale">How strongly it works: 0 not at all, 1 as trained; others are allowed, negative ones too.</param>
public sealed record LoraSource(string Path, double Scale = 1);

/// <summary>What became of a LoRA.</summary>
/// <param name="Source">What was asked for.</param>
/// <param name="Sha256">Of the file (and of those with its new tokens beside it, or in one tar with it), lower-case hexadecimal.</param>
/// <param name="Modules">How many modules it changes, by component (<c>unet</c>, <c>text_encoder</c> ...).</param>
/// <param name="Unmatched">Tensors of the file that have no place in the model, where that is allowed.</param>
/// <param name="Words">Words of a prompt that stand for newly learnt tokens, and what they are replaced by.</param>
public sealed record LoraReport(
    LoraSource Source,
    string Sha256,
    IReadOnlyDictionary<string, int> Modules,
    IReadOnlyList<string> Unmatched,
    IReadOnlyDictionary<string, string> Words
);

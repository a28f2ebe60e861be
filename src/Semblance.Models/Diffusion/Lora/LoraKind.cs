namespace Semblance.Models.Diffusion.Lora;

/// <summary>By its keys, what a file is that is no LoRA that can be used.</summary>
internal static class LoraKind
{
    private const string Supported = "is not supported; LoRA, LoCon, LoHa, LoKr, DoRA and whole differences are";

    /// <summary>Parts of keys by which adapters are known that are not supported.</summary>
    private static readonly (string Sign, string Kind)[] Adapters =
    [
        (".oft_", "an OFT adapter"),
        (".boft_", "a BOFT adapter"),
        (".hra_", "an HRA adapter"),
        (".vera_lambda_", "a VeRA adapter"),
        (".lora_E", "an AdaLoRA adapter"),
        (".lora_embedding_", "a LoRA of an embedding table"),
        (".lora_B.bias", "a LoRA with a bias"),
        (".lora_up.bias", "a LoRA with a bias"),
        (".ia3_", "an IA3 adapter"),
        (".on_input", "an IA3 adapter"),
        (".a1.weight", "a GLoRA adapter"),
        (".w_norm", "an adapter of norms"),
        (".b_norm", "an adapter of norms"),
        (".set_weight", "a patch that sets whole weights"),
        (".reshape_weight", "a LoRA that changes the sizes of weights"),
    ];

    /// <summary>The same for files that are something else, or for a model of another kind.</summary>
    private static readonly (string Sign, string What)[] Others =
    [
        ("model.diffusion_model.input_blocks.0.0.weight", "is a whole checkpoint and no LoRA; give it as the model"),
        ("first_stage_model.", "is a checkpoint and no LoRA"),
        ("lora_controlnet", "is a ControlNet, which is not supported"),
        ("control_model.", "is a ControlNet, which is not supported"),
        ("controlnet_", "is a ControlNet, which is not supported"),
        ("ip_adapter.", "is an IP-Adapter, which is not supported"),
        ("bundle_emb.", "brings textual-inversion embeddings, which are not supported"),
        ("string_to_param", "is a textual-inversion embedding, which is not supported"),
        ("emb_params", "is a textual-inversion embedding, which is not supported"),
        ("double_blocks", "is a LoRA of FLUX, which is not supported"),
        ("single_blocks", "is a LoRA of FLUX, which is not supported"),
        ("single_transformer_blocks", "is a LoRA of FLUX, which is not supported"),
        ("joint_blocks", "is a LoRA of Stable Diffusion 3, which is not supported"),
        ("add_k_proj", "is a LoRA of Stable Diffusion 3 or FLUX, which are not supported"),
        ("lora_prior_", "is a LoRA of Stable Cascade, which is not supported"),
    ];

    /// <summary>The sentence about an adapter of a kind that is not supported, or null.</summary>
    public static string? Unsupported(string file, IEnumerable<string> keys)
    {
        foreach (var key in keys)
        {
            if (Adapters.FirstOrDefault(row => key.Contains(row.Sign, StringComparison.Ordinal)).Kind is { } kind)
            {
                return $"{file} is {kind} (tensor {key}), which {Supported}.";
            }
        }

        return null;
    }

    /// <summary>The sentence about what a file is whose keys have no place in the model, or null where they do not say.</summary>
    public static string? Other(string file, IReadOnlyCollection<string> keys)
    {
        if (keys.Count is 1 or 2 && keys.All(key => key is "clip_l" or "clip_g"))
        {
            return $"{file} is a textual-inversion embedding, which is not supported.";
        }

        foreach (var (sign, what) in Others)
        {
            if (keys.FirstOrDefault(key => key.Contains(sign, StringComparison.Ordinal)) is { } key)
            {
                return $"{file} {what} (tensor {key}).";
            }
        }

        return null;
    }
}

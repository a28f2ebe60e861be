namespace Semblance.Models.Diffusion.Lora;

/// <summary>What a tensor of a LoRA file is to its module.</summary>
internal enum LoraPart
{
    /// <summary>The thin matrix that is applied first, A.</summary>
    Down,

    /// <summary>The thin matrix that is applied second, B.</summary>
    Up,

    /// <summary>The number that, divided by the rank, multiplies B A.</summary>
    Alpha,

    /// <summary>The lengths of the rows of DoRA (Liu et al., arXiv 2402.09353).</summary>
    Magnitude,
}

/// <summary>A key of a LoRA file taken apart.</summary>
/// <param name="Module">The module in the spelling of the file's format, without any format's decoration.</param>
/// <param name="Part">What the tensor is.</param>
internal readonly record struct LoraKey(string Module, LoraPart Part)
{
    /// <summary>Endings of the formats: peft, diffusers, diffusers' text encoders, attention processors, kohya.</summary>
    private static readonly (string Ending, LoraPart Part)[] Endings =
    [
        (".lora_A.weight", LoraPart.Down),
        (".lora_B.weight", LoraPart.Up),
        (".lora_A.default.weight", LoraPart.Down),
        (".lora_B.default.weight", LoraPart.Up),
        (".lora_magnitude_vector", LoraPart.Magnitude),
        (".lora_magnitude_vector.weight", LoraPart.Magnitude),
        (".lora_magnitude_vector.default.weight", LoraPart.Magnitude),
        (".lora.down.weight", LoraPart.Down),
        (".lora.up.weight", LoraPart.Up),
        (".lora.alpha", LoraPart.Alpha),
        (".lora_linear_layer.down.weight", LoraPart.Down),
        (".lora_linear_layer.up.weight", LoraPart.Up),
        (".lora_linear_layer.alpha", LoraPart.Alpha),
        (Processor + ".down.weight", LoraPart.Down),
        (Processor + ".up.weight", LoraPart.Up),
        (Processor + ".alpha", LoraPart.Alpha),
        (".lora_down.weight", LoraPart.Down),
        (".lora_up.weight", LoraPart.Up),
        (".dora_scale", LoraPart.Magnitude),
        (".alpha", LoraPart.Alpha),
    ];

    /// <summary>Parts of keys by which other kinds of adapters are known.</summary>
    private static readonly (string Sign, string Kind)[] OtherKinds =
    [
        (".hada_", "LoHa"),
        (".lokr_", "LoKr"),
        (".oft_", "OFT"),
        (".boft_", "BOFT"),
        (".lora_mid.", "LoCon with a middle matrix (Tucker decomposition)"),
        (".lora_embedding_", "LoRA of an embedding table"),
        (".lora_B.bias", "LoRA with a bias"),
        (".lora_up.bias", "LoRA with a bias"),
        (".ia3_", "IA3"),
        (".on_input", "IA3"),
        (".a1.weight", "GLoRA"),
    ];

    private const string Processor = "_lora";

    /// <summary>The kind of adapter other than LoRA and DoRA that a key belongs to, or null.</summary>
    public static string? OtherKind(string key) =>
        key.EndsWith(".diff", StringComparison.Ordinal) || key.EndsWith(".diff_b", StringComparison.Ordinal)
            ? "Full (differences of whole weights)"
            : OtherKinds.FirstOrDefault(row => key.Contains(row.Sign, StringComparison.Ordinal)).Kind;

    /// <summary>Takes a key apart; null where it belongs to no format.</summary>
    public static LoraKey? Parse(string key)
    {
        foreach (var (ending, part) in Endings)
        {
            if (key.EndsWith(ending, StringComparison.Ordinal))
            {
                var module = key[..^ending.Length];
                return new LoraKey(
                    ending.StartsWith(Processor, StringComparison.Ordinal) ? OfProcessor(module) : module,
                    part
                );
            }
        }
        return null;
    }

    /// <summary>Attention processors held their matrices beside the attention's own: <c>attn1.processor.to_out</c>.</summary>
    private static string OfProcessor(string module)
    {
        var plain = module.Replace(".processor.", ".", StringComparison.Ordinal);
        return plain.EndsWith(".to_out", StringComparison.Ordinal) ? plain + ".0" : plain;
    }
}

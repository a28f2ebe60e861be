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
    private const string Processor = "_lora";

    /// <summary>
    /// How the keys of a dialect end, by part: peft, peft with the adapter's name, diffusers, diffusers' text encoders,
    /// attention processors, kohya. The first that fits counts.
    /// </summary>
    private static readonly (string Down, string Up, string? Alpha, string[] Magnitude)[] Dialects =
    [
        (".lora_A.weight", ".lora_B.weight", null, [".lora_magnitude_vector", ".lora_magnitude_vector.weight"]),
        (".lora_A.default.weight", ".lora_B.default.weight", null, [".lora_magnitude_vector.default.weight"]),
        (".lora.down.weight", ".lora.up.weight", ".lora.alpha", []),
        (".lora_linear_layer.down.weight", ".lora_linear_layer.up.weight", ".lora_linear_layer.alpha", []),
        (Processor + ".down.weight", Processor + ".up.weight", Processor + ".alpha", []),
        (".lora_down.weight", ".lora_up.weight", ".alpha", [".dora_scale"]),
    ];

    private static readonly (string Ending, LoraPart Part)[] Endings =
    [
        .. Dialects.SelectMany(dialect =>
            new[] { (dialect.Down, LoraPart.Down), (dialect.Up, LoraPart.Up), (dialect.Alpha ?? "", LoraPart.Alpha) }
                .Where(row => row.Item1.Length > 0)
                .Concat(dialect.Magnitude.Select(ending => (ending, LoraPart.Magnitude)))
        ),
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

    /// <summary>The kind of adapter other than LoRA and DoRA that a key belongs to, or null.</summary>
    public static string? OtherKind(string key) =>
        key.EndsWith(".diff", StringComparison.Ordinal) || key.EndsWith(".diff_b", StringComparison.Ordinal)
            ? "Full (differences of whole weights)"
            : OtherKinds.FirstOrDefault(row => key.Contains(row.Sign, StringComparison.Ordinal)).Kind;

    /// <summary>Takes a key apart; null where it belongs to no format.</summary>
    public static LoraKey? Parse(string key)
    {
        var (ending, part) = Endings.FirstOrDefault(row => key.EndsWith(row.Ending, StringComparison.Ordinal));
        return ending is null ? null
            : ending.StartsWith(Processor, StringComparison.Ordinal) ? new(OfProcessor(key[..^ending.Length]), part)
            : new(key[..^ending.Length], part);
    }

    /// <summary>Attention processors held their matrices beside the attention's own: <c>attn1.processor.to_out</c>.</summary>
    private static string OfProcessor(string module)
    {
        var plain = module.Replace(".processor.", ".", StringComparison.Ordinal);
        return plain.EndsWith(".to_out", StringComparison.Ordinal) ? plain + ".0" : plain;
    }
}

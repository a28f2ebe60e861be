using System.Text.RegularExpressions;

namespace Semblance.Models.Diffusion.Lora;

/// <summary>A key of a LoRA file taken apart.</summary>
/// <param name="Module">The module in the spelling of the file's format, without any format's decoration.</param>
/// <param name="Part">What the tensor is.</param>
internal readonly partial record struct LoraKey(string Module, LoraPart Part)
{
    private const string Processor = "_lora";

    /// <summary>
    /// How keys end: in diffusers' formats, its attention processors', kohya's and ComfyUI's, LyCORIS'. peft's are
    /// brought to one form first. The first that fits counts.
    /// </summary>
    private static readonly (string Ending, LoraPart Part)[] Endings =
    [
        (".lora_A.weight", LoraPart.Down),
        (".lora_B.weight", LoraPart.Up),
        (".lora_magnitude_vector.weight", LoraPart.Magnitude),
        .. Pair(".lora."),
        .. Pair(".lora_linear_layer."),
        .. Pair(Processor + "."),
        .. Pair(".lora_"),
        (".lora_mid.weight", LoraPart.Middle),
        (".lora_alpha", LoraPart.Alpha),
        (".alpha", LoraPart.Alpha),
        (".dora_scale", LoraPart.Scale),
        (".diff", LoraPart.Whole),
        (".diff_b", LoraPart.WholeBias),
        (".hada_w1_a", LoraPart.Hada1A),
        (".hada_w1_b", LoraPart.Hada1B),
        (".hada_t1", LoraPart.Hada1Core),
        (".hada_w2_a", LoraPart.Hada2A),
        (".hada_w2_b", LoraPart.Hada2B),
        (".hada_t2", LoraPart.Hada2Core),
        (".lokr_w1", LoraPart.Kron1),
        (".lokr_w1_a", LoraPart.Kron1A),
        (".lokr_w1_b", LoraPart.Kron1B),
        (".lokr_w2", LoraPart.Kron2),
        (".lokr_w2_a", LoraPart.Kron2A),
        (".lokr_w2_b", LoraPart.Kron2B),
        (".lokr_t2", LoraPart.Kron2Core),
    ];

    /// <summary>Takes a key apart; null where it belongs to no format.</summary>
    public static LoraKey? Parse(string key)
    {
        var plain = Peft().Replace(key, "${part}.weight");
        var (ending, part) = Endings.FirstOrDefault(row => plain.EndsWith(row.Ending, StringComparison.Ordinal));
        return ending is null ? null
            : ending.StartsWith(Processor, StringComparison.Ordinal) ? new(OfProcessor(plain[..^ending.Length]), part)
            : new(plain[..^ending.Length], part);
    }

    /// <summary>How a part is called, for messages.</summary>
    public static string NameOf(LoraPart part) => Endings.First(row => row.Part == part).Ending.TrimStart('.');

    private static (string Ending, LoraPart Part)[] Pair(string beginning) =>
        [
            ($"{beginning}down.weight", LoraPart.Down),
            ($"{beginning}up.weight", LoraPart.Up),
            ($"{beginning}alpha", LoraPart.Alpha),
        ];

    /// <summary>Attention processors held their matrices beside the attention's own: <c>attn1.processor.to_out</c>.</summary>
    private static string OfProcessor(string module)
    {
        var plain = module.Replace(".processor.", ".", StringComparison.Ordinal);
        return plain.EndsWith(".to_out", StringComparison.Ordinal) ? plain + ".0" : plain;
    }

    /// <summary>peft writes the name of the adapter between, or no <c>.weight</c>.</summary>
    [GeneratedRegex(
        @"(?<part>\.lora_A|\.lora_B|\.lora_magnitude_vector)(\.[^.]+)?(\.weight)?$",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 2000
    )]
    private static partial Regex Peft();
}

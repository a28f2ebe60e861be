using System.Globalization;
using System.Text.RegularExpressions;

namespace Semblance.Models.Diffusion.Originals;

/// <summary>The tensors of an autoencoder under the names of the code that Stable Diffusion was first published with.</summary>
internal static partial class OriginalVaeNames
{
    private static readonly (string Original, string Diffusers)[] InAttention =
    [
        ("norm", "group_norm"),
        ("q", "to_q"),
        ("k", "to_k"),
        ("v", "to_v"),
        ("proj_out", "to_out.0"),
    ];

    /// <summary>Whether a name is one that only original files have.</summary>
    public static bool Is(string name) => Block().IsMatch(name) || Middle().IsMatch(name);

    /// <summary>diffusers' name of a tensor; other names stay as they are, as those of the first and last convolutions.</summary>
    /// <param name="name">Without <c>first_stage_model.</c>.</param>
    /// <param name="levels">How many levels the autoencoder has.</param>
    public static string ToDiffusers(string name, int levels)
    {
        if (Block().Match(name) is { Success: true } block)
        {
            var down = block.Groups["way"].Value == "down";
            var level = int.Parse(block.Groups["level"].Value, CultureInfo.InvariantCulture);
            var side =
                $"{block.Groups["side"].Value}.{(down ? "down_blocks" : "up_blocks")}.{(down ? level : levels - 1 - level)}";
            var sampler = down ? "downsamplers.0" : "upsamplers.0";
            return block.Groups["layer"] is { Success: true } layer
                ? $"{side}.resnets.{layer.Value}.{OfResnet(block.Groups["rest"].Value)}"
                : $"{side}.{sampler}.{block.Groups["rest"].Value}";
        }

        if (Middle().Match(name) is { Success: true } middle)
        {
            var (side, rest) = ($"{middle.Groups["side"].Value}.mid_block", middle.Groups["rest"].Value);
            return middle.Groups["part"].Value switch
            {
                "block_1" => $"{side}.resnets.0.{OfResnet(rest)}",
                "block_2" => $"{side}.resnets.1.{OfResnet(rest)}",
                _ => $"{side}.attentions.0.{OfAttention(rest)}",
            };
        }

        return name.Replace(".norm_out.", ".conv_norm_out.", StringComparison.Ordinal);
    }

    /// <summary>Whether a tensor, in diffusers' name, is a matrix that original files keep as a 1x1 convolution.</summary>
    public static bool IsMatrix(string name) =>
        name.Contains(".mid_block.attentions.0.to_", StringComparison.Ordinal)
        && name.EndsWith(".weight", StringComparison.Ordinal);

    private static string OfResnet(string rest) =>
        rest.Replace("nin_shortcut.", "conv_shortcut.", StringComparison.Ordinal);

    private static string OfAttention(string rest)
    {
        var (module, tensor) = rest.Split('.') is [var first, var last] ? (first, last) : (rest, "");
        return InAttention.FirstOrDefault(row => row.Original == module).Diffusers is { } name
            ? $"{name}.{tensor}"
            : rest;
    }

    [GeneratedRegex(
        @"^(?<side>encoder|decoder)\.(?<way>down|up)\.(?<level>\d{1,2})\.(block\.(?<layer>\d{1,2})|downsample|upsample)\.(?<rest>.+)$",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 2000
    )]
    private static partial Regex Block();

    [GeneratedRegex(
        @"^(?<side>encoder|decoder)\.mid\.(?<part>block_1|block_2|attn_1)\.(?<rest>.+)$",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 2000
    )]
    private static partial Regex Middle();
}

using System.Globalization;
using System.Text.RegularExpressions;

namespace Semblance.Models.Diffusion.Lora;

/// <summary>
/// The modules of a U-Net under the names of the code that Stable Diffusion was first published with, whose blocks are
/// numbered through: <c>input_blocks.4.1</c> where diffusers says <c>down_blocks.1.attentions.0</c>. LoRA trainers for
/// SDXL write these.
/// </summary>
internal static partial class OriginalUNetNames
{
    private static readonly Dictionary<string, string> Single = new(StringComparer.Ordinal)
    {
        ["conv_in"] = "input_blocks.0.0",
        ["conv_out"] = "out.2",
        ["time_embedding.linear_1"] = "time_embed.0",
        ["time_embedding.linear_2"] = "time_embed.2",
        ["add_embedding.linear_1"] = "label_emb.0.0",
        ["add_embedding.linear_2"] = "label_emb.0.2",
    };

    private static readonly Dictionary<string, string> OfResnet = new(StringComparer.Ordinal)
    {
        ["conv1"] = "in_layers.2",
        ["time_emb_proj"] = "emb_layers.1",
        ["conv2"] = "out_layers.3",
        ["conv_shortcut"] = "skip_connection",
    };

    /// <summary>The original name of a module, or null where it has none.</summary>
    /// <param name="module">Its name in diffusers.</param>
    /// <param name="resnets">Residual blocks of each level on the way down, from the image down.</param>
    /// <param name="upAttends">Whether the levels on the way up have attention, from the lowest.</param>
    public static string? Of(string module, IReadOnlyList<int> resnets, IReadOnlyList<bool> upAttends)
    {
        if (Single.TryGetValue(module, out var single))
        {
            return single;
        }

        var match = Block().Match(module);
        if (!match.Success)
        {
            return null;
        }

        var (side, kind, rest) = (match.Groups["side"].Value, match.Groups["kind"].Value, match.Groups["rest"].Value);
        var layer = int.Parse(match.Groups["layer"].Value, CultureInfo.InvariantCulture);
        if (kind == "resnets")
        {
            rest = OfResnet.GetValueOrDefault(rest, rest);
        }

        if (side == "mid_block")
        {
            // Residual block, transformer, residual block.
            return kind switch
            {
                "resnets" => $"middle_block.{2 * layer}.{rest}",
                "attentions" => $"middle_block.{(2 * layer) + 1}.{rest}",
                _ => null,
            };
        }

        var level = int.Parse(match.Groups["level"].Value, CultureInfo.InvariantCulture);
        if (level >= resnets.Count)
        {
            return null;
        }

        // Block 0 is the first convolution. A level on the way up has one residual block more.
        var down = side == "down_blocks";
        var way = down ? resnets : [.. resnets.Reverse()];
        var first = way.Take(level).Sum(n => n + 1) + (down ? 1 : 0);
        var last = first + way[level];
        var blocks = down ? "input_blocks" : "output_blocks";
        return (kind, down) switch
        {
            ("resnets", _) => $"{blocks}.{first + layer}.0.{rest}",
            ("attentions", _) => $"{blocks}.{first + layer}.1.{rest}",
            // A level's last block halves the image on the way down; on the way up, what doubles it stands in that block.
            ("downsamplers", true) => $"{blocks}.{last}.0.op",
            ("upsamplers", false) => $"{blocks}.{last}.{(upAttends[level] ? 2 : 1)}.conv",
            _ => null,
        };
    }

    [GeneratedRegex(
        @"^(?<side>down_blocks|up_blocks|mid_block)(\.(?<level>\d{1,3}))?\.(?<kind>[a-z]+)\.(?<layer>\d{1,3})\.(?<rest>.+)$",
        RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture
    )]
    private static partial Regex Block();
}

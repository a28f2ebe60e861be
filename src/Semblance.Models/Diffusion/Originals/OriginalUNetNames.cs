using System.Globalization;
using System.Text.RegularExpressions;

namespace Semblance.Models.Diffusion.Originals;

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

    /// <summary>Norms, which LoRAs do not change.</summary>
    private static readonly (string Original, string Diffusers)[] NormsOfResnet =
    [
        ("in_layers.0", "norm1"),
        ("out_layers.0", "norm2"),
    ];

    /// <summary>From the original names of tensors to diffusers'; null for a name that is none of the U-Net.</summary>
    /// <param name="resnets">Residual blocks of each level on the way down, from the image down.</param>
    /// <param name="upAttends">Whether the levels on the way up have attention, from the lowest.</param>
    public static Func<string, string?> ToDiffusers(IReadOnlyList<int> resnets, IReadOnlyList<bool> upAttends)
    {
        var modules = Single.ToDictionary(pair => pair.Value, pair => pair.Key, StringComparer.Ordinal);
        modules["out.0"] = "conv_norm_out";
        var blocks = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var block in Blocks(resnets))
        {
            const string Any = ".any";
            if (Of(block + Any, resnets, upAttends) is { } original && original.EndsWith(Any, StringComparison.Ordinal))
            {
                blocks[original[..^Any.Length]] = block;
            }
            else if (Of($"{block}.conv", resnets, upAttends) is { } whole)
            {
                modules[whole] = $"{block}.conv";
            }
        }

        var ofResnet = OfResnet
            .Select(pair => (Original: pair.Value, Diffusers: pair.Key))
            .Concat(NormsOfResnet)
            .ToDictionary(pair => pair.Original, pair => pair.Diffusers, StringComparer.Ordinal);
        return name =>
        {
            var dot = name.LastIndexOf('.');
            var (module, tensor) = dot < 0 ? (name, "") : (name[..dot], name[dot..]);
            if (modules.TryGetValue(module, out var whole))
            {
                return whole + tensor;
            }

            var parts = module.Split('.');
            foreach (var length in new[] { 3, 2 })
            {
                if (
                    parts.Length > length
                    && blocks.TryGetValue(string.Join('.', parts[..length]), out var block)
                    && string.Join('.', parts[length..]) is var rest
                )
                {
                    var inner = block.Contains(".resnets.", StringComparison.Ordinal)
                        ? ofResnet.GetValueOrDefault(rest)
                        : rest;
                    return inner is null ? null : $"{block}.{inner}{tensor}";
                }
            }

            return null;
        };
    }

    /// <summary>All blocks that a U-Net of this many residual blocks may have, in diffusers' names.</summary>
    private static IEnumerable<string> Blocks(IReadOnlyList<int> resnets)
    {
        foreach (var (side, sampler) in new[] { ("down_blocks", "downsamplers"), ("up_blocks", "upsamplers") })
        {
            for (var level = 0; level < resnets.Count; level++)
            {
                var layers = side == "down_blocks" ? resnets[level] : resnets[resnets.Count - 1 - level] + 1;
                for (var layer = 0; layer < layers; layer++)
                {
                    yield return $"{side}.{level}.resnets.{layer}";
                    yield return $"{side}.{level}.attentions.{layer}";
                }

                yield return $"{side}.{level}.{sampler}.0";
            }
        }

        yield return "mid_block.resnets.0";
        yield return "mid_block.attentions.0";
        yield return "mid_block.resnets.1";
    }

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
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 2000
    )]
    private static partial Regex Block();
}

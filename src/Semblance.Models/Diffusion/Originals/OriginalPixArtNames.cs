using System.Text.RegularExpressions;
using Semblance.Models.Graphs;

namespace Semblance.Models.Diffusion.Originals;

/// <summary>The modules of PixArt's transformer under the names of the code that it was first published with.</summary>
internal static partial class OriginalPixArtNames
{
    private static readonly (string Diffusers, string Original)[] Names =
    [
        ("pos_embed.proj", "x_embedder.proj"),
        ("adaln_single.emb.timestep_embedder.linear_1", "t_embedder.mlp.0"),
        ("adaln_single.emb.timestep_embedder.linear_2", "t_embedder.mlp.2"),
        ("adaln_single.emb.resolution_embedder.linear_1", "csize_embedder.mlp.0"),
        ("adaln_single.emb.resolution_embedder.linear_2", "csize_embedder.mlp.2"),
        ("adaln_single.emb.aspect_ratio_embedder.linear_1", "ar_embedder.mlp.0"),
        ("adaln_single.emb.aspect_ratio_embedder.linear_2", "ar_embedder.mlp.2"),
        ("adaln_single.linear", "t_block.1"),
        ("caption_projection.linear_1", "y_embedder.y_proj.fc1"),
        ("caption_projection.linear_2", "y_embedder.y_proj.fc2"),
        ("proj_out", "final_layer.linear"),
    ];

    private static readonly (string Diffusers, string Original)[] InBlock =
    [
        ("attn1.to_out.0", "attn.proj"),
        ("attn2.to_q", "cross_attn.q_linear"),
        ("attn2.to_out.0", "cross_attn.proj"),
        ("ff.net.0.proj", "mlp.fc1"),
        ("ff.net.2", "mlp.fc2"),
    ];

    /// <summary>The original name of a module, or null where it has none of its own.</summary>
    public static string? Of(string module)
    {
        var block = Block().Match(module);
        return block.Success
            ? InBlock.FirstOrDefault(row => row.Diffusers == block.Groups["rest"].Value).Original is { } rest
                ? $"blocks.{block.Groups["block"].Value}.{rest}"
                : null
            : Names.FirstOrDefault(row => row.Diffusers == module).Original;
    }

    /// <summary>Original modules that stand for several, whose outputs follow one another.</summary>
    /// <param name="transformer">Its weights; null for none.</param>
    public static IEnumerable<(string Original, IReadOnlyList<string> Modules)> Fused(Weights? transformer)
    {
        var blocks = (transformer?.All.Keys ?? []).Select(name => Block().Match(name)).Where(match => match.Success);
        foreach (var block in blocks.Select(match => match.Groups["block"].Value).Distinct(StringComparer.Ordinal))
        {
            var name = $"transformer_blocks.{block}";
            yield return (
                $"blocks.{block}.attn.qkv",
                [$"{name}.attn1.to_q", $"{name}.attn1.to_k", $"{name}.attn1.to_v"]
            );
            yield return ($"blocks.{block}.cross_attn.kv_linear", [$"{name}.attn2.to_k", $"{name}.attn2.to_v"]);
        }
    }

    [GeneratedRegex(
        @"^transformer_blocks\.(?<block>\d{1,3})\.(?<rest>.+)$",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 2000
    )]
    private static partial Regex Block();
}

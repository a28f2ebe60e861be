using System.Text;
using System.Text.Json.Nodes;
using Semblance.Models.Checkpoints;
using Semblance.Models.Configuration;
using Semblance.Models.Diffusion.Originals;
using Semblance.Models.Networks;
using Semblance.Tensors;

namespace Semblance.Models.Tests.Diffusion.Components;

/// <summary>Writes a folder of diffusers as one file with the original names, as conversion scripts do.</summary>
internal static class OneFile
{
    /// <summary>Writes the file; the bytes of all tensors stay as they are.</summary>
    /// <param name="path">Where to.</param>
    /// <param name="model">A folder of SDXL or SD 1.5.</param>
    /// <param name="extra">Further tensors, which no network uses.</param>
    /// <param name="keep">Which tensors are written.</param>
    public static string Write(
        string path,
        string model,
        IReadOnlyDictionary<string, (long[] Shape, float[] Values)>? extra = null,
        Func<string, bool>? keep = null
    )
    {
        var tensors = new List<(string Name, string Type, long[] Shape, byte[] Bytes)>();
        var xl = Directory.Exists(Path.Combine(model, "text_encoder_2"));
        var unet = UNet2DConditionConfig.Read(ConfigJson.Read(Path.Combine(model, "unet", "config.json")));
        foreach (var component in new[] { "unet", "vae", "text_encoder", "text_encoder_2" })
        {
            if (!Directory.Exists(Path.Combine(model, component)))
            {
                continue;
            }

            var own = Checkpoint.Open(Path.Combine(model, component)).Tensors.Values;
            tensors.AddRange(
                component switch
                {
                    "unet" => own.Select(t => Plain($"model.diffusion_model.{UNetName(t.Name, unet)}", t)),
                    "vae" => own.Select(t => Plain($"first_stage_model.{VaeName(t.Name)}", t, IsVaeMatrix(t.Name))),
                    "text_encoder" => own.Select(t =>
                        Plain(
                            xl
                                ? $"conditioner.embedders.0.transformer.{t.Name}"
                                : $"cond_stage_model.transformer.{t.Name}",
                            t
                        )
                    ),
                    _ => OpenClip(own),
                }
            );
        }

        foreach (var (name, (shape, values)) in extra ?? new Dictionary<string, (long[], float[])>())
        {
            tensors.Add((name, "F32", shape, [.. values.SelectMany(BitConverter.GetBytes)]));
        }

        WriteFile(path, [.. tensors.Where(tensor => keep is null || keep(tensor.Name))]);
        return path;
    }

    public static string UNetName(string name, UNet2DConditionConfig config)
    {
        var dot = name.LastIndexOf('.');
        var (module, tensor) = (name[..dot], name[dot..]);
        if (module == "conv_norm_out")
        {
            return "out.0" + tensor;
        }

        var norms = module.Contains(".resnets.", StringComparison.Ordinal)
            ? module
                .Replace(".norm1", ".in_layers.0", StringComparison.Ordinal)
                .Replace(".norm2", ".out_layers.0", StringComparison.Ordinal)
            : module;
        return OriginalUNetNames.Of(
                norms,
                [.. config.Levels.Select(level => level.Resnets)],
                [.. config.UpTransformers.Select(layers => layers is not null)]
            ) + tensor;
    }

    public static string VaeName(string name)
    {
        const int Levels = 4;
        var parts = name.Split('.');
        if (parts[0] is not ("encoder" or "decoder"))
        {
            return name;
        }

        var rest = string.Join('.', parts[1..]);
        rest = rest.Replace("mid_block.resnets.0", "mid.block_1", StringComparison.Ordinal)
            .Replace("mid_block.resnets.1", "mid.block_2", StringComparison.Ordinal)
            .Replace("mid_block.attentions.0", "mid.attn_1", StringComparison.Ordinal)
            .Replace("group_norm", "norm", StringComparison.Ordinal)
            .Replace("to_out.0", "proj_out", StringComparison.Ordinal)
            .Replace("proj_attn", "proj_out", StringComparison.Ordinal)
            .Replace("conv_norm_out", "norm_out", StringComparison.Ordinal)
            .Replace("conv_shortcut", "nin_shortcut", StringComparison.Ordinal)
            .Replace("downsamplers.0", "downsample", StringComparison.Ordinal)
            .Replace("upsamplers.0", "upsample", StringComparison.Ordinal)
            .Replace("resnets", "block", StringComparison.Ordinal);
        foreach (var (own, original) in new[] { ("query", "q"), ("key", "k"), ("value", "v") })
        {
            rest = rest.Replace($"attn_1.{own}.", $"attn_1.{original}.", StringComparison.Ordinal)
                .Replace($"attn_1.to_{original}.", $"attn_1.{original}.", StringComparison.Ordinal);
        }

        if (parts[1] is "down_blocks" or "up_blocks")
        {
            var level = int.Parse(parts[2]);
            rest = rest.Replace(
                $"{parts[1]}.{level}",
                parts[1] == "down_blocks" ? $"down.{level}" : $"up.{Levels - 1 - level}",
                StringComparison.Ordinal
            );
        }

        return $"{parts[0]}.{rest}";
    }

    public static bool IsVaeMatrix(string name) =>
        name.EndsWith(".weight", StringComparison.Ordinal)
        && name.Contains("attentions.0.", StringComparison.Ordinal)
        && !name.Contains("group_norm", StringComparison.Ordinal);

    /// <summary>SDXL's second text encoder; null for the matrices of key and value, which are in that of the query.</summary>
    public static string? OpenClipName(string name) =>
        name.Contains("k_proj", StringComparison.Ordinal) || name.Contains("v_proj", StringComparison.Ordinal)
            ? null
            : "conditioner.embedders.1.model."
                + name.Replace(
                        "text_model.embeddings.position_embedding.weight",
                        "positional_embedding",
                        StringComparison.Ordinal
                    )
                    .Replace("text_model.embeddings.", "", StringComparison.Ordinal)
                    .Replace("text_model.final_layer_norm", "ln_final", StringComparison.Ordinal)
                    .Replace("text_model.encoder.layers", "transformer.resblocks", StringComparison.Ordinal)
                    .Replace("layer_norm", "ln_", StringComparison.Ordinal)
                    .Replace("self_attn.q_proj.", "attn.in_proj_", StringComparison.Ordinal)
                    .Replace("self_attn", "attn", StringComparison.Ordinal)
                    .Replace("mlp.fc1", "mlp.c_fc", StringComparison.Ordinal)
                    .Replace("mlp.fc2", "mlp.c_proj", StringComparison.Ordinal)
                    .Replace("text_projection.weight", "text_projection", StringComparison.Ordinal);

    private static IEnumerable<(string, string, long[], byte[])> OpenClip(IEnumerable<TensorEntry> tensors)
    {
        var byName = tensors.ToDictionary(tensor => tensor.Name);
        foreach (var (name, tensor) in byName)
        {
            if (OpenClipName(name) is not { } own)
            {
                continue;
            }

            if (name.Contains("q_proj", StringComparison.Ordinal))
            {
                byte[] all =
                [
                    .. "qkv".SelectMany(part =>
                        byName[name.Replace("q_proj", $"{part}_proj", StringComparison.Ordinal)].ReadBytes()
                    ),
                ];
                yield return (own, tensor.Type.SafeTensorsName(), [3 * tensor.Shape[0], .. tensor.Shape[1..]], all);
                continue;
            }

            if (name == "text_projection.weight")
            {
                var (rows, columns) = ((int)tensor.Shape[0], (int)tensor.Shape[1]);
                var bytes = tensor.ReadBytes();
                var width = bytes.Length / rows / columns;
                byte[] turned =
                [
                    .. from column in Enumerable.Range(0, columns)
                    from row in Enumerable.Range(0, rows)
                    from at in Enumerable.Range(0, width)
                    select bytes[(((row * columns) + column) * width) + at],
                ];
                yield return (own, tensor.Type.SafeTensorsName(), [columns, rows], turned);
                continue;
            }

            yield return Plain(own, tensor);
        }
    }

    private static (string, string, long[], byte[]) Plain(
        string name,
        TensorEntry tensor,
        bool asConvolution = false
    ) =>
        (
            name,
            tensor.Type.SafeTensorsName(),
            asConvolution && tensor.Shape.Length == 2 ? [.. tensor.Shape, 1, 1] : tensor.Shape,
            tensor.ReadBytes()
        );

    private static void WriteFile(
        string path,
        IReadOnlyList<(string Name, string Type, long[] Shape, byte[] Bytes)> tensors
    )
    {
        var (header, start) = (new JsonObject(), 0L);
        foreach (var (name, type, shape, bytes) in tensors)
        {
            header[name] = new JsonObject
            {
                ["dtype"] = type,
                ["shape"] = new JsonArray([.. shape.Select(size => (JsonNode)size)]),
                ["data_offsets"] = new JsonArray(start, start + bytes.Length),
            };
            start += bytes.Length;
        }

        var text = header.ToJsonString();
        text = text.PadRight((text.Length + 7) / 8 * 8);
        using var file = File.Create(path);
        file.Write(BitConverter.GetBytes((long)Encoding.UTF8.GetByteCount(text)));
        file.Write(Encoding.UTF8.GetBytes(text));
        foreach (var tensor in tensors)
        {
            file.Write(tensor.Bytes);
        }
    }
}

using System.Text.Json.Nodes;
using Semblance.Models.Checkpoints;
using Semblance.Models.Configuration;

namespace Semblance.Models.Diffusion.Originals;

/// <summary>
/// The configurations of a model in one file: sizes from the shapes of its tensors (in diffusers' names), all else from
/// its family.
/// </summary>
/// <param name="file">For messages.</param>
/// <param name="family">Which it belongs to.</param>
internal sealed class OriginalConfigs(string file, OriginalFamily family)
{
    // Of all published models of both families.
    private const int HeadWidth = 64;
    private const int Sd15Heads = 8;
    private const int Groups = 32;
    private const int SizeWidth = 256;

    /// <summary>The <c>model_index.json</c>: which classes the components are of.</summary>
    public ConfigJson Index()
    {
        var json = new JsonObject { ["_class_name"] = family.PipelineClass, ["force_zeros_for_empty_prompt"] = true };
        return Parsed("model_index", json);
    }

    /// <summary>The scheduler's, with what some files say about themselves by a tensor without use.</summary>
    /// <param name="names">Of all tensors of the file.</param>
    public ConfigJson Scheduler(IReadOnlyCollection<string> names)
    {
        var json = JsonNode.Parse(family.Scheduler)!.AsObject();
        if (names.Contains("v_pred"))
        {
            json["prediction_type"] = "v_prediction";
        }

        if (names.Contains("ztsnr"))
        {
            json["rescale_betas_zero_snr"] = true;
        }

        return Parsed("scheduler", json);
    }

    /// <summary>A text encoder's configuration, from its table and layers.</summary>
    /// <param name="weights">Its tensors.</param>
    /// <param name="second">Whether it is SDXL's second, whose GELU is exact.</param>
    /// <exception cref="InputException">A tensor is missing, or the sizes are not of the family.</exception>
    public ConfigJson Text(Checkpoint weights, bool second)
    {
        const string Layer = "text_model.encoder.layers.";
        var table = Shape(weights, "text_model.embeddings.token_embedding.weight");
        var width = table[1];
        var layers = Numbers(weights, Layer).Count;
        return Parsed(
            second ? "text_encoder_2" : "text_encoder",
            new JsonObject
            {
                ["hidden_size"] = width,
                ["intermediate_size"] = Shape(weights, $"{Layer}0.mlp.fc1.weight")[0],
                ["num_hidden_layers"] = layers,
                ["num_attention_heads"] = Divided(width, HeadWidth, "a text encoder"),
                ["hidden_act"] = second ? "gelu" : "quick_gelu",
                ["layer_norm_eps"] = 1e-5,
                ["max_position_embeddings"] = Shape(weights, "text_model.embeddings.position_embedding.weight")[0],
                ["vocab_size"] = table[0],
                ["projection_dim"] = second ? Shape(weights, "text_projection.weight")[0] : width,
                ["eos_token_id"] = 2,
            }
        );
    }

    /// <summary>The configuration of the U-Net, from its levels.</summary>
    /// <exception cref="InputException">A tensor is missing, or the sizes are not of the family.</exception>
    public ConfigJson UNet(Checkpoint weights)
    {
        var levels = Numbers(weights, "down_blocks.");
        long[] channels = [.. levels.Select(i => Shape(weights, $"down_blocks.{i}.resnets.0.conv1.weight")[0])];
        int[] depths =
        [
            .. levels.Select(i =>
                Math.Max(1, Numbers(weights, $"down_blocks.{i}.attentions.0.transformer_blocks.").Count)
            ),
        ];
        const string Middle = "mid_block.attentions.0.";
        var json = new JsonObject
        {
            ["in_channels"] = Shape(weights, "conv_in.weight")[1],
            ["out_channels"] = Shape(weights, "conv_out.weight")[0],
            ["sample_size"] = family.SampleSize,
            ["block_out_channels"] = List(channels),
            ["layers_per_block"] = List(levels.Select(i => (long)Numbers(weights, $"down_blocks.{i}.resnets.").Count)),
            ["attention_head_dim"] = List(
                channels.Select(width => family.Xl ? Divided(width, HeadWidth, "the U-Net") : Sd15Heads)
            ),
            ["cross_attention_dim"] = Shape(weights, $"{Middle}transformer_blocks.0.attn2.to_k.weight")[1],
            ["transformer_layers_per_block"] = List(depths.Select(depth => (long)depth)),
            ["use_linear_projection"] = Shape(weights, $"{Middle}proj_in.weight").Length == 2,
            ["norm_num_groups"] = Groups,
            ["down_block_types"] = Types(weights, levels, "down_blocks", "CrossAttnDownBlock2D", "DownBlock2D"),
            ["up_block_types"] = Types(weights, levels, "up_blocks", "CrossAttnUpBlock2D", "UpBlock2D"),
        };
        foreach (var width in channels)
        {
            _ = Divided(width, Groups, "the U-Net");
        }

        if (family.Xl)
        {
            json["addition_embed_type"] = "text_time";
            json["addition_time_embed_dim"] = SizeWidth;
            json["projection_class_embeddings_input_dim"] = Shape(weights, "add_embedding.linear_1.weight")[1];
        }

        return Parsed("unet", json);
    }

    /// <summary>The configuration of the autoencoder, from its decoder.</summary>
    /// <exception cref="InputException">A tensor is missing, or the sizes are not of the family.</exception>
    public ConfigJson Vae(Checkpoint weights)
    {
        var levels = Numbers(weights, "decoder.up_blocks.");
        long[] channels =
        [
            .. levels
                .Reverse()
                .Select(i =>
                    Divided(
                        Shape(weights, $"decoder.up_blocks.{i}.resnets.0.conv1.weight")[0],
                        Groups,
                        "the autoencoder"
                    ) * Groups
                ),
        ];
        return Parsed(
            "vae",
            new JsonObject
            {
                ["in_channels"] = Shape(weights, "decoder.conv_out.weight")[0],
                ["out_channels"] = Shape(weights, "decoder.conv_out.weight")[0],
                ["latent_channels"] = Shape(weights, "decoder.conv_in.weight")[1],
                ["block_out_channels"] = List(channels),
                ["layers_per_block"] = Numbers(weights, "decoder.up_blocks.0.resnets.").Count - 1,
                ["norm_num_groups"] = Groups,
                ["down_block_types"] = Repeated("DownEncoderBlock2D", levels.Count),
                ["up_block_types"] = Repeated("UpDecoderBlock2D", levels.Count),
                ["sample_size"] = 8 * family.SampleSize,
                ["scaling_factor"] = family.ScalingFactor,
            }
        );
    }

    /// <summary>The different numbers that follow a beginning in the names of tensors, in their order.</summary>
    private static IReadOnlyList<int> Numbers(Checkpoint weights, string beginning) =>
        [
            .. weights
                .Tensors.Keys.Where(name => name.StartsWith(beginning, StringComparison.Ordinal))
                .Select(name => name[beginning.Length..].Split('.')[0])
                .Where(number => number.Length < 4 && number.All(char.IsAsciiDigit))
                .Select(number => int.Parse(number, System.Globalization.CultureInfo.InvariantCulture))
                .Distinct()
                .Order(),
        ];

    private static JsonArray Types(
        Checkpoint weights,
        IReadOnlyList<int> levels,
        string side,
        string attentive,
        string plain
    ) =>
        [
            .. levels.Select(i =>
                (JsonNode)(weights.Tensors.ContainsKey($"{side}.{i}.attentions.0.norm.weight") ? attentive : plain)
            ),
        ];

    private static JsonArray List(IEnumerable<long> values) => [.. values.Select(value => (JsonNode)value)];

    private static JsonArray Repeated(string text, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => (JsonNode)text)];

    private long[] Shape(Checkpoint weights, string name) =>
        weights.Tensors.TryGetValue(name, out var tensor) && tensor.Shape.Length is 2 or 4
            ? tensor.Shape
            : throw new InputException(
                $"{file} lacks a part of {family.Name}: there is no {name} (in diffusers' names) among its tensors, or it has another shape."
            );

    private long Divided(long width, int by, string what) =>
        width % by == 0 && width > 0
            ? width / by
            : throw new InputException(
                $"{file}: a width of {width} in {what} is not one of {family.Name}, whose numbers of heads and groups are not written in the file; give the configurations of this model, too."
            )
            {
                Remedies = [new(RemedyKind.GiveConfiguration)],
            };

    private ConfigJson Parsed(string component, JsonObject json) =>
        ConfigJson.Parse($"{file} ({component})", System.Text.Encoding.UTF8.GetBytes(json.ToJsonString()));
}

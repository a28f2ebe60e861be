using System.Text.Json;
using Semblance.Models.Configuration;

namespace Semblance.Models.Networks;

/// <summary>One resolution of the U-Net, from the image down.</summary>
/// <param name="Channels">Of its features.</param>
/// <param name="Resnets">Residual blocks on the way down; one more on the way up.</param>
/// <param name="Heads">Attention heads.</param>
/// <param name="TextWidth">Of the text that it attends to.</param>
internal sealed record UNetLevel(int Channels, int Resnets, int Heads, int TextWidth);

/// <summary>The conditions beside the text that SDXL has: pooled text and sizes (<c>addition_embed_type</c> text_time).</summary>
/// <param name="TimeWidth">Of each size's sinusoids.</param>
/// <param name="InputWidth">Of pooled text and all sinusoids together.</param>
internal sealed record AddedConditions(int TimeWidth, int InputWidth)
{
    /// <summary>Original height and width, crop top and left, target height and width.</summary>
    public const int Sizes = 6;

    /// <summary>Width of the pooled embedding of the text.</summary>
    public int PooledWidth => InputWidth - (Sizes * TimeWidth);
}

/// <summary>The <c>config.json</c> of diffusers' <c>UNet2DConditionModel</c>.</summary>
/// <param name="InChannels">Of the latents that go in.</param>
/// <param name="OutChannels">Of the prediction.</param>
/// <param name="Levels">From the image down.</param>
/// <param name="DownTransformers">
/// Transformer blocks after each residual block of each level on the way down; null for a level without attention.
/// </param>
/// <param name="MidTransformers">Transformer blocks in the middle; null where there is no middle block.</param>
/// <param name="UpTransformers">As <paramref name="DownTransformers"/> for the way up, from the lowest level.</param>
/// <param name="Resnet">Settings of all residual blocks.</param>
/// <param name="LinearProjection">Whether transformers project by linear layers or by 1x1 convolutions.</param>
/// <param name="DownsamplePadding">Zeros around the features before they are halved.</param>
/// <param name="TimeWidth">Of the embedded timestep.</param>
/// <param name="CosineFirst">Order of the sinusoids.</param>
/// <param name="FrequencyShift">Of the sinusoids.</param>
/// <param name="ConvInKernel">Side of the first convolution.</param>
/// <param name="ConvOutKernel">Side of the last convolution.</param>
/// <param name="Added">SDXL's further conditions, or null.</param>
internal sealed record UNet2DConditionConfig(
    int InChannels,
    int OutChannels,
    IReadOnlyList<UNetLevel> Levels,
    IReadOnlyList<IReadOnlyList<int>?> DownTransformers,
    int? MidTransformers,
    IReadOnlyList<IReadOnlyList<int>?> UpTransformers,
    ResnetSettings Resnet,
    bool LinearProjection,
    int DownsamplePadding,
    int TimeWidth,
    bool CosineFirst,
    float FrequencyShift,
    int ConvInKernel,
    int ConvOutKernel,
    AddedConditions? Added
)
{
    /// <summary>Width of the embedded guidance scale that distilled networks take (<c>time_cond_proj_dim</c>); null for none.</summary>
    public int? GuidanceWidth { get; init; }

    /// <summary>Keys that would make it another network, with the one value besides null and false that does not.</summary>
    private static readonly (string Key, string Plain)[] Unsupported =
    [
        ("center_input_sample", ""),
        ("only_cross_attention", ""),
        ("mid_block_only_cross_attention", ""),
        ("mid_block_scale_factor", "1"),
        ("encoder_hid_dim", ""),
        ("encoder_hid_dim_type", ""),
        ("num_attention_heads", ""),
        ("dual_cross_attention", ""),
        ("class_embed_type", ""),
        ("num_class_embeds", ""),
        ("resnet_time_scale_shift", "default"),
        ("resnet_skip_time_act", ""),
        ("resnet_out_scale_factor", "1"),
        ("time_embedding_type", "positional"),
        ("time_embedding_act_fn", ""),
        ("timestep_post_act", ""),
        ("attention_type", "default"),
        ("class_embeddings_concat", ""),
        ("cross_attention_norm", ""),
    ];

    /// <summary>Reads the config; what is absent has the value of diffusers' class.</summary>
    /// <exception cref="InputException">A value is wrong, or a part is named that is not supported.</exception>
    public static UNet2DConditionConfig Read(ConfigJson json)
    {
        json.Refuse(Unsupported, "the U-Nets of Stable Diffusion 1.5 and XL");
        var channels = json.Sizes("block_out_channels", [320, 640, 1280, 1280]);
        var count = channels.Count;
        const string Attentive = "CrossAttnDownBlock2D";
        const string AttentiveUp = "CrossAttnUpBlock2D";
        string[] usual = [Attentive, Attentive, Attentive, "DownBlock2D"];
        string[] usualUp = ["UpBlock2D", AttentiveUp, AttentiveUp, AttentiveUp];
        var down = Types(json, "down_block_types", ["DownBlock2D", Attentive], usual, count);
        var up = Types(json, "up_block_types", ["UpBlock2D", AttentiveUp], usualUp, count);
        var layers = json.SizesOrOne("layers_per_block", count, 2, ConfigJson.MostLayers);
        // The reference calls the number of heads so.
        var heads = json.SizesOrOne("attention_head_dim", count, 8);
        var textWidths = json.SizesOrOne("cross_attention_dim", count, 1280);
        var levels = Enumerable
            .Range(0, count)
            .Select(i =>
                json.Divisible(channels[i], heads[i], new UNetLevel(channels[i], layers[i], heads[i], textWidths[i]))
            )
            .ToArray();
        var depths = Depths(json, "transformer_layers_per_block", count);
        var upDepths = json.Has("reverse_transformer_layers_per_block")
            ? Depths(json, "reverse_transformer_layers_per_block", count)
            : [.. depths.Reverse()];
        return new UNet2DConditionConfig(
            json.Size("in_channels", 4),
            json.Size("out_channels", 4),
            levels,
            [.. down.Select((type, i) => type == Attentive ? ForEach(depths[i], layers[i], json) : null)],
            HasMiddle(json) ? depths[^1][0] : null,
            [.. up.Select((type, i) => type == AttentiveUp ? ForEach(upDepths[i], layers[^(i + 1)] + 1, json) : null)],
            new ResnetSettings(
                json.Size("norm_num_groups", 32),
                json.Epsilon("norm_eps", 1e-5f),
                json.Activation("act_fn", "silu")
            ),
            json.Flag("use_linear_projection", otherwise: false),
            json.Integer("downsample_padding", 1),
            json.Size("time_embedding_dim", 4 * channels[0]),
            json.Flag("flip_sin_to_cos", otherwise: true),
            json.Number("freq_shift", 0),
            json.Size("conv_in_kernel", 3),
            json.Size("conv_out_kernel", 3),
            ReadAdded(json)
        )
        {
            GuidanceWidth = json.Has("time_cond_proj_dim") ? json.Size("time_cond_proj_dim") : null,
        };
    }

    private static bool HasMiddle(ConfigJson json) =>
        json.Json.TryGetProperty("mid_block_type", out var type) && type.ValueKind == JsonValueKind.Null ? false
        : json.Text("mid_block_type", "UNetMidBlock2DCrossAttn") is var name && name == "UNetMidBlock2DCrossAttn" ? true
        : throw new InputException(
            $"{json.File}: mid_block_type is {name}; UNetMidBlock2DCrossAttn is supported, and none."
        );

    private static AddedConditions? ReadAdded(ConfigJson json)
    {
        var type = json.Text("addition_embed_type", "");
        if (type.Length == 0)
        {
            return null;
        }

        if (type != "text_time")
        {
            throw new InputException(
                $"{json.File}: addition_embed_type is {type}; text_time (SDXL) is supported, and none (SD 1.5)."
            );
        }

        var added = new AddedConditions(
            json.Size("addition_time_embed_dim"),
            json.Size("projection_class_embeddings_input_dim")
        );
        return added.PooledWidth > 0
            ? added
            : throw new InputException(
                $"{json.File}: projection_class_embeddings_input_dim is {added.InputWidth}, too small for six sizes of addition_time_embed_dim {added.TimeWidth} and the pooled text."
            );
    }

    private static IReadOnlyList<string> Types(
        ConfigJson json,
        string name,
        string[] known,
        string[] otherwise,
        int count
    )
    {
        var types = json.Texts(name, otherwise);
        return types.Count == count && types.All(known.Contains)
            ? types
            : throw new InputException(
                $"{json.File}: {name} is [{string.Join(", ", types)}]; {string.Join(" and ", known)} are supported, one for each of the {count} block_out_channels."
            );
    }

    /// <summary>
    /// How many transformer blocks follow each residual block of each level: one number for all residual blocks, or one
    /// for each. The config holds a number for all levels, or a list of a number or list for each.
    /// </summary>
    private static int[][] Depths(ConfigJson json, string name, int count)
    {
        if (!json.Json.TryGetProperty(name, out var value) || value.ValueKind != JsonValueKind.Array)
        {
            return [.. json.SizesOrOne(name, count, 1, ConfigJson.MostLayers).Select(depth => new[] { depth })];
        }

        int[][] levels =
        [
            .. value
                .EnumerateArray()
                .Select(level => level.ValueKind == JsonValueKind.Array ? level.EnumerateArray().ToArray() : [level])
                .Select(level => level.Select(Depth).ToArray()),
        ];
        return levels.Length == count && levels.All(level => level.Length > 0 && level.All(depth => depth > 0))
            ? levels
            : throw new InputException(
                $"{json.File}: {name} is {value}; expected a whole number from 1 to {ConfigJson.MostLayers}, or a list of them, for each of the {count} block_out_channels."
            );
    }

    private static int Depth(JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number <= ConfigJson.MostLayers
            ? number
            : 0;

    /// <summary>The depths of a level for each of its residual blocks.</summary>
    private static int[] ForEach(int[] depths, int resnets, ConfigJson json) =>
        depths is [var one] ? [.. Enumerable.Repeat(one, resnets)]
        : depths.Length >= resnets ? depths
        : throw new InputException(
            $"{json.File}: the transformer layers [{string.Join(", ", depths)}] of one block are too few for its {resnets} residual blocks."
        );
}

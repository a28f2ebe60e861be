using Semblance.Models.Configuration;

namespace Semblance.Models.Networks;

/// <summary>The <c>config.json</c> of diffusers' <c>AutoencoderKL</c>.</summary>
/// <param name="InChannels">Of the image.</param>
/// <param name="OutChannels">Of the decoded image.</param>
/// <param name="LatentChannels">Of the latents.</param>
/// <param name="BlockOutChannels">Of each level, from the image down.</param>
/// <param name="LayersPerBlock">Residual blocks of a level of the encoder; the decoder has one more.</param>
/// <param name="Resnet">Settings of all residual blocks.</param>
/// <param name="MidAttention">Whether the middle block has attention.</param>
/// <param name="QuantConv">Whether a 1x1 convolution follows the encoder.</param>
/// <param name="PostQuantConv">Whether a 1x1 convolution goes before the decoder.</param>
/// <param name="SampleSize">Side of the training images; tiles are as large.</param>
/// <param name="ScalingFactor">Latents of the diffusion model are those of the autoencoder times this.</param>
/// <param name="LatentsMean">Per channel, added before decoding where the config has it.</param>
/// <param name="LatentsStd">Per channel, multiplied before decoding where the config has it.</param>
internal sealed record AutoencoderKLConfig(
    int InChannels,
    int OutChannels,
    int LatentChannels,
    IReadOnlyList<int> BlockOutChannels,
    int LayersPerBlock,
    ResnetSettings Resnet,
    bool MidAttention,
    bool QuantConv,
    bool PostQuantConv,
    int SampleSize,
    float ScalingFactor,
    IReadOnlyList<float>? LatentsMean,
    IReadOnlyList<float>? LatentsStd
)
{
    /// <summary>Whether its values leave the range of fp16 (<c>force_upcast</c>, true where the config has none).</summary>
    public bool ForceUpcast { get; init; } = true;

    /// <summary>How many pixels one latent stands for in each direction: every level but the last halves the sides.</summary>
    public int Factor => 1 << (BlockOutChannels.Count - 1);

    /// <summary>Reads the config; what is absent has the value of diffusers' class.</summary>
    /// <exception cref="InputException">A value is wrong, or a part is named that is not supported.</exception>
    public static AutoencoderKLConfig Read(ConfigJson json)
    {
        var channels = json.Sizes("block_out_channels", [64]);
        var latent = json.Size("latent_channels", 4);
        Only(json, "down_block_types", "DownEncoderBlock2D", channels.Count);
        Only(json, "up_block_types", "UpDecoderBlock2D", channels.Count);
        return new AutoencoderKLConfig(
            json.Size("in_channels", 3),
            json.Size("out_channels", 3),
            latent,
            channels,
            json.Size("layers_per_block", 1, ConfigJson.MostLayers),
            // 1e-6 is written in the reference's encoder and decoder, not in the config.
            new ResnetSettings(json.Size("norm_num_groups", 32), 1e-6f, json.Activation("act_fn", "silu")),
            json.Flag("mid_block_add_attention", otherwise: true),
            json.Flag("use_quant_conv", otherwise: true),
            json.Flag("use_post_quant_conv", otherwise: true),
            json.Size("sample_size", 32),
            json.Number("scaling_factor", 0.18215f),
            PerChannel(json, "latents_mean", latent),
            PerChannel(json, "latents_std", latent)
        )
        {
            ForceUpcast = json.Flag("force_upcast", otherwise: true),
        };
    }

    private static void Only(ConfigJson json, string name, string type, int count)
    {
        var types = json.Texts(name, [type]);
        if (types.Count != count || types.Any(other => other != type))
        {
            throw new InputException(
                $"{json.File}: {name} is [{string.Join(", ", types)}]; {count} times {type} is supported, one for each of block_out_channels."
            );
        }
    }

    private static IReadOnlyList<float>? PerChannel(ConfigJson json, string name, int channels) =>
        json.Numbers(name) is not { } values ? null
        : values.Count == channels ? values
        : throw new InputException(
            $"{json.File}: {name} has {values.Count} entries, but latent_channels is {channels}."
        );
}

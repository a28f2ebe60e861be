using Semblance.Models.Graphs;

namespace Semblance.Models.Networks;

/// <summary>
/// The variational autoencoder between images and latents (diffusers' <c>AutoencoderKL</c>; Kingma and Welling, arXiv
/// 1312.6114; Rombach et al., arXiv 2112.10752).
/// </summary>
internal static class AutoencoderKL
{
    /// <summary>Beginnings of the names of tensors that only <see cref="Encode"/> asks for.</summary>
    public static IReadOnlyList<string> EncoderParts { get; } = ["encoder.", "quant_conv."];

    /// <summary>Emits the decoder into the graph of <paramref name="latents"/>.</summary>
    /// <param name="latents">[batch, latent channels, height, width], already divided by the scaling factor.</param>
    /// <param name="height">Of the latents.</param>
    /// <param name="width">Of the latents.</param>
    /// <param name="config">Sizes.</param>
    /// <returns>[batch, out channels, factor x height, factor x width], about -1 to 1.</returns>
    public static Value Decode(Value latents, int height, int width, AutoencoderKLConfig config)
    {
        var channels = config.LatentChannels;
        var x = new FeatureMap(latents, channels, height, width);
        if (config.PostQuantConv)
        {
            x = Conv(x, "post_quant_conv", channels, kernel: 1);
        }

        return Decoder(x, config).X;
    }

    /// <summary>Emits the encoder into the graph of <paramref name="image"/>.</summary>
    /// <param name="image">[batch, in channels, height, width], -1 to 1.</param>
    /// <param name="height">Of the image, a multiple of <see cref="AutoencoderKLConfig.Factor"/>.</param>
    /// <param name="width">Of the image, a multiple of <see cref="AutoencoderKLConfig.Factor"/>.</param>
    /// <param name="config">Sizes.</param>
    /// <returns>Mean and logarithm of the variance of the latents, each [batch, latent channels, height / factor, width / factor].</returns>
    public static (Value Mean, Value LogVariance) Encode(Value image, int height, int width, AutoencoderKLConfig config)
    {
        var x = Encoder(new FeatureMap(image, config.InChannels, height, width), config);
        if (config.QuantConv)
        {
            x = Conv(x, "quant_conv", 2 * config.LatentChannels, kernel: 1);
        }

        var moments = x.X.Split(2, axis: 1);
        return (moments[0], moments[1].Clip(-30, 20));
    }

    private static FeatureMap Encoder(FeatureMap x, AutoencoderKLConfig config)
    {
        var levels = config.BlockOutChannels;
        x = Conv(x, "encoder.conv_in", levels[0], kernel: 3);
        for (var i = 0; i < levels.Count; i++)
        {
            var block = $"encoder.down_blocks.{i}";
            for (var j = 0; j < config.LayersPerBlock; j++)
            {
                x = ResnetBlock2D.Forward(x, $"{block}.resnets.{j}", levels[i], config.Resnet);
            }

            if (i < levels.Count - 1)
            {
                x = Downsample2D.Forward(x, $"{block}.downsamplers.0", padding: 0);
            }

            x = x.Observe(block);
        }

        x = MidBlock(x, "encoder.mid_block", config);
        return Out(x, "encoder", 2 * config.LatentChannels, config.Resnet);
    }

    private static FeatureMap Decoder(FeatureMap x, AutoencoderKLConfig config)
    {
        var levels = config.BlockOutChannels.Reverse().ToArray();
        x = Conv(x, "decoder.conv_in", levels[0], kernel: 3);
        x = MidBlock(x, "decoder.mid_block", config);
        for (var i = 0; i < levels.Length; i++)
        {
            var block = $"decoder.up_blocks.{i}";
            for (var j = 0; j <= config.LayersPerBlock; j++)
            {
                x = ResnetBlock2D.Forward(x, $"{block}.resnets.{j}", levels[i], config.Resnet);
            }

            if (i < levels.Length - 1)
            {
                x = Upsample2D.Forward(x, $"{block}.upsamplers.0", 2 * x.Height, 2 * x.Width);
            }

            x = x.Observe(block);
        }

        return Out(x, "decoder", config.OutChannels, config.Resnet);
    }

    /// <summary>Norm, activation and the last convolution.</summary>
    private static FeatureMap Out(FeatureMap x, string part, int channels, ResnetSettings settings)
    {
        x = x.GroupNorm($"{part}.conv_norm_out", settings.Groups, settings.Epsilon).Activate(settings.Activation);
        return Conv(x, $"{part}.conv_out", channels, kernel: 3);
    }

    /// <summary>The middle block, which is diffusers' <c>UNetMidBlock2D</c>.</summary>
    private static FeatureMap MidBlock(FeatureMap x, string name, AutoencoderKLConfig config)
    {
        x = ResnetBlock2D.Forward(x, $"{name}.resnets.0", x.Channels, config.Resnet);
        if (config.MidAttention)
        {
            x = AttentionBlock(x, $"{name}.attentions.0", config.Resnet);
        }

        return ResnetBlock2D.Forward(x, $"{name}.resnets.1", x.Channels, config.Resnet).Observe(name);
    }

    /// <summary>Attention of one head among all pixels, around a shortcut.</summary>
    private static FeatureMap AttentionBlock(FeatureMap x, string name, ResnetSettings settings)
    {
        var g = x.Graph;
        var width = x.Channels;
        // Files of before diffusers 0.15 have other names.
        var names = g.Weights.Has($"{name}.query.weight")
            ? (Q: "query", K: "key", V: "value", Out: "proj_attn")
            : (Q: "to_q", K: "to_k", V: "to_v", Out: "to_out.0");

        var y = x.GroupNorm($"{name}.group_norm", settings.Groups, settings.Epsilon).Tokens(); // [batch, height x width, channels]
        var q = g.Linear(y, $"{name}.{names.Q}", width, width);
        var k = g.Linear(y, $"{name}.{names.K}", width, width);
        var v = g.Linear(y, $"{name}.{names.V}", width, width);
        y = g.Linear(Attention.Fused(q, k, v, heads: 1), $"{name}.{names.Out}", width, width);
        return (x with { X = x.X + x.FromTokens(y).X }).Observe(name);
    }

    private static FeatureMap Conv(FeatureMap x, string name, int channels, int kernel) =>
        x.Conv2d(name, channels, kernel).Observe(name);
}

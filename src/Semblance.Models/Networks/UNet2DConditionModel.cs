using Semblance.Models.Graphs;

namespace Semblance.Models.Networks;

/// <summary>
/// The denoiser of Stable Diffusion 1.5 and XL (diffusers' <c>UNet2DConditionModel</c>; Rombach et al., arXiv 2112.10752;
/// Podell et al., arXiv 2307.01952).
/// </summary>
internal static class UNet2DConditionModel
{
    /// <summary>Emits the network into the graph of <paramref name="sample"/>.</summary>
    /// <param name="sample">Noisy latents, [batch, in channels, height, width].</param>
    /// <param name="timestep">[batch].</param>
    /// <param name="text">Text states, [batch, tokens, text width].</param>
    /// <param name="added">
    /// Pooled text [batch, pooled width] and sizes [batch, 6], where the config has <see cref="AddedConditions"/>.
    /// </param>
    /// <param name="height">Of the latents.</param>
    /// <param name="width">Of the latents.</param>
    /// <param name="config">Sizes.</param>
    /// <param name="guidance">The embedded guidance scale, [batch, guidance width], where the config has such a width.</param>
    /// <returns>The prediction, [batch, out channels, height, width].</returns>
    public static Value Forward(
        Value sample,
        Value timestep,
        Value text,
        (Value Pooled, Value Sizes)? added,
        int height,
        int width,
        UNet2DConditionConfig config,
        Value? guidance = null
    )
    {
        text = text.In(text.Graph.Arithmetic);
        var time = (
            TimeEmbedding(timestep, added, config, guidance).Activate(config.Resnet.Activation),
            config.TimeWidth
        );

        var x = new FeatureMap(sample, config.InChannels, height, width);
        x = x.Conv2d("conv_in", config.Levels[0].Channels, config.ConvInKernel).Observe("conv_in");
        var (lowest, skips) = Down(x, text, time, config);
        var y = Up(Mid(lowest, text, time, config), skips, text, time, config);

        y = y.GroupNorm("conv_norm_out", config.Resnet.Groups, config.Resnet.Epsilon).Observe("conv_norm_out");
        y = y.Activate(config.Resnet.Activation).Conv2d("conv_out", config.OutChannels, config.ConvOutKernel);
        return y.Observe("conv_out").X;
    }

    /// <summary>The timestep and, in SDXL, pooled text and sizes as one vector: [batch, time width].</summary>
    private static Value TimeEmbedding(
        Value timestep,
        (Value Pooled, Value Sizes)? added,
        UNet2DConditionConfig config,
        Value? guidance
    )
    {
        var g = timestep.Graph;
        var width = config.Levels[0].Channels;
        var t = Timesteps.Forward(timestep, width, config.CosineFirst, config.FrequencyShift);
        t = g.Observe("time_proj", t); // [batch, width]
        var time = TimestepEmbedding.Forward(
            t,
            "time_embedding",
            width,
            config.TimeWidth,
            config.Resnet.Activation,
            guidance is { } scale ? (scale, config.GuidanceWidth!.Value) : null
        );
        if (config.Added is not { } conditions || added is not { } values)
        {
            return time;
        }

        var sizes = Timesteps.Forward(
            values.Sizes.Reshape(-1),
            conditions.TimeWidth,
            config.CosineFirst,
            config.FrequencyShift
        );
        sizes = g.Observe("add_time_proj", sizes); // [6 batch, time width]
        sizes = sizes.Reshape(-1, AddedConditions.Sizes * conditions.TimeWidth);
        var all = g.Concat(1, values.Pooled, sizes); // [batch, input width]
        return time + TimestepEmbedding.Forward(all, "add_embedding", conditions.InputWidth, config.TimeWidth);
    }

    /// <summary>The way down. Every layer's result is kept for the way up.</summary>
    private static (FeatureMap Lowest, Stack<FeatureMap> Skips) Down(
        FeatureMap x,
        Value text,
        (Value, int) time,
        UNet2DConditionConfig config
    )
    {
        var skips = new Stack<FeatureMap>([x]);
        for (var i = 0; i < config.Levels.Count; i++)
        {
            var (level, block) = (config.Levels[i], $"down_blocks.{i}");
            for (var j = 0; j < level.Resnets; j++)
            {
                x = ResnetBlock2D.Forward(x, $"{block}.resnets.{j}", level.Channels, config.Resnet, time);
                if (config.DownTransformers[i] is { } layers)
                {
                    x = Transformer(x, text, $"{block}.attentions.{j}", level, layers[j], config);
                }

                skips.Push(x);
            }

            if (i < config.Levels.Count - 1)
            {
                x = Downsample2D.Forward(x, $"{block}.downsamplers.0", config.DownsamplePadding);
                skips.Push(x);
            }

            x = x.Observe(block);
        }

        return (x, skips);
    }

    /// <summary>The middle block, which is diffusers' <c>UNetMidBlock2DCrossAttn</c>.</summary>
    private static FeatureMap Mid(FeatureMap x, Value text, (Value, int) time, UNet2DConditionConfig config)
    {
        if (config.MidTransformers is not { } layers)
        {
            return x;
        }

        x = ResnetBlock2D.Forward(x, "mid_block.resnets.0", x.Channels, config.Resnet, time);
        x = Transformer(x, text, "mid_block.attentions.0", config.Levels[^1], layers, config);
        return ResnetBlock2D.Forward(x, "mid_block.resnets.1", x.Channels, config.Resnet, time).Observe("mid_block");
    }

    /// <summary>The way up. Each layer takes the kept result of its counterpart, the last one first.</summary>
    private static FeatureMap Up(
        FeatureMap x,
        Stack<FeatureMap> skips,
        Value text,
        (Value, int) time,
        UNet2DConditionConfig config
    )
    {
        for (var i = 0; i < config.Levels.Count; i++)
        {
            var (level, block) = (config.Levels[^(i + 1)], $"up_blocks.{i}");
            for (var j = 0; j <= level.Resnets; j++)
            {
                var skip = skips.Pop();
                x = x with { X = x.Graph.Concat(1, x.X, skip.X), Channels = x.Channels + skip.Channels };
                x = ResnetBlock2D.Forward(x, $"{block}.resnets.{j}", level.Channels, config.Resnet, time);
                if (config.UpTransformers[i] is { } layers)
                {
                    x = Transformer(x, text, $"{block}.attentions.{j}", level, layers[j], config);
                }
            }

            if (skips.TryPeek(out var next))
            {
                // Not simply twice the size: an odd side was rounded up on the way down.
                x = Upsample2D.Forward(x, $"{block}.upsamplers.0", next.Height, next.Width);
            }

            x = x.Observe(block);
        }

        return x;
    }

    private static FeatureMap Transformer(
        FeatureMap x,
        Value text,
        string name,
        UNetLevel level,
        int layers,
        UNet2DConditionConfig config
    ) =>
        Transformer2DModel.Forward(
            x,
            new TextStates(text, level.TextWidth),
            name,
            new Transformer2DSettings(layers, level.Heads, config.Resnet.Groups, config.LinearProjection)
        );
}

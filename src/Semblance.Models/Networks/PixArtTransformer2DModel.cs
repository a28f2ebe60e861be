using Semblance.Models.Graphs;

namespace Semblance.Models.Networks;

/// <summary>
/// PixArt's diffusion transformer (diffusers' <c>PixArtTransformer2DModel</c>; Chen et al., arXiv 2310.00426): a DiT whose
/// blocks share one modulation by the timestep (adaLN-single) and attend to the text.
/// </summary>
internal static class PixArtTransformer2DModel
{
    private const int SinusoidWidth = 256;

    // Written in the reference for the last norm, whatever the config says of the others.
    private const float LastEpsilon = 1e-6f;

    /// <summary>Emits the network into the graph of <paramref name="latents"/>.</summary>
    /// <param name="latents">[batch, in channels, height, width].</param>
    /// <param name="timestep">[batch].</param>
    /// <param name="text">States of the text encoder, [batch, tokens, caption width].</param>
    /// <param name="textMask">1 for tokens, 0 for padding, [batch, tokens]; null where all are attended to.</param>
    /// <param name="sizes">Height and width in pixels [batch, 2] and their ratio [batch, 1], where the config has size conditions.</param>
    /// <param name="height">Of the latents, a multiple of the patch.</param>
    /// <param name="width">Of the latents, a multiple of the patch.</param>
    /// <param name="config">Sizes.</param>
    /// <returns>[batch, out channels, height, width].</returns>
    public static Value Forward(
        Value latents,
        Value timestep,
        Value text,
        Value? textMask,
        (Value Resolution, Value AspectRatio)? sizes,
        int height,
        int width,
        PixArtTransformer2DConfig config
    )
    {
        var g = latents.Graph;
        var (rows, columns) = (height / config.PatchSize, width / config.PatchSize);
        var x = PatchEmbed(latents, rows, columns, config); // [batch, rows x columns, inner]
        var (modulation, embedded) = AdaLayerNormSingle(timestep, sizes, config);
        var caption = CaptionProjection(text, config); // [batch, tokens, inner]
        // Padding is pushed down, not cut off.
        var mask = textMask is { } m ? ((g.Scalar(1) - m) * -10000f).Unsqueeze(1, 2) : (Value?)null; // [batch, 1, 1, tokens]
        for (var i = 0; i < config.Layers; i++)
        {
            x = Block(x, modulation, caption, mask, i, config);
        }

        return Out(x, embedded, rows, columns, config);
    }

    /// <summary>A convolution makes a token of each patch; its place is added.</summary>
    private static Value PatchEmbed(Value latents, int rows, int columns, PixArtTransformer2DConfig config)
    {
        var g = latents.Graph;
        var (patch, inner) = (config.PatchSize, config.Width);
        var x = g.Conv2d(latents, "pos_embed.proj", config.InChannels, inner, patch, patch, [0, 0, 0, 0]);
        x = g.Observe("patch_projection", x); // [batch, inner, rows, columns]
        var positions = SinCosPositions.Table(inner, rows, columns, config.BaseSize, config.InterpolationScale);
        x = x.Reshape(0, inner, (long)rows * columns).Transpose(0, 2, 1);
        return g.Observe("tokens", (x + g.Constant(positions, rows * columns, inner)).In(x.Type));
    }

    /// <summary>Embeds timestep and sizes once for all blocks (diffusers' <c>AdaLayerNormSingle</c>).</summary>
    /// <returns>The modulation of all blocks [batch, 6, inner], and the embedding itself [batch, 1, inner].</returns>
    private static (Value Modulation, Value Embedded) AdaLayerNormSingle(
        Value timestep,
        (Value Resolution, Value AspectRatio)? sizes,
        PixArtTransformer2DConfig config
    )
    {
        var g = timestep.Graph;
        var inner = config.Width;
        var emb = "adaln_single.emb";
        var embedded = TimestepEmbedding.Forward(Sinusoids(timestep), $"{emb}.timestep_embedder", SinusoidWidth, inner);
        if (sizes is { } s)
        {
            var part = inner / 3;
            var resolution = TimestepEmbedding
                .Forward(Sinusoids(s.Resolution), $"{emb}.resolution_embedder", SinusoidWidth, part)
                .Reshape(-1, 2 * part); // height and width of one image side by side
            var ratio = TimestepEmbedding.Forward(
                Sinusoids(s.AspectRatio),
                $"{emb}.aspect_ratio_embedder",
                SinusoidWidth,
                part
            );
            embedded += g.Concat(1, resolution, ratio);
        }

        embedded = g.Observe("embedded_timestep", embedded);
        var modulation = g.Observe("modulation", g.Linear(embedded.Silu(), "adaln_single.linear", inner, 6 * inner));
        return (modulation.Reshape(-1, 6, inner), embedded.Unsqueeze(1));
    }

    private static Value Sinusoids(Value numbers) =>
        Timesteps.Forward(numbers.Reshape(-1), SinusoidWidth, cosineFirst: true, shift: 0);

    private static Value CaptionProjection(Value text, PixArtTransformer2DConfig config)
    {
        var g = text.Graph;
        var x = g.Linear(text, "caption_projection.linear_1", config.CaptionWidth, config.Width).GeluTanh();
        return g.Observe("caption", g.Linear(x, "caption_projection.linear_2", config.Width, config.Width));
    }

    /// <summary>
    /// Self-attention and feed-forward part, each modulated and gated; between them attention to the text, which has
    /// neither norm nor gate.
    /// </summary>
    private static Value Block(
        Value x,
        Value modulation,
        Value caption,
        Value? mask,
        int index,
        PixArtTransformer2DConfig config
    )
    {
        var g = x.Graph;
        var name = $"transformer_blocks.{index}";
        var own = g.Weight($"{name}.scale_shift_table", 6, config.Width) + modulation; // [batch, 6, inner]
        var parts = own.Split(6, axis: 1); // each [batch, 1, inner]
        var (shiftAttention, scaleAttention, gateAttention) = (parts[0], parts[1], parts[2]);
        var (shiftForward, scaleForward, gateForward) = (parts[3], parts[4], parts[5]);

        var y = Modulate(Norm(x, config.Width, config.Epsilon), shiftAttention, scaleAttention);
        x += gateAttention * g.Observe($"block.{index}.attn1", Attend(y, y, null, $"{name}.attn1", config));
        x += g.Observe($"block.{index}.attn2", Attend(x, caption, mask, $"{name}.attn2", config));

        y = Modulate(Norm(x, config.Width, config.Epsilon), shiftForward, scaleForward);
        x += gateForward * g.Observe($"block.{index}.ff", FeedForward(y, $"{name}.ff", config));
        return g.Observe($"block.{index}", x);
    }

    private static Value Attend(Value x, Value to, Value? mask, string name, PixArtTransformer2DConfig config)
    {
        var g = x.Graph;
        var (width, bias) = (config.Width, config.AttentionBias);
        var q = g.Linear(x, $"{name}.to_q", width, width, bias);
        var k = g.Linear(to, $"{name}.to_k", width, width, bias);
        var v = g.Linear(to, $"{name}.to_v", width, width, bias);
        var y = mask is null
            ? Attention.Fused(q, k, v, config.Heads)
            : Attention.Of(q, k, v, config.Heads, width, mask);
        return g.Linear(y, $"{name}.to_out.0", width, width);
    }

    private static Value FeedForward(Value x, string name, PixArtTransformer2DConfig config)
    {
        var g = x.Graph;
        var inner = 4 * config.Width;
        x = g.Linear(x, $"{name}.net.0.proj", config.Width, inner).Activate(config.Activation);
        return g.Linear(x, $"{name}.net.2", inner, config.Width);
    }

    /// <summary>The last modulated norm and projection, and tokens back into patches.</summary>
    private static Value Out(Value x, Value embedded, int rows, int columns, PixArtTransformer2DConfig config)
    {
        var g = x.Graph;
        var (patch, channels) = (config.PatchSize, config.OutChannels);
        var parts = (g.Weight("scale_shift_table", 2, config.Width) + embedded).Split(2, axis: 1);
        x = Modulate(Norm(x, config.Width, LastEpsilon), parts[0], parts[1]);
        x = g.Linear(x, "proj_out", config.Width, patch * patch * channels);
        x = g.Observe("proj_out", x); // [batch, rows x columns, patch x patch x channels]
        x = x.Reshape(-1, rows, columns, patch, patch, channels).Transpose(0, 5, 1, 3, 2, 4);
        return g.Observe("output", x.Reshape(-1, channels, (long)rows * patch, (long)columns * patch));
    }

    private static Value Modulate(Value x, Value shift, Value scale) => (x * (scale + 1)) + shift;

    /// <summary>A layer norm without weights.</summary>
    private static Value Norm(Value x, int width, float epsilon)
    {
        var g = x.Graph;
        var ones = new float[width];
        ones.AsSpan().Fill(1);
        return g.Op("LayerNormalization", [x, g.Constant(ones, width).In(x.Type)], ("axis", -1L), ("epsilon", epsilon));
    }
}

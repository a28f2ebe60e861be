using Semblance.Models.Graphs;

namespace Semblance.Models.Networks;

/// <summary>The text that a transformer attends to.</summary>
/// <param name="States">[batch, tokens, width].</param>
/// <param name="Width">Of a token.</param>
internal readonly record struct TextStates(Value States, int Width);

/// <summary>Sizes of one spatial transformer.</summary>
/// <param name="Layers">Number of transformer blocks.</param>
/// <param name="Heads">Attention heads of each.</param>
/// <param name="Groups">Of the GroupNorm before them.</param>
/// <param name="LinearProjection">Whether the projections in and out are linear layers over tokens or 1x1 convolutions.</param>
internal readonly record struct Transformer2DSettings(int Layers, int Heads, int Groups, bool LinearProjection);

/// <summary>Transformer blocks over the pixels of a feature map, around a shortcut (diffusers' <c>Transformer2DModel</c>).</summary>
internal static class Transformer2DModel
{
    public static FeatureMap Forward(FeatureMap x, TextStates text, string name, Transformer2DSettings settings)
    {
        var g = x.Graph;
        var width = x.Channels;

        // 1e-6 is written in the reference; residual blocks have their epsilon from the config.
        var y = x.GroupNorm($"{name}.norm", settings.Groups, 1e-6f);
        var tokens = settings.LinearProjection // [batch, height x width, channels]
            ? g.Linear(y.Tokens(), $"{name}.proj_in", width, width)
            : y.Conv2d($"{name}.proj_in", width, kernel: 1).Tokens();
        for (var i = 0; i < settings.Layers; i++)
        {
            tokens = BasicTransformerBlock.Forward(
                tokens,
                text,
                $"{name}.transformer_blocks.{i}",
                width,
                settings.Heads
            );
        }

        y = settings.LinearProjection
            ? x.FromTokens(g.Linear(tokens, $"{name}.proj_out", width, width))
            : x.FromTokens(tokens).Conv2d($"{name}.proj_out", width, kernel: 1);
        return (x with { X = x.X + y.X }).Observe(name);
    }
}

/// <summary>Self-attention, attention to the text, and a gated feed-forward part, each around a shortcut (diffusers' <c>BasicTransformerBlock</c>).</summary>
internal static class BasicTransformerBlock
{
    private const float Epsilon = 1e-5f;

    /// <summary>Emits the block into the graph of <paramref name="x"/>.</summary>
    /// <param name="x">[batch, tokens, width].</param>
    /// <param name="text">What the second attention looks at.</param>
    /// <param name="name">The module's name.</param>
    /// <param name="width">Of a token.</param>
    /// <param name="heads">Of both attentions; divides the width.</param>
    public static Value Forward(Value x, TextStates text, string name, int width, int heads)
    {
        var g = x.Graph;
        var y = g.Observe($"{name}.norm1", g.LayerNorm(x, $"{name}.norm1", width, Epsilon));
        x += Attend(y, text: null, $"{name}.attn1", width, heads);

        y = g.Observe($"{name}.norm2", g.LayerNorm(x, $"{name}.norm2", width, Epsilon));
        x += Attend(y, text, $"{name}.attn2", width, heads);

        y = g.Observe($"{name}.norm3", g.LayerNorm(x, $"{name}.norm3", width, Epsilon));
        return g.Observe(name, x + FeedForward(y, $"{name}.ff", width));
    }

    /// <summary>Attention to the text, or of the tokens among themselves where there is none.</summary>
    private static Value Attend(Value x, TextStates? text, string name, int width, int heads)
    {
        var g = x.Graph;
        var to = text ?? new TextStates(x, width);
        var q = g.Linear(x, $"{name}.to_q", width, width, bias: false);
        var k = g.Linear(to.States, $"{name}.to_k", to.Width, width, bias: false);
        var v = g.Linear(to.States, $"{name}.to_v", to.Width, width, bias: false);
        var y = text is null ? Attention.Fused(q, k, v, heads) : Attention.Of(q, k, v, heads, width);
        return g.Observe(name, g.Linear(y, $"{name}.to_out.0", width, width));
    }

    /// <summary>GEGLU (Shazeer, arXiv 2002.05202): half of the widened features, gated by the exact GELU of the other half.</summary>
    private static Value FeedForward(Value x, string name, int width)
    {
        var g = x.Graph;
        var inner = 4 * width;
        var halves = g.Linear(x, $"{name}.net.0.proj", width, 2 * inner).Split(2, axis: 2);
        return g.Observe(name, g.Linear(halves[0] * halves[1].Gelu(), $"{name}.net.2", inner, width));
    }
}

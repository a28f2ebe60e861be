using Semblance.Models.Graphs;

namespace Semblance.Models.Networks;

/// <summary>What all residual blocks of one network have in common.</summary>
/// <param name="Groups">Of every GroupNorm.</param>
/// <param name="Epsilon">Of every GroupNorm.</param>
/// <param name="Activation">Name of the activation function.</param>
internal sealed record ResnetSettings(int Groups, float Epsilon, string Activation);

/// <summary>Two convolutions around a shortcut (diffusers' <c>ResnetBlock2D</c>).</summary>
internal static class ResnetBlock2D
{
    /// <summary>Emits the block into the graph of <paramref name="x"/>.</summary>
    /// <param name="x">Features.</param>
    /// <param name="name">The module's name.</param>
    /// <param name="channels">Channels of the result; where they differ from those that come in, the shortcut is a 1x1 convolution.</param>
    /// <param name="settings">Of the network.</param>
    /// <param name="time">The embedded timestep after its activation, [batch, width], and its width; null in an autoencoder.</param>
    public static FeatureMap Forward(
        FeatureMap x,
        string name,
        int channels,
        ResnetSettings settings,
        (Value Embedding, int Width)? time = null
    )
    {
        var g = x.Graph;
        var (groups, epsilon) = (settings.Groups, settings.Epsilon);

        var h = x.GroupNorm($"{name}.norm1", groups, epsilon).Activate(settings.Activation);
        h = h.Conv2d($"{name}.conv1", channels, kernel: 3); // [batch, channels, height, width]
        if (time is { } t)
        {
            var shift = g.Linear(t.Embedding, $"{name}.time_emb_proj", t.Width, channels);
            h = h with { X = h.X + shift.Reshape(0, channels, 1, 1) };
        }

        h = h.GroupNorm($"{name}.norm2", groups, epsilon).Activate(settings.Activation);
        h = h.Conv2d($"{name}.conv2", channels, kernel: 3);

        var shortcut = x.Channels == channels ? x : x.Conv2d($"{name}.conv_shortcut", channels, kernel: 1);
        return (h with { X = shortcut.X + h.X }).Observe(name);
    }
}

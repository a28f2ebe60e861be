using Semblance.Models.Graphs;

namespace Semblance.Models.Networks;

/// <summary>Halves the sides by a convolution of stride 2 (diffusers' <c>Downsample2D</c>).</summary>
internal static class Downsample2D
{
    /// <summary>Emits the layer into the graph of <paramref name="x"/>.</summary>
    /// <param name="x">Features.</param>
    /// <param name="name">The module's name.</param>
    /// <param name="padding">
    /// Zeros on every side; 0 stands for one row below and one column to the right, as autoencoders need it.
    /// </param>
    public static FeatureMap Forward(FeatureMap x, string name, int padding)
    {
        long[] pads = padding == 0 ? [0, 0, 1, 1] : [padding, padding, padding, padding];
        var y = x.Graph.Conv2d(x.X, $"{name}.conv", x.Channels, x.Channels, kernel: 3, stride: 2, pads);
        return new FeatureMap(
            y,
            x.Channels,
            ((x.Height + (int)(pads[0] + pads[2]) - 3) / 2) + 1,
            ((x.Width + (int)(pads[1] + pads[3]) - 3) / 2) + 1
        ).Observe(name);
    }
}

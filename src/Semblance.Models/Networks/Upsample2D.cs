using Semblance.Models.Graphs;

namespace Semblance.Models.Networks;

/// <summary>Enlarges by repeating pixels, then convolves (diffusers' <c>Upsample2D</c>).</summary>
internal static class Upsample2D
{
    /// <summary>Emits the layer into the graph of <paramref name="x"/>.</summary>
    /// <param name="x">Features.</param>
    /// <param name="name">The module's name.</param>
    /// <param name="height">Of the result.</param>
    /// <param name="width">Of the result.</param>
    public static FeatureMap Forward(FeatureMap x, string name, int height, int width)
    {
        var y = x.X.ResizeNearest(height, width);
        y = x.Graph.Conv2d(y, $"{name}.conv", x.Channels, x.Channels, kernel: 3);
        return new FeatureMap(y, x.Channels, height, width).Observe(name);
    }
}

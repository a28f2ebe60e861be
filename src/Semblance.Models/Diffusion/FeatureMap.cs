using Semblance.Models.Graphs;

namespace Semblance.Models.Diffusion;

/// <summary>A tensor [batch, channels, height, width] on its way through a convolutional network, with its sizes.</summary>
/// <param name="X">The tensor.</param>
/// <param name="Channels">Its second axis.</param>
/// <param name="Height">Its third axis.</param>
/// <param name="Width">Its last axis.</param>
internal readonly record struct FeatureMap(Value X, int Channels, int Height, int Width)
{
    /// <summary>The graph that the tensor belongs to.</summary>
    public GraphBuilder Graph => X.Graph;

    /// <summary>Marks the value by the name of the module that gave it.</summary>
    public FeatureMap Observe(string name) => this with { X = Graph.Observe(name, X) };

    /// <summary>The pixels as tokens, [batch, height x width, channels].</summary>
    public Value Tokens() => X.Reshape(0, Channels, (long)Height * Width).Transpose(0, 2, 1);

    /// <summary>The inverse of <see cref="Tokens"/>.</summary>
    public FeatureMap FromTokens(Value tokens) =>
        this with
        {
            X = tokens.Transpose(0, 2, 1).Reshape(0, Channels, Height, Width),
        };
}

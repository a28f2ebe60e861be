using Microsoft.ML.OnnxRuntime.Tensors;
using Semblance.Models.Graphs;

namespace Semblance.Models.Networks;

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

    /// <summary>
    /// PyTorch's <c>GroupNorm</c>: each group of neighbouring channels is normalised over its channels and pixels, then
    /// every channel is scaled and shifted by its <c>weight</c> and <c>bias</c>. In half precision it is calculated in
    /// float32 and rounded once, as there.
    /// </summary>
    /// <param name="name">The module's name, under which its weights are stored.</param>
    /// <param name="groups">Divides the channels.</param>
    /// <param name="epsilon">Added to the variance.</param>
    /// <exception cref="InputException">The groups do not divide the channels.</exception>
    public FeatureMap GroupNorm(string name, int groups, float epsilon)
    {
        var g = Graph;
        if (Channels % groups != 0)
        {
            throw new InputException(
                $"{g.Weights.Source}: {name} has {Channels} channels, which cannot be divided into {groups} groups; the config is wrong."
            );
        }
        // ONNX Runtime expands ONNX's own GroupNormalization into more passes over the features than these, which keep
        // several copies of them where these keep one. Means are taken of rows first and then of the rows' means: its
        // sums of millions of squares are too inexact.
        long inner = Channels / groups;
        Value MeanOfRows(Value rows) => g.Op("ReduceMean", [rows, g.Constant([2, 3])]);
        var grouped = X.In(TensorElementType.Float).Reshape(0, groups, inner * Height, Width);
        var centred = grouped - MeanOfRows(g.Op("ReduceMean", [grouped, g.Constant([3])])); // [batch, groups, inner x height, width]
        var squares = g.Op("ReduceSumSquare", [centred, g.Constant([3])]); // [batch, groups, inner x height, 1]
        var variance = MeanOfRows(squares) * (1f / Width);
        var deviation = g.Op("Sqrt", [variance + g.Scalar(epsilon)]).Reshape(0, groups, 1);
        var scale = g.WideWeight($"{name}.weight", Channels).Reshape(groups, inner) / deviation; // [batch, groups, inner]
        var pixels = (long)Height * Width;
        var y = centred.Reshape(0, Channels, pixels) * scale.Reshape(0, Channels, 1);
        y += g.WideWeight($"{name}.bias", Channels).Reshape(Channels, 1);
        return this with { X = y.In(X.Type).Reshape(0, Channels, Height, Width) };
    }

    /// <summary>Applies an activation function by its name.</summary>
    public FeatureMap Activate(string name) => this with { X = X.Activate(name) };

    /// <summary>PyTorch's <c>Conv2d</c> of stride 1 that keeps the sides; see <see cref="TorchModules.Conv2d"/>.</summary>
    public FeatureMap Conv2d(string name, int channels, int kernel) =>
        this with
        {
            X = Graph.Conv2d(X, name, Channels, channels, kernel),
            Channels = channels,
        };
}

using Semblance.Models.Graphs;

namespace Semblance.Models.Networks;

/// <summary>
/// EfficientNet-Lite0 up to its global average pool (Google, tensorflow/tpu, models/official/efficientnet/lite): no
/// squeeze-and-excitation, ReLU6 everywhere. Batch normalisation is folded into the convolutions of the asset.
/// </summary>
internal static class EfficientNetLite0
{
    /// <summary>Side of the square image, pixels.</summary>
    public const int ImageSize = 224;

    /// <summary>Number of components of an embedding.</summary>
    public const int Dimension = 1280;

    /// <summary>
    /// The seven stages of inverted-residual blocks: expansion, kernel, stride of the first block, output channels,
    /// number of blocks.
    /// </summary>
    private static readonly (int Expand, int Kernel, int Stride, int Channels, int Blocks)[] Stages =
    [
        (1, 3, 1, 16, 1),
        (6, 3, 2, 24, 2),
        (6, 5, 2, 40, 2),
        (6, 3, 2, 80, 3),
        (6, 5, 1, 112, 3),
        (6, 5, 2, 192, 4),
        (6, 3, 1, 320, 1),
    ];

    /// <summary>Emits the network into the graph of <paramref name="pixels"/>.</summary>
    /// <param name="pixels">[batch, 3, 224, 224], (byte - 127) / 128.</param>
    /// <returns>embedding [batch, 1280]; no component is negative.</returns>
    public static Value Forward(Value pixels)
    {
        var x = Conv(pixels.In(pixels.Graph.Arithmetic), "stem", 3, 32, kernel: 3, stride: 2).Clip(0, 6);
        x = pixels.Graph.Observe("stem", x);
        var (channels, block) = (32, 0);
        foreach (var stage in Stages)
        {
            for (var i = 0; i < stage.Blocks; i++)
            {
                var stride = i == 0 ? stage.Stride : 1;
                x = Block(x, $"blocks.{block++}", channels, stage.Expand, stage.Kernel, stride, stage.Channels);
                channels = stage.Channels;
            }
        }

        x = pixels.Graph.Observe("head", Conv(x, "head", channels, Dimension, kernel: 1, stride: 1).Clip(0, 6));
        return x.GlobalAveragePool().Reshape(0, Dimension);
    }

    /// <summary>Inverted residual: widen, filter each channel by itself, narrow; added to the input where sizes agree.</summary>
    private static Value Block(Value x, string name, int input, int expand, int kernel, int stride, int output)
    {
        var g = x.Graph;
        var (y, inner) = (x, input * expand);
        if (expand > 1)
        {
            y = g.Observe($"{name}.expand", Conv(y, $"{name}.expand", input, inner, 1, 1).Clip(0, 6));
        }

        y = Conv(y, $"{name}.depthwise", inner, inner, kernel, stride, groups: inner).Clip(0, 6);
        y = Conv(g.Observe($"{name}.depthwise", y), $"{name}.project", inner, output, 1, 1);
        return g.Observe($"{name}.project", stride == 1 && input == output ? y + x : y);
    }

    private static Value Conv(Value x, string name, int input, int output, int kernel, int stride, int groups = 1)
    {
        var g = x.Graph;
        // TensorFlow's SAME: what an even size lacks at stride 2 is added below and to the right.
        var (before, after) = ((kernel - stride) / 2, (kernel - stride + 1) / 2);
        return g.Conv(
            x,
            g.Weight($"{name}.weight", output, input / groups, kernel, kernel),
            g.Weight($"{name}.bias", output),
            stride,
            [before, before, after, after],
            groups
        );
    }
}

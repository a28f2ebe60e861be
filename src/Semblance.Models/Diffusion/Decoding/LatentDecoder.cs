using Microsoft.ML.OnnxRuntime.Tensors;
using Semblance.Models.Graphs;
using Semblance.Models.Networks;

namespace Semblance.Models.Diffusion.Decoding;

/// <summary>An autoencoder's decoder ready to run; the network is loaded anew when the size of the latents changes.</summary>
/// <param name="weights">Of the autoencoder.</param>
/// <param name="config">Sizes.</param>
/// <param name="tiled">Whether latents larger than the training pictures are decoded in tiles, which takes less memory.</param>
/// <param name="threads">Threads within one operator; 0 for one per physical core.</param>
internal sealed class LatentDecoder(Weights weights, AutoencoderKLConfig config, bool tiled = false, int threads = 0)
    : IDisposable
{
    // One at a time: the tiles at the edges have sizes of their own, and loading takes little beside decoding.
    private ((int Height, int Width) Size, GraphSession Session)? _loaded;

    /// <summary>The autoencoder's sizes.</summary>
    public AutoencoderKLConfig Config => config;

    /// <summary>Decodes the latents of one picture.</summary>
    /// <param name="latents">[latent channels, height, width] as the diffusion model gives them, scaled.</param>
    /// <param name="height">Of the latents.</param>
    /// <param name="width">Of the latents.</param>
    /// <returns>[3, factor x height, factor x width], about -1 to 1.</returns>
    public float[] Decode(ReadOnlySpan<float> latents, int height, int width)
    {
        var unscaled = Unscale(latents, height * width);
        var side = config.SampleSize / config.Factor;
        return tiled && side > 1 && Math.Max(height, width) > side
            ? new TileGrid(side, config.Factor).Decode(
                unscaled,
                config.LatentChannels,
                height,
                width,
                config.OutChannels,
                DecodeWhole
            )
            : DecodeWhole(unscaled, height, width);
    }

    /// <summary>Emits the network for latents of this size.</summary>
    /// <exception cref="InputException">A tensor is missing, left over or mis-shaped.</exception>
    public Graph Emit(int height, int width)
    {
        var g = new GraphBuilder(weights);
        var input = g.Input("latents", TensorElementType.Float, 1, config.LatentChannels, height, width);
        g.Output("image", AutoencoderKL.Decode(input, height, width, config));
        weights.RefuseUnused(AutoencoderKL.EncoderParts);
        return g.Build();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _loaded?.Session.Dispose();
        _loaded = null;
    }

    private float[] DecodeWhole(float[] latents, int height, int width)
    {
        if (_loaded?.Size != (height, width))
        {
            Dispose();
            _loaded = ((height, width), new GraphSession(Emit(height, width), threads, Workload.Decoder));
        }
        var image = _loaded!.Value.Session.Run(
            [Feed.Of<float>("latents", latents, 1, config.LatentChannels, height, width)],
            "image"
        );
        RuntimeEnvironment.ReleaseFreed();
        return image;
    }

    private float[] Unscale(ReadOnlySpan<float> latents, int pixels)
    {
        var unscaled = new float[latents.Length];
        for (var i = 0; i < unscaled.Length; i++)
        {
            var channel = i / pixels;
            unscaled[i] = config is { LatentsMean: { } mean, LatentsStd: { } std }
                ? (latents[i] * std[channel] / config.ScalingFactor) + mean[channel]
                : latents[i] / config.ScalingFactor;
        }
        return unscaled;
    }
}

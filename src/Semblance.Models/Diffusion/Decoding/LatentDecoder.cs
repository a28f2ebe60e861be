using Microsoft.ML.OnnxRuntime.Tensors;
using Semblance.Models.Devices;
using Semblance.Models.Graphs;
using Semblance.Models.Networks;

namespace Semblance.Models.Diffusion.Decoding;

/// <summary>An autoencoder's decoder ready to run; the network is loaded again when the size of the latents changes.</summary>
/// <param name="weights">Of the autoencoder.</param>
/// <param name="config">Its sizes.</param>
/// <param name="tiled">Whether latents larger than the training images are decoded in tiles, which takes less memory.</param>
/// <param name="threads">Threads within one operator; 0 for one per physical core.</param>
/// <param name="device">What it runs on.</param>
/// <param name="precision">In which it calculates.</param>
internal sealed class LatentDecoder(
    Weights weights,
    AutoencoderKLConfig config,
    bool tiled = false,
    int threads = 0,
    Device device = default,
    Precision precision = default
) : IDisposable
{
    // One at a time: the tiles at the edges have sizes of their own, and loading takes little beside decoding.
    private ((int Height, int Width) Size, GraphSession Session)? _loaded;

    /// <summary>Decodes the latents of one image.</summary>
    /// <param name="latents">As the diffusion model gives them, scaled.</param>
    /// <returns>Three channels, factor times as high and wide, about -1 to 1.</returns>
    public Planes Decode(Planes latents)
    {
        var unscaled = latents with { Values = Unscale(latents) };
        var side = config.SampleSize / config.Factor;
        return tiled && side > 1 && Math.Max(latents.Height, latents.Width) > side
            ? new TileGrid(side, config.Factor).Decode(unscaled, config.OutChannels, DecodeWhole)
            : DecodeWhole(unscaled);
    }

    /// <summary>Emits the network for latents of this size.</summary>
    /// <exception cref="InputException">A tensor is missing, left over or of another shape.</exception>
    public Graph Emit(int height, int width)
    {
        var g = new GraphBuilder(weights, precision: precision);
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

    private Planes DecodeWhole(Planes latents)
    {
        var (height, width) = (latents.Height, latents.Width);
        if (_loaded?.Size != (height, width))
        {
            Dispose();
            _loaded = ((height, width), new GraphSession(Emit(height, width), threads, Workload.Decoder, device));
        }

        var image = _loaded!.Value.Session.Run(
            [Feed.Of<float>("latents", latents.Values, 1, config.LatentChannels, height, width)],
            "image"
        );
        RuntimeEnvironment.ReleaseFreed();
        return new Planes(image, config.OutChannels, height * config.Factor, width * config.Factor);
    }

    private float[] Unscale(Planes latents)
    {
        var unscaled = new float[latents.Values.Length];
        for (var i = 0; i < unscaled.Length; i++)
        {
            var channel = i / (latents.Height * latents.Width);
            unscaled[i] = config is { LatentsMean: { } mean, LatentsStd: { } std }
                ? (latents.Values[i] * std[channel] / config.ScalingFactor) + mean[channel]
                : latents.Values[i] / config.ScalingFactor;
        }

        return unscaled;
    }
}

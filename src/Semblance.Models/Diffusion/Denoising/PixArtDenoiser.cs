using Semblance.Models.Devices;
using Semblance.Models.Graphs;
using Semblance.Models.Networks;

namespace Semblance.Models.Diffusion.Denoising;

/// <summary>The denoiser of PixArt, a transformer.</summary>
internal static class PixArtDenoiser
{
    /// <summary>Emits PixArt's transformer and readies it for running.</summary>
    /// <param name="weights">Of the transformer.</param>
    /// <param name="config">Its sizes.</param>
    /// <param name="shape">Of the latents.</param>
    /// <param name="size">Of the image in pixels, which the network gets where it has size conditions.</param>
    /// <param name="masked">Whether texts come with a mask; without one all their tokens are attended to.</param>
    /// <param name="guidance">Whether it runs on a negative text too.</param>
    /// <param name="threads">Threads within one operator; 0 for one per physical core.</param>
    /// <param name="adapters">LoRAs for it.</param>
    /// <param name="device">What it runs on.</param>
    /// <param name="precision">In which it calculates.</param>
    /// <param name="images">How many images of one prompt are made at a time.</param>
    /// <exception cref="InputException">Tensors are missing, left over or of another shape.</exception>
    public static Denoiser Open(
        Weights weights,
        PixArtTransformer2DConfig config,
        LatentShape shape,
        (int Height, int Width) size,
        bool masked,
        Guidance guidance,
        int threads = 0,
        AdapterSet? adapters = null,
        Device device = default,
        Precision precision = default,
        int images = 1
    )
    {
        var inputs = new DenoiserInputs(new GraphBuilder(weights, adapters, precision), shape, guidance, images);
        var resolution = guidance.Repeat(size.Height, size.Width);
        var ratio = guidance.Repeat((float)((double)size.Height / size.Width));
        // Trimmed texts differ in length.
        const int Any = -1;
        var states = inputs.Add(
            "text",
            prompt => guidance.Stack(prompt, static text => text.States),
            Any,
            config.CaptionWidth
        );
        Value? mask = masked
            ? inputs.Add("mask", prompt => guidance.Stack(prompt, static text => text.Mask), Any)
            : null;
        (Value, Value)? sizes = config.SizeConditions
            ? (inputs.Add("resolution", _ => resolution, 2), inputs.Add("ratio", _ => ratio, 1))
            : null;
        var prediction = PixArtTransformer2DModel.Forward(
            inputs.Latents,
            inputs.Timestep,
            states,
            mask,
            sizes,
            shape.Height,
            shape.Width,
            config
        );
        // Tables that older diffusers stored and that are not weights: places, and the text of training without prompt.
        weights.RefuseUnused("pos_embed.pos_embed", "caption_projection.y_embedding");
        return new Denoiser(inputs, prediction, config.OutChannels, threads, device);
    }
}

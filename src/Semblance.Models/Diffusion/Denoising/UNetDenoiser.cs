using Semblance.Models.Devices;
using Semblance.Models.Graphs;
using Semblance.Models.Networks;

namespace Semblance.Models.Diffusion.Denoising;

/// <summary>The denoiser of Stable Diffusion and SDXL.</summary>
internal static class UNetDenoiser
{
    /// <summary>Emits a U-Net and readies it for running.</summary>
    /// <param name="weights">Of the U-Net.</param>
    /// <param name="config">Its sizes.</param>
    /// <param name="shape">Of the latents.</param>
    /// <param name="tokens">Length of a text.</param>
    /// <param name="guidance">Whether it runs on a negative text too.</param>
    /// <param name="guidanceScale">What a network that was distilled with guidance is told; others are not.</param>
    /// <param name="sizes">The size conditions of SDXL, for the negative and for the positive text.</param>
    /// <param name="threads">Threads within one operator; 0 for one per physical core.</param>
    /// <param name="adapters">LoRAs for it.</param>
    /// <param name="device">What it runs on.</param>
    /// <param name="precision">In which it calculates.</param>
    /// <param name="images">How many images of one prompt are made at a time.</param>
    /// <exception cref="InputException">Tensors are missing, left over or of another shape.</exception>
    public static Denoiser Open(
        Weights weights,
        UNet2DConditionConfig config,
        LatentShape shape,
        int tokens,
        Guidance guidance,
        float guidanceScale,
        (SizeConditions Negative, SizeConditions Positive) sizes,
        int threads = 0,
        AdapterSet? adapters = null,
        Device device = default,
        Precision precision = default,
        int images = 1
    )
    {
        var inputs = new DenoiserInputs(new GraphBuilder(weights, adapters, precision), shape, guidance, images);
        var numbers = guidance.Stack(sizes.Negative.Numbers, sizes.Positive.Numbers);
        var states = inputs.Add(
            "text",
            prompt => guidance.Stack(prompt, static text => text.States),
            tokens,
            config.Levels[0].TextWidth
        );
        (Value, Value)? added = config.Added is { } conditions
            ? (
                inputs.Add(
                    "pooled",
                    prompt => guidance.Stack(prompt, static text => text.Pooled),
                    conditions.PooledWidth
                ),
                inputs.Add("sizes", _ => numbers, AddedConditions.Sizes)
            )
            : null;
        var prediction = UNet2DConditionModel.Forward(
            inputs.Latents,
            inputs.Timestep,
            states,
            added,
            shape.Height,
            shape.Width,
            config,
            config.GuidanceWidth is { } width
                ? inputs.Add("guidance", _ => GuidanceEmbedding.Of(guidanceScale, width), width)
                : null
        );
        weights.RefuseUnused();
        return new Denoiser(inputs, prediction, config.OutChannels, threads, device);
    }
}

using Semblance.Models.Devices;
using Semblance.Models.Diffusion.Components;
using Semblance.Models.Diffusion.Denoising;
using Semblance.Models.Diffusion.Lora;
using Semblance.Models.Networks;

namespace Semblance.Models.Diffusion.Pipelines;

/// <summary>What a pipeline needs in memory, estimated from its configurations and the shapes of its weights before any is loaded.</summary>
/// <remarks>
/// Fitted to the peak of the whole process (VmHWM) with random weights of which no two tensors were alike (ONNX Runtime
/// keeps equal ones once), guided steps: SD 1.5's U-Net (3.44 GB of weights; 4.55 GB at 512x512, 5.70 GB at 768x768),
/// SDXL's (10.27 GB; 11.94 GB at 768x768), PixArt-XL (2.45 GB; 3.18, 3.41 and 3.91 GB with 1,024, 2,304 and 4,096
/// tokens), the autoencoder of both Stable Diffusions (1.57 GB at 512x512, 2.99 GB at 768x768, 1.78 GB in tiles), and
/// the tiny models of the tests (0.11 to 0.47 GB). The estimate lies 0 to 35% above these. LoHa of rank 8 on 0.97 GB of the
/// linear layers of SD 1.5's U-Net: 9.48 GB while it is loaded, 7.44 GB in steps.
/// </remarks>
/// <param name="Encoding">While prompts are encoded, in bytes.</param>
/// <param name="Denoising">While images are denoised.</param>
/// <param name="Decoding">While an image is decoded; the denoiser stays loaded.</param>
internal sealed record PipelineMemory(long Encoding, long Denoising, long Decoding)
{
    // The program itself.
    private const long Base = 137L << 20;

    // Loading leaves gaps; and the autoencoder's convolutions get another layout, which needs copies.
    private const double Loaded = 1.15;
    private const double LoadedDecoder = 2.5;

    // ONNX Runtime works a changed weight out when it loads, and keeps what comes in between until all are done.
    private const double Merged = 5.2;

    // Feature maps that are alive or in gaps at the worst moment: those of residual blocks, and those of transformers.
    private const double UNetMaps = 6;
    private const double UNetTransformerMaps = 42;
    private const double TransformerMaps = 26;
    private const double DecoderMaps = 5.4;

    // The image in floats and bytes, put together and encoded.
    private const long BytesPerPixel = 100;

    /// <summary>The most that is needed at any time, in bytes.</summary>
    public long Peak => Math.Max(Encoding, Math.Max(Denoising, Decoding));

    /// <summary>Estimates it. Only headers are read.</summary>
    /// <param name="folder">The model.</param>
    /// <param name="activations">Of the denoiser, in bytes.</param>
    /// <param name="autoencoder">Sizes of the autoencoder.</param>
    /// <param name="latents">Of an image.</param>
    /// <param name="tiled">Whether large images are decoded in tiles.</param>
    /// <param name="loras">Those whose changes are added to weights take memory for them.</param>
    /// <param name="widths">Of a number; null for fp32.</param>
    public static PipelineMemory Of(
        ModelFolder folder,
        long activations,
        AutoencoderKLConfig autoencoder,
        LatentShape latents,
        bool tiled,
        LoraStack loras,
        NumberWidths? widths = null
    )
    {
        var (wide, ofDecoder) = widths ?? NumberWidths.Single;
        activations = (long)(activations * wide);
        var denoiser = (long)(
            (Loaded * wide * Bytes(folder, folder.Denoiser)) + (Merged * loras.MergedBytes(folder.Denoiser))
        );
        var decoder = (long)(LoadedDecoder * ofDecoder * Bytes(folder, "vae", AutoencoderKL.EncoderParts));
        return new PipelineMemory(
            Base + folder.Networks.Where(name => name.StartsWith("text", StringComparison.Ordinal)).Max(Encoder),
            Base + denoiser + activations,
            Base + denoiser + activations + decoder + Decode(autoencoder, latents, tiled, ofDecoder)
        );

        // One encoder at a time; and T5 block by block.
        long Encoder(string name) =>
            folder.Config(name).Integer("num_layers", 0) is > 0 and var blocks
                ? (long)(3 * Loaded * wide * Bytes(folder, name) / blocks)
                : (long)((Loaded * wide * Bytes(folder, name)) + (Merged * loras.MergedBytes(name)));
    }

    /// <summary>Of a U-Net: all its levels count, and those with transformers more.</summary>
    public static long Activations(UNet2DConditionConfig config, LatentShape latents, int batch)
    {
        double bytes = 0;
        for (var level = 0; level < config.Levels.Count; level++)
        {
            var pixels = ((double)latents.Height / (1 << level)) * latents.Width / (1 << level);
            var maps = UNetMaps + (config.DownTransformers[level] is null ? 0 : UNetTransformerMaps);
            bytes += maps * config.Levels[level].Channels * pixels * sizeof(float);
        }

        return (long)(batch * bytes);
    }

    /// <summary>Bytes that the activations of PixArt's transformer need.</summary>
    public static long Activations(PixArtTransformer2DConfig config, LatentShape latents, int batch) =>
        (long)(
            TransformerMaps
            * batch
            * config.Width
            * ((double)latents.Height / config.PatchSize)
            * ((double)latents.Width / config.PatchSize)
            * sizeof(float)
        );

    /// <summary>Features of full resolution as wide as those that come up from the level below, and the image.</summary>
    private static long Decode(AutoencoderKLConfig config, LatentShape latents, bool tiled, double wide)
    {
        var (height, width) = ((double)latents.Height * config.Factor, (double)latents.Width * config.Factor);
        var widest = config.BlockOutChannels[Math.Min(1, config.BlockOutChannels.Count - 1)];
        var side = tiled ? config.SampleSize : double.PositiveInfinity;
        var decoded = Math.Min(height, side) * Math.Min(width, side);
        return (long)((DecoderMaps * wide * widest * sizeof(float) * decoded) + (BytesPerPixel * height * width));
    }

    /// <summary>Of a network's weights as float32.</summary>
    private static double Bytes(ModelFolder folder, string name, params IReadOnlyList<string> except) =>
        sizeof(float)
        * folder
            .WeightFiles(name)
            .Tensors.Values.Where(tensor => !except.Any(part => tensor.Name.StartsWith(part, StringComparison.Ordinal)))
            .Sum(tensor => (double)tensor.Count);
}

/// <summary>How much of float32's four bytes a number takes.</summary>
/// <param name="Networks">Of text encoders and denoiser.</param>
/// <param name="Decoder">Of the autoencoder.</param>
internal readonly record struct NumberWidths(double Networks, double Decoder)
{
    /// <summary>The width of float32, in which the constants were fitted.</summary>
    public static NumberWidths Single { get; } = new(1, 1);

    /// <summary>
    /// On a device. The processor has few kernels of half precision: ONNX Runtime runs the others in float32 on widened
    /// copies, so all is counted as that.
    /// </summary>
    public static NumberWidths Of(Device device, Precision networks, Precision decoder) =>
        device.Kind == DeviceKind.Cpu ? Single : new NumberWidths(WidthOf(networks), WidthOf(decoder));

    private static double WidthOf(Precision precision) => precision == Precision.Fp32 ? 1 : 0.5;
}

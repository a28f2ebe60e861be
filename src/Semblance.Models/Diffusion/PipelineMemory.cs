namespace Semblance.Models.Diffusion;

/// <summary>What a pipeline needs in memory, estimated from the shapes of its weights before any is loaded.</summary>
/// <param name="Encoding">While prompts are encoded, in bytes.</param>
/// <param name="Denoising">While pictures are denoised.</param>
/// <param name="Decoding">While a picture is decoded; the denoiser stays loaded.</param>
internal sealed record PipelineMemory(long Encoding, long Denoising, long Decoding)
{
    // The program itself, and what allocators keep.
    private const long Base = 500L << 20;

    // Measured at 768x768 (docs/performance.md): activations per pixel of the picture.
    private const long DenoisingBytesPerPixel = 2_400;
    private const long DecodingBytesPerPixel = 5_600;
    private const int TileSide = 512;

    /// <summary>The most that is needed at any time, in bytes.</summary>
    public long Peak => Math.Max(Encoding, Math.Max(Denoising, Decoding));

    /// <summary>Estimates it. Only headers are read.</summary>
    public static PipelineMemory Of(ModelFolder folder, LatentShape latents, int factor, float guidance, bool tiled)
    {
        long pixels = (long)latents.Height * factor * latents.Width * factor;
        long encoders = 0;
        long denoiser = 0;
        long vae = 0;
        foreach (var name in folder.Networks)
        {
            var bytes = Float32Bytes(folder, name);
            switch (name)
            {
                case "vae":
                    vae = bytes;
                    break;
                case "unet" or "transformer":
                    denoiser = bytes;
                    break;
                default:
                    // One at a time; and T5 block by block.
                    var blocks = folder.Config(name).Integer("num_layers", 0);
                    encoders = Math.Max(encoders, blocks > 0 ? 3 * bytes / blocks : bytes);
                    break;
            }
        }
        var batch = Guidance.Applies(guidance) ? 2 : 1;
        var decoded = tiled ? Math.Min(pixels, (long)TileSide * TileSide) : pixels;
        return new PipelineMemory(
            Base + encoders,
            Base + denoiser + (batch * pixels * DenoisingBytesPerPixel / 2),
            Base + denoiser + vae + (decoded * DecodingBytesPerPixel)
        );
    }

    private static long Float32Bytes(ModelFolder folder, string name) =>
        folder.Weightfiles(name).Tensors.Values.Sum(tensor => tensor.Shape.Aggregate(1L, (a, b) => a * b))
        * sizeof(float);
}

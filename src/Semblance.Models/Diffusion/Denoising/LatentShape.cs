using Semblance.Models.Diffusion.Decoding;

namespace Semblance.Models.Diffusion.Denoising;

/// <summary>Sizes of the latents of one image; height and width count latents, each of which stands for several pixels.</summary>
internal readonly record struct LatentShape(int Channels, int Height, int Width)
{
    /// <summary>How many numbers they are.</summary>
    public int Length => Channels * Height * Width;

    public Planes Over(float[] values) => new(values, Channels, Height, Width);
}

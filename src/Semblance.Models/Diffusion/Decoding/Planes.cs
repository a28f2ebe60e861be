namespace Semblance.Models.Diffusion.Decoding;

/// <summary>Numbers over an area, such as the channels of latents or the colours of an image.</summary>
/// <param name="Values">[channels, height, width], row major.</param>
/// <param name="Channels">How many numbers there are at each place.</param>
/// <param name="Height">In latents or pixels.</param>
/// <param name="Width">In latents or pixels.</param>
internal readonly record struct Planes(float[] Values, int Channels, int Height, int Width)
{
    /// <summary>Planes of these sizes, all zeros.</summary>
    public static Planes Empty(int channels, int height, int width) =>
        new(new float[channels * height * width], channels, height, width);

    public Span<float> Row(int channel, int y) => Values.AsSpan(((channel * Height) + y) * Width, Width);
}

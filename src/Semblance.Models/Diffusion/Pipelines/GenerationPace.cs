namespace Semblance.Models.Diffusion.Pipelines;

/// <summary>How long the parts of one image took.</summary>
/// <param name="Encoding">Loading the text encoders and encoding one prompt.</param>
/// <param name="Loading">Loading the denoiser.</param>
/// <param name="Step">One denoising step.</param>
/// <param name="Decoding">Loading the autoencoder and decoding.</param>
/// <param name="Steps">Steps of an image.</param>
public sealed record GenerationPace(TimeSpan Encoding, TimeSpan Loading, TimeSpan Step, TimeSpan Decoding, int Steps)
{
    /// <summary>How long an image takes once everything is loaded.</summary>
    public TimeSpan Image => (Step * Steps) + Decoding;

    /// <summary>How long this many images take, the loading included.</summary>
    public TimeSpan For(int images) => images == 0 ? TimeSpan.Zero : Encoding + Loading + (Image * images);
}

namespace Semblance.Models.Diffusion.Pipelines;

/// <summary>How long the parts of one picture took.</summary>
/// <param name="Encoding">Loading the text encoders and encoding one prompt.</param>
/// <param name="Loading">Loading the denoiser.</param>
/// <param name="Step">One denoising step.</param>
/// <param name="Decoding">Loading the autoencoder and decoding.</param>
/// <param name="Steps">Steps of a picture.</param>
public sealed record GenerationPace(TimeSpan Encoding, TimeSpan Loading, TimeSpan Step, TimeSpan Decoding, int Steps)
{
    /// <summary>How long a picture takes once everything is loaded.</summary>
    public TimeSpan Picture => (Step * Steps) + Decoding;

    /// <summary>How long so many pictures take, the loading included.</summary>
    public TimeSpan For(int pictures) => pictures == 0 ? TimeSpan.Zero : Encoding + Loading + (Picture * pictures);
}

namespace Semblance.Models.Diffusion.Pipelines;

/// <summary>A denoising step that is done.</summary>
/// <param name="Request">The image.</param>
/// <param name="Step">1 for the first.</param>
/// <param name="Of">How many steps the image takes.</param>
public sealed record DenoisingStep(ImageRequest Request, int Step, int Of);

/// <summary>An image that could not be made, and why.</summary>
/// <param name="Request">What was asked for.</param>
/// <param name="Reason">One sentence.</param>
/// <param name="Pixels">As <see cref="PixelImage.Pixels"/>, where there are any.</param>
public sealed record FailedImage(ImageRequest Request, string Reason, byte[]? Pixels);

/// <summary>Receives what happens while images are made.</summary>
/// <param name="Steps">Of every denoising step.</param>
/// <param name="Failures">Gets every image that failed; the others are still made. Where this is null, the first failure ends the run.</param>
/// <param name="Warnings">Of what does not stop the run, such as the part of a prompt that was cut off; a sentence each.</param>
public sealed record DiffusionProgress(
    IProgress<DenoisingStep>? Steps = null,
    IProgress<FailedImage>? Failures = null,
    IProgress<string>? Warnings = null
);

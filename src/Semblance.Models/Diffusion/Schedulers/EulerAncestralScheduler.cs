using Semblance.Models.Diffusion.Noise;

namespace Semblance.Models.Diffusion.Schedulers;

/// <summary>
/// Euler's method that steps below the wanted noise and adds the difference as new noise from the image's generator, at
/// the last step too (where it is multiplied by 0); EulerAncestralDiscreteScheduler of diffusers, which has neither Karras
/// sigmas nor another last sigma.
/// </summary>
internal sealed class EulerAncestralScheduler(SchedulerConfig config, int steps, NoiseGenerator noise)
    : SigmaScheduler(
        config,
        SigmaGrid.Full(config with { Sigmas = SigmaSpacing.Timesteps, FinalSigmaIsSmallest = false }, steps)
    )
{
    public static SchedulerKind Kind { get; } =
        new(
            "EulerAncestralDiscreteScheduler",
            "Euler ancestral",
            static (config, steps, noise) => new EulerAncestralScheduler(config, steps, noise)
        )
        {
            Names = [new("euler-a", null, "keulera", "keulerancestral")],
            Keys = [.. SchedulerKeys.Spacing, "rescale_betas_zero_snr"],
        };

    /// <inheritdoc/>
    protected override void Move(ReadOnlySpan<float> prediction, Span<float> latents)
    {
        var (sigma, next) = (Sigmas[Index], Sigmas[Index + 1]);
        var (down, up) = AncestralStep.Of(sigma, next);
        var derivative = Derivative(prediction, latents);
        var fresh = noise.Next(latents.Length);
        for (var i = 0; i < latents.Length; i++)
        {
            latents[i] += (derivative[i] * (down - sigma)) + (fresh[i] * up);
        }
    }
}

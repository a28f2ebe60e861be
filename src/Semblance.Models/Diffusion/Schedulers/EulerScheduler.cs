namespace Semblance.Models.Diffusion.Schedulers;

/// <summary>
/// Euler's method along dx/dsigma = (x - x0) / sigma (Karras et al., 2022, algorithm 2 without churn);
/// EulerDiscreteScheduler of diffusers.
/// </summary>
internal class EulerScheduler(SchedulerConfig config, SigmaGrid grid) : SigmaScheduler(config, grid)
{
    public static SchedulerKind Kind { get; } =
        new(
            "EulerDiscreteScheduler",
            "Euler",
            static (config, steps, _) => new EulerScheduler(config, SigmaGrid.Full(config, steps))
        )
        {
            Names = [new("euler", null, "keuler")],
            Keys =
            [
                .. SchedulerKeys.Spreads,
                .. SchedulerKeys.Spacing,
                "interpolation_type",
                "timestep_type",
                "rescale_betas_zero_snr",
                "final_sigmas_type",
            ],
            TakesTimesteps = true,
        };

    /// <inheritdoc/>
    protected override void Move(ReadOnlySpan<float> prediction, Span<float> latents)
    {
        var derivative = Derivative(prediction, latents);
        var step = Sigmas[Index + 1] - Sigmas[Index];
        for (var i = 0; i < latents.Length; i++)
        {
            latents[i] += derivative[i] * step;
        }
    }
}

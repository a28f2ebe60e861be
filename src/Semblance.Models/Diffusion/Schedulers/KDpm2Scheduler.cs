namespace Semblance.Models.Diffusion.Schedulers;

/// <summary>
/// DPM-Solver-2 as k-diffusion has it: a step with the derivative at its middle, on the scale of ln(sigma) (Karras et al.,
/// 2022, algorithm 2 with DPM-Solver's middle); KDPM2DiscreteScheduler of diffusers.
/// </summary>
internal sealed class KDpm2Scheduler(SchedulerConfig config, SigmaGrid grid)
    : TwoStageScheduler(config, grid, Middles(config, grid))
{
    public static SchedulerKind Kind { get; } =
        new(
            "KDPM2DiscreteScheduler",
            "DPM2",
            static (config, steps, _) => new KDpm2Scheduler(config, SigmaGrid.Full(config, steps, rounded: true))
        )
        {
            Names = [new("dpm2", null, "kdpm2")],
            Keys = [.. SchedulerKeys.Spreads, .. SchedulerKeys.Spacing],
            Betas = (0.00085, 0.012, BetaSchedule.Linear),
        };

    /// <inheritdoc/>
    protected override void Finish(float[] derivative, Span<float> latents) =>
        Advance(latents, derivative, Sigmas[Index + 1] - Sigmas[Index - 1]);
}

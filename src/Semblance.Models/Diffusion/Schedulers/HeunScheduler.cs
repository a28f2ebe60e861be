namespace Semblance.Models.Diffusion.Schedulers;

/// <summary>
/// Heun's method: a step with the mean of the derivatives at both of its ends (Karras et al., 2022, algorithm 1);
/// HeunDiscreteScheduler of diffusers.
/// </summary>
internal sealed class HeunScheduler(SchedulerConfig config, SigmaGrid grid)
    : TwoStageScheduler(config, grid, new SigmaGrid(grid.Timesteps[1..], grid.Sigmas[1..^1]))
{
    private float[] _first = [];

    public static SchedulerKind Kind { get; } =
        new(
            "HeunDiscreteScheduler",
            "Heun",
            static (config, steps, _) => new HeunScheduler(config, SigmaGrid.Full(config, steps))
        )
        {
            Names = [new("heun", null, "kheun")],
            Keys = [.. SchedulerKeys.Spreads, .. SchedulerKeys.Spacing, .. SchedulerKeys.Clipping],
            TakesTimesteps = true,
            Betas = (0.00085, 0.012, BetaSchedule.Linear),
        };

    /// <inheritdoc/>
    protected override void Try(float[] derivative, Span<float> latents)
    {
        _first = derivative;
        base.Try(derivative, latents);
    }

    /// <inheritdoc/>
    protected override void Finish(float[] derivative, Span<float> latents)
    {
        float[] mean = [.. derivative.Zip(_first, (second, first) => (first + second) / 2)];
        Advance(latents, mean, Sigmas[Index + 1] - Sigmas[Index - 1]);
    }
}

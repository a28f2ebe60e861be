using Semblance.Models.Diffusion.Noise;

namespace Semblance.Models.Diffusion.Schedulers;

/// <summary>
/// As <see cref="KDpm2Scheduler"/>, but each step goes below the wanted noise and adds the difference as new noise from the
/// image's generator, the last one excepted; KDPM2AncestralDiscreteScheduler of diffusers. The middle between a sigma and
/// the lower one that is stepped to is the wanted one.
/// </summary>
internal sealed class KDpm2AncestralScheduler(SchedulerConfig config, SigmaGrid grid, NoiseGenerator noise)
    : TwoStageScheduler(config, grid, Trials(config, grid.Sigmas[1..^1]))
{
    public static SchedulerKind Kind { get; } =
        new(
            "KDPM2AncestralDiscreteScheduler",
            "DPM2 ancestral",
            static (config, steps, noise) =>
                new KDpm2AncestralScheduler(config, SigmaGrid.Full(config, steps, rounded: true), noise)
        )
        {
            Names = [new("dpm2-a", null, "dpm2ancestral", "kdpm2a", "kdpm2ancestral")],
            Keys = [.. SchedulerKeys.Spreads, .. SchedulerKeys.Spacing],
            Betas = (0.00085, 0.012, BetaSchedule.Linear),
        };

    /// <inheritdoc/>
    protected override void Finish(float[] derivative, Span<float> latents)
    {
        var sigma = Sigmas[Index - 1];
        var step = AncestralStep.Of(sigma, Sigmas[Index + 1]);
        Advance(latents, derivative, step.Down - sigma);
        var fresh = noise.Next(latents.Length);
        for (var i = 0; i < latents.Length; i++)
        {
            latents[i] += fresh[i] * step.Up;
        }
    }
}

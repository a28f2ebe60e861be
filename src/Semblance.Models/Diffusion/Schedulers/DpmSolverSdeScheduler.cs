using Semblance.Models.Diffusion.Noise;

namespace Semblance.Models.Diffusion.Schedulers;

/// <summary>
/// DPM-Solver++ of the second order along the stochastic equation, with a trial point in the middle (k-diffusion's
/// <c>sample_dpmpp_sde</c>; DPMSolverSDEScheduler of diffusers). Both stages see one path of a Brownian motion over sigma:
/// here it is drawn from the image's generator as the steps go on, in diffusers from a tree of its own, so the numbers
/// differ and the law does not.
/// </summary>
internal sealed class DpmSolverSdeScheduler(SchedulerConfig config, SigmaGrid grid, NoiseGenerator noise)
    : TwoStageScheduler(config, grid, Middles(config, grid))
{
    // The path from where the step began to the trial point.
    private float[] _path = [];

    public static SchedulerKind Kind { get; } =
        new(
            "DPMSolverSDEScheduler",
            "DPM++ SDE",
            static (config, steps, noise) =>
                new DpmSolverSdeScheduler(
                    config,
                    SigmaGrid.Falling(steps, count => SigmaGrid.Full(config.WithoutKarrasLimits(), count)),
                    noise
                )
        )
        {
            Names = [new("dpm++sde", null, "dpmppsde", "dpmppsdegpu", "kdpm++sde", "kdpmppsde")],
            Keys = [.. SchedulerKeys.Spreads, .. SchedulerKeys.Spacing, "noise_sampler_seed"],
            Betas = (0.00085, 0.012, BetaSchedule.Linear),
            Eta = 1,
        };

    /// <inheritdoc/>
    protected override void Try(float[] derivative, Span<float> latents)
    {
        var (sigma, next) = (Sigmas[Index], Sigmas[Index + 1]);
        if (next == 0)
        {
            base.Try(derivative, latents);
            return;
        }

        _path = Path(latents.Length, sigma - next);
        Go(derivative, Start, sigma, sigma, next, _path, latents);
    }

    /// <inheritdoc/>
    protected override void Finish(float[] derivative, Span<float> latents)
    {
        var (sigma, middle, next) = (Sigmas[Index - 1], Sigmas[Index], Sigmas[Index + 1]);
        var rest = Path(latents.Length, middle - next);
        Go(derivative, latents.ToArray(), middle, sigma, next, [.. _path.Zip(rest, (a, b) => a + b)], latents);
    }

    /// <summary>From the start of the step to a sigma, with the clean latent that was seen at another.</summary>
    private void Go(
        float[] derivative,
        float[] seen,
        float at,
        float sigma,
        float next,
        float[] path,
        Span<float> latents
    )
    {
        var step = AncestralStep.Of(sigma, next, (float)Eta);
        var ratio = step.Down / sigma;
        var ofPath = step.Up / MathF.Sqrt(sigma - next);
        for (var i = 0; i < latents.Length; i++)
        {
            var clean = seen[i] - (derivative[i] * at);
            latents[i] = (ratio * Start[i]) + ((1 - ratio) * clean) + (ofPath * path[i]);
        }
    }

    /// <summary>How far the Brownian motion goes over a stretch of sigma; nowhere where no noise is added.</summary>
    private float[] Path(int length, float stretch)
    {
        var path = Eta > 0 ? noise.Next(length) : new float[length];
        var deviation = MathF.Sqrt(stretch);
        return [.. path.Select(value => value * deviation)];
    }
}

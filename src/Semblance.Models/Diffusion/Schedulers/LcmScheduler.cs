using Semblance.Models.Diffusion.Noise;

namespace Semblance.Models.Diffusion.Schedulers;

/// <summary>
/// Multistep sampling of latent consistency models (Luo et al., 2023, algorithm 3): each step goes to the clean latent, and
/// back to the next noise with new noise from the image's generator, the last one excepted. LCMScheduler of diffusers.
/// </summary>
internal sealed class LcmScheduler(SchedulerConfig config, int steps, NoiseGenerator noise)
    : ConsistencyScheduler(config, steps, noise)
{
    // Of the paper's boundary condition.
    private const double SigmaData = 0.5;

    public static SchedulerKind Kind { get; } =
        new("LCMScheduler", "LCM", static (config, steps, noise) => new LcmScheduler(config, steps, noise))
        {
            Names = [new("lcm")],
            Keys = Keys,
            TakesTimesteps = true,
            Betas = (0.00085, 0.012, BetaSchedule.ScaledLinear),
        };

    /// <inheritdoc/>
    protected override void Move(ReadOnlySpan<float> prediction, Span<float> latents)
    {
        var signal = Signal(Timestep);
        var (ofLatent, ofPrediction) = CleanLatent.OfPreserving(
            Config.Prediction,
            Math.Sqrt(signal),
            Math.Sqrt(1 - signal)
        );
        var scaled = Timestep * Config.TimestepScaling;
        var variance = (scaled * scaled) + (SigmaData * SigmaData);
        var (skip, take) = (SigmaData * SigmaData / variance, scaled / Math.Sqrt(variance));
        var range = Config.Clip == true ? Config.ClipRange : double.PositiveInfinity;
        var fresh = IsLast ? [] : Draw(latents.Length);
        var next = IsLast ? 1 : Signal(NextTimestep);
        var (alpha, sigma) = (Math.Sqrt(next), Math.Sqrt(1 - next));
        for (var i = 0; i < latents.Length; i++)
        {
            var clean = Math.Clamp((ofLatent * latents[i]) + (ofPrediction * prediction[i]), -range, range);
            var denoised = (take * clean) + (skip * latents[i]);
            latents[i] = (float)(IsLast ? denoised : (alpha * denoised) + (sigma * fresh[i]));
        }
    }
}

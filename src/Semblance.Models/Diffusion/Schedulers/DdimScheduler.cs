namespace Semblance.Models.Diffusion.Schedulers;

/// <summary>Denoising diffusion implicit models (Song et al., 2020, equation 12 with sigma 0); DDIMScheduler of diffusers.</summary>
internal sealed class DdimScheduler(SchedulerConfig config, int steps)
    : SignalScheduler(config, steps, alphaToOne: true)
{
    public static SchedulerKind Kind { get; } =
        new("DDIMScheduler", "DDIM", static (config, steps, _) => new DdimScheduler(config, steps))
        {
            Names = [new("ddim")],
        };

    /// <inheritdoc/>
    protected override void Move(ReadOnlySpan<float> prediction, Span<float> latents)
    {
        var at = (int)Timesteps[Index];
        var (now, next) = (Signal(at), Signal(at - Stride));
        var (alpha, sigma) = (Math.Sqrt(now), Math.Sqrt(1 - now));
        var (nextAlpha, nextSigma) = (Math.Sqrt(next), Math.Sqrt(1 - next));
        var (ofLatent, ofPrediction) = CleanLatent.OfPreserving(Config.Prediction, alpha, sigma);
        for (var i = 0; i < latents.Length; i++)
        {
            double x = latents[i];
            var clean = (ofLatent * x) + (ofPrediction * prediction[i]);
            // From the prediction itself: clipping x0 leaves the noise as it was.
            var noise = Config.Prediction == PredictionType.Epsilon ? prediction[i] : (x - (alpha * clean)) / sigma;
            if (Config.ClipRange is { } range)
            {
                clean = Math.Clamp(clean, -range, range);
            }

            latents[i] = (float)((nextAlpha * clean) + (nextSigma * noise));
        }
    }
}

using Semblance.Models.Diffusion.Noise;

namespace Semblance.Models.Diffusion.Schedulers;

/// <summary>
/// Denoising diffusion implicit models (Song et al., 2020, equations 12 and 16: with eta above 0 each step adds noise from
/// the image's generator); DDIMScheduler of diffusers.
/// </summary>
internal sealed class DdimScheduler(SchedulerConfig config, int steps, NoiseGenerator noise)
    : SignalScheduler(config, steps, alphaToOne: true)
{
    public static SchedulerKind Kind { get; } =
        new("DDIMScheduler", "DDIM", static (config, steps, noise) => new DdimScheduler(config, steps, noise))
        {
            Names = [new("ddim")],
            Keys =
            [
                .. SchedulerKeys.Spacing,
                .. SchedulerKeys.Clipping,
                .. SchedulerKeys.Thresholds,
                "set_alpha_to_one",
                "rescale_betas_zero_snr",
            ],
            Eta = 0,
        };

    /// <inheritdoc/>
    protected override void Move(ReadOnlySpan<float> prediction, Span<float> latents)
    {
        var at = (int)Timesteps[Index];
        var (now, next) = (Signal(at), Signal(at - Stride));
        var (alpha, sigma) = (Math.Sqrt(now), Math.Sqrt(1 - now));
        var added = Eta * Math.Sqrt((1 - next) / (1 - now) * (1 - (now / next)));
        var (nextAlpha, nextSigma) = (Math.Sqrt(next), Math.Sqrt(1 - next - (added * added)));
        var fresh = Eta > 0 ? noise.Next(latents.Length) : [];
        var range = Config.Clip == false ? double.PositiveInfinity : Config.ClipRange;
        var (ofLatent, ofPrediction) = CleanLatent.OfPreserving(Config.Prediction, alpha, sigma);
        for (var i = 0; i < latents.Length; i++)
        {
            double x = latents[i];
            var clean = (ofLatent * x) + (ofPrediction * prediction[i]);
            // From the prediction itself: clipping x0 leaves the noise as it was.
            var told = Config.Prediction == PredictionType.Epsilon ? prediction[i] : (x - (alpha * clean)) / sigma;
            var moved = (nextAlpha * Math.Clamp(clean, -range, range)) + (nextSigma * told);
            latents[i] = (float)(fresh.Length > 0 ? moved + (added * fresh[i]) : moved);
        }
    }
}

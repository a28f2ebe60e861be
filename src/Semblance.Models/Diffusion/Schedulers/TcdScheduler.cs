using Semblance.Models.Diffusion.Noise;

namespace Semblance.Models.Diffusion.Schedulers;

/// <summary>
/// Strategic stochastic sampling of trajectory consistency distillation (Zheng et al., 2024, algorithm 4): each step goes
/// to a noise level between the clean latent and the next one, and from there to the next one with new noise from the
/// image's generator, the last one excepted. TCDScheduler of diffusers.
/// </summary>
internal sealed class TcdScheduler(SchedulerConfig config, int steps, NoiseGenerator noise)
    : ConsistencyScheduler(config, steps, noise)
{
    public static SchedulerKind Kind { get; } =
        new("TCDScheduler", "TCD", static (config, steps, noise) => new TcdScheduler(config, steps, noise))
        {
            Names = [new("tcd")],
            Keys = Keys,
            TakesTimesteps = true,
            Betas = (0.00085, 0.012, BetaSchedule.ScaledLinear),
            Eta = 0.3,
        };

    /// <inheritdoc/>
    protected override void Move(ReadOnlySpan<float> prediction, Span<float> latents)
    {
        var (now, next) = (Signal(Timestep), IsLast ? Signal(0) : Signal(NextTimestep));
        // In single precision, which decides about the floor.
        var between = Signal(IsLast ? 0 : (int)MathF.Floor((float)(1 - Eta) * NextTimestep));
        var (alpha, sigma) = (Math.Sqrt(now), Math.Sqrt(1 - now));
        var (ofLatent, ofPrediction) = CleanLatent.OfPreserving(Config.Prediction, alpha, sigma);
        var fresh = Eta > 0 && !IsLast ? Draw(latents.Length) : [];
        var (ofClean, ofNoise) = (Math.Sqrt(between), Math.Sqrt(1 - between));
        var (kept, added) = (Math.Sqrt(next / between), Math.Sqrt(1 - (next / between)));
        for (var i = 0; i < latents.Length; i++)
        {
            double x = latents[i];
            var clean = (ofLatent * x) + (ofPrediction * prediction[i]);
            var told = Config.Prediction == PredictionType.Epsilon ? prediction[i] : (x - (alpha * clean)) / sigma;
            var moved = (ofClean * clean) + (ofNoise * told);
            latents[i] = (float)(fresh.Length > 0 ? (kept * moved) + (added * fresh[i]) : moved);
        }
    }
}

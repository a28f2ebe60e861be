namespace Semblance.Models.Diffusion.Schedulers;

/// <summary>
/// Euler's method along dx/dsigma = (x - x0) / sigma (Karras et al., 2022, algorithm 2 without churn);
/// EulerDiscreteScheduler of diffusers.
/// </summary>
internal sealed class EulerScheduler(SchedulerConfig config, int steps)
    : SigmaScheduler(config, SigmaGrid.Euler(config, steps))
{
    public static SchedulerKind Kind { get; } =
        new("EulerDiscreteScheduler", "Euler", static (config, steps, _) => new EulerScheduler(config, steps))
        {
            Names = [new("euler", null, "keuler")],
            Karras = true,
        };

    /// <inheritdoc/>
    protected override void Move(ReadOnlySpan<float> prediction, Span<float> latents)
    {
        var (sigma, next) = (Sigmas[Index], Sigmas[Index + 1]);
        var (ofLatent, ofPrediction) = CleanLatent.OfExploding(Config.Prediction, sigma);
        for (var i = 0; i < latents.Length; i++)
        {
            var clean = (ofLatent * latents[i]) + (ofPrediction * prediction[i]);
            latents[i] += (latents[i] - clean) / sigma * (next - sigma);
        }
    }
}

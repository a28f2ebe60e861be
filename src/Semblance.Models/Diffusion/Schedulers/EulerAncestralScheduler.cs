using Semblance.Models.Diffusion.Noise;

namespace Semblance.Models.Diffusion.Schedulers;

/// <summary>
/// Euler's method that steps below the wanted noise and adds the difference as new noise from the image's generator, at
/// the last step too (where it is multiplied by 0); EulerAncestralDiscreteScheduler of diffusers, which has neither Karras
/// sigmas nor another last sigma.
/// </summary>
internal sealed class EulerAncestralScheduler(SchedulerConfig config, int steps, NoiseGenerator noise)
    : SigmaScheduler(config, SigmaGrid.Euler(config with { Karras = false, FinalSigmaIsSmallest = false }, steps))
{
    public static SchedulerKind Kind { get; } =
        new(
            "EulerAncestralDiscreteScheduler",
            "Euler ancestral",
            static (config, steps, noise) => new EulerAncestralScheduler(config, steps, noise)
        )
        {
            Names = [new("euler-a", null, "keulera", "keulerancestral")],
        };

    /// <inheritdoc/>
    protected override void Move(ReadOnlySpan<float> prediction, Span<float> latents)
    {
        var (sigma, next) = (Sigmas[Index], Sigmas[Index + 1]);
        var up = MathF.Sqrt(next * next * ((sigma * sigma) - (next * next)) / (sigma * sigma));
        var down = MathF.Sqrt((next * next) - (up * up));
        var (ofLatent, ofPrediction) = CleanLatent.OfExploding(Config.Prediction, sigma);
        var fresh = new float[latents.Length];
        noise.Fill(fresh);
        for (var i = 0; i < latents.Length; i++)
        {
            var clean = (ofLatent * latents[i]) + (ofPrediction * prediction[i]);
            latents[i] += ((latents[i] - clean) / sigma * (down - sigma)) + (fresh[i] * up);
        }
    }
}

using Semblance.Models.Diffusion.Noise;

namespace Semblance.Models.Diffusion.Schedulers;

/// <summary>
/// Euler's method that steps below the wanted noise and draws the difference anew from the image's generator, at the
/// last step too (where it is multiplied by 0); EulerAncestralDiscreteScheduler of diffusers.
/// </summary>
internal sealed class EulerAncestralScheduler : IScheduler
{
    private readonly SigmaGrid _grid;
    private readonly PredictionType _prediction;
    private readonly NoiseGenerator _noise;
    private int _step;

    public EulerAncestralScheduler(SchedulerConfig config, int steps, NoiseGenerator noise)
    {
        _prediction = config.Prediction;
        _noise = noise;
        // The reference has neither Karras sigmas nor another last sigma here.
        _grid = SigmaGrid.Euler(config with { FinalSigmaIsSmallest = false }, steps, karras: false);
        InitialNoiseSigma = EulerScheduler.InitialSigma(config, _grid);
    }

    /// <inheritdoc/>
    public IReadOnlyList<float> Timesteps => _grid.Timesteps;

    /// <inheritdoc/>
    public IReadOnlyList<float> Sigmas => _grid.Sigmas;

    /// <inheritdoc/>
    public float InitialNoiseSigma { get; }

    /// <inheritdoc/>
    public void ScaleInput(ReadOnlySpan<float> latents, Span<float> scaled) =>
        EulerScheduler.Scale(latents, scaled, _grid.Sigmas[_step]);

    /// <inheritdoc/>
    public void Step(ReadOnlySpan<float> prediction, Span<float> latents)
    {
        var (sigma, next) = (_grid.Sigmas[_step], _grid.Sigmas[_step + 1]);
        var up = MathF.Sqrt(next * next * ((sigma * sigma) - (next * next)) / (sigma * sigma));
        var down = MathF.Sqrt((next * next) - (up * up));
        var (ofLatent, ofPrediction) = CleanLatent.OfExploding(_prediction, sigma);
        var fresh = new float[latents.Length];
        _noise.Fill(fresh);
        for (var i = 0; i < latents.Length; i++)
        {
            var clean = (ofLatent * latents[i]) + (ofPrediction * prediction[i]);
            latents[i] += ((latents[i] - clean) / sigma * (down - sigma)) + (fresh[i] * up);
        }
        _step++;
    }
}

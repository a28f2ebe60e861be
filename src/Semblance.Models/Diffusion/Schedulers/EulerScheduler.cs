namespace Semblance.Models.Diffusion.Schedulers;

/// <summary>
/// Euler's method along dx/dsigma = (x - x0) / sigma (Karras et al., 2022, algorithm 2 without churn);
/// EulerDiscreteScheduler of diffusers.
/// </summary>
internal sealed class EulerScheduler : IScheduler
{
    private readonly SigmaGrid _grid;
    private readonly PredictionType _prediction;
    private int _step;

    public EulerScheduler(SchedulerConfig config, int steps)
    {
        _prediction = config.Prediction;
        _grid = SigmaGrid.Euler(config, steps, config.Karras);
        InitialNoiseSigma = InitialSigma(config, _grid);
    }

    /// <inheritdoc/>
    public IReadOnlyList<float> Timesteps => _grid.Timesteps;

    /// <inheritdoc/>
    public IReadOnlyList<float> Sigmas => _grid.Sigmas;

    /// <inheritdoc/>
    public float InitialNoiseSigma { get; }

    /// <inheritdoc/>
    public void ScaleInput(ReadOnlySpan<float> latents, Span<float> scaled) =>
        Scale(latents, scaled, _grid.Sigmas[_step]);

    /// <inheritdoc/>
    public void Step(ReadOnlySpan<float> prediction, Span<float> latents)
    {
        var (sigma, next) = (_grid.Sigmas[_step], _grid.Sigmas[_step + 1]);
        var (ofLatent, ofPrediction) = CleanLatent.OfExploding(_prediction, sigma);
        for (var i = 0; i < latents.Length; i++)
        {
            var clean = (ofLatent * latents[i]) + (ofPrediction * prediction[i]);
            latents[i] += (latents[i] - clean) / sigma * (next - sigma);
        }
        _step++;
    }

    /// <summary>The network sees latents of unit variance: x / sqrt(sigma^2 + 1).</summary>
    internal static void Scale(ReadOnlySpan<float> latents, Span<float> scaled, float sigma)
    {
        var root = MathF.Sqrt((sigma * sigma) + 1f);
        for (var i = 0; i < latents.Length; i++)
        {
            scaled[i] = latents[i] / root;
        }
    }

    /// <summary>The largest sigma; for leading spacing, where signal is left at the start, sqrt(sigma^2 + 1).</summary>
    internal static float InitialSigma(SchedulerConfig config, SigmaGrid grid)
    {
        var largest = grid.Sigmas.Max();
        return config.SpacingOr(TimestepSpacing.Linspace) == TimestepSpacing.Leading
            ? MathF.Sqrt((largest * largest) + 1f)
            : largest;
    }
}

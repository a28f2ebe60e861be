namespace Semblance.Models.Diffusion.Schedulers;

/// <summary>Denoising diffusion implicit models (Song et al., 2020, equation 12 with sigma 0); DDIMScheduler of diffusers.</summary>
internal sealed class DdimScheduler : IScheduler
{
    private readonly SchedulerConfig _config;
    private readonly float[] _signal;
    private readonly float[] _timesteps;
    private readonly float _finalSignal;
    private int _step;

    public DdimScheduler(SchedulerConfig config, int steps)
    {
        _config = config;
        _signal = NoiseLevels.Of(config).AlphasCumprod;
        _timesteps = TimestepGrid.Whole(config, steps);
        if (_timesteps[0] >= _signal.Length)
        {
            throw new UsageException(
                $"{steps} steps with a steps_offset of {config.StepsOffset} go past the {_signal.Length} noise levels of "
                    + "the model; ask for fewer steps."
            );
        }
        _finalSignal = config.AlphaToOne ? 1f : _signal[0];
        Sigmas = [.. _timesteps.Select(t => Sigma(_signal[(int)t])), Sigma(_finalSignal)];
    }

    /// <inheritdoc/>
    public IReadOnlyList<float> Timesteps => _timesteps;

    /// <inheritdoc/>
    public IReadOnlyList<float> Sigmas { get; }

    /// <inheritdoc/>
    public float InitialNoiseSigma => 1f;

    /// <inheritdoc/>
    public void ScaleInput(ReadOnlySpan<float> latents, Span<float> scaled) => latents.CopyTo(scaled);

    /// <inheritdoc/>
    public void Step(ReadOnlySpan<float> prediction, Span<float> latents)
    {
        var at = (int)_timesteps[_step];
        var before = at - (_config.TrainingSteps / _timesteps.Length);
        var (now, next) = (_signal[at], before >= 0 ? _signal[before] : _finalSignal);
        var (alpha, sigma) = (Math.Sqrt(now), Math.Sqrt(1.0 - now));
        var (nextAlpha, nextSigma) = (Math.Sqrt(next), Math.Sqrt(1.0 - next));
        var (ofLatent, ofPrediction) = CleanLatent.OfPreserving(_config.Prediction, alpha, sigma);
        for (var i = 0; i < latents.Length; i++)
        {
            double x = latents[i];
            var clean = (ofLatent * x) + (ofPrediction * prediction[i]);
            // From the prediction itself: clipping x0 leaves the noise as it was.
            var noise = _config.Prediction == PredictionType.Epsilon ? prediction[i] : (x - (alpha * clean)) / sigma;
            if (_config.ClipRange is { } range)
            {
                clean = Math.Clamp(clean, -range, range);
            }
            latents[i] = (float)((nextAlpha * clean) + (nextSigma * noise));
        }
        _step++;
    }

    private static float Sigma(float signal) => MathF.Sqrt((1f - signal) / signal);
}

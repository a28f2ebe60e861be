namespace Semblance.Models.Diffusion.Schedulers;

/// <summary>
/// A scheduler that keeps latents of unit variance and visits whole training steps, equally far apart, by the share of
/// signal that is left at them (alphas_cumprod).
/// </summary>
internal abstract class SignalScheduler : Scheduler
{
    private readonly float[] _signal;
    private readonly float _final;

    /// <summary>Lays out timesteps and noise levels.</summary>
    /// <param name="config">The model's configuration.</param>
    /// <param name="steps">Of the image.</param>
    /// <param name="alphaToOne">Whether no noise is left after the last step, where the configuration does not say.</param>
    /// <param name="visit">From one timestep per step to those at which the network is asked; null for the same.</param>
    /// <exception cref="UsageException">This many steps go past the trained ones.</exception>
    protected SignalScheduler(SchedulerConfig config, int steps, bool alphaToOne, Func<float[], float[]>? visit = null)
        : base(config)
    {
        _signal = NoiseLevels.Of(config).AlphasCumprod;
        _final = config.AlphaToOne ?? alphaToOne ? 1f : _signal[0];
        Stride = config.TrainingSteps / steps;
        var grid = TimestepGrid.Full(config, steps, TimestepSpacing.Leading, whole: true);
        if (grid[0] >= _signal.Length)
        {
            throw new UsageException(
                $"{steps} steps with a steps_offset of {config.StepsOffset} go past the {_signal.Length} noise levels of the model; ask for fewer steps."
            );
        }

        RefuseNoSignal(config, _signal[(int)grid[0]]);
        Timesteps = visit?.Invoke(grid) ?? grid;
        Sigmas = [.. Timesteps.Select(t => NoiseLevels.Sigma(_signal[(int)t])), NoiseLevels.Sigma(_final)];
    }

    /// <summary>Refuses a network that predicts the noise of latents that are noise alone: it says nothing of the image.</summary>
    /// <exception cref="InputException">No signal is left, and the prediction is of the noise.</exception>
    internal static void RefuseNoSignal(SchedulerConfig config, float signal)
    {
        if (signal <= 0 && config.Prediction == PredictionType.Epsilon)
        {
            throw new InputException(
                "The scheduler's rescale_betas_zero_snr does not go with prediction_type epsilon: the first step starts without signal; such models have v_prediction."
            );
        }
    }

    /// <summary>From one step to the next, in training steps.</summary>
    protected int Stride { get; }

    /// <summary>The share of signal at a training step; after the last step, which a negative one stands for, the final one.</summary>
    protected double Signal(int timestep) => timestep >= 0 ? _signal[timestep] : _final;
}

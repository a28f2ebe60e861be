using Semblance.Models.Diffusion.Noise;

namespace Semblance.Models.Diffusion.Schedulers;

/// <summary>
/// A scheduler for networks that were distilled to few steps: it visits some of the training steps that the distillation
/// visited, and between them goes back to noise.
/// </summary>
internal abstract class ConsistencyScheduler : Scheduler
{
    private readonly float[] _signal;
    private readonly NoiseGenerator _noise;

    /// <summary>Lays out the timesteps, those of the user or some of the distillation.</summary>
    /// <exception cref="UsageException">There are more steps than the distillation had.</exception>
    protected ConsistencyScheduler(SchedulerConfig config, int steps, NoiseGenerator noise)
        : base(config)
    {
        (_signal, _noise) = (NoiseLevels.Of(config).AlphasCumprod, noise);
        var visited = config.Visited is { } given ? [.. given] : Evenly(Distilled(config), steps);
        Timesteps = [.. visited.Select(t => (float)t)];
        Sigmas = [.. visited.Select(t => NoiseLevels.Sigma(_signal[t])), 0f];
        SignalScheduler.RefuseNoSignal(config, _signal[visited[0]]);
    }

    protected static IReadOnlyList<string> Keys { get; } =
    [
        // diffusers' classes have a timestep_spacing and a steps_offset too, and use neither.
        .. SchedulerKeys.Clipping,
        .. SchedulerKeys.Thresholds,
        "original_inference_steps",
        "set_alpha_to_one",
        "timestep_scaling",
        "rescale_betas_zero_snr",
    ];

    protected bool IsLast => Index == Timesteps.Count - 1;

    /// <summary>The training step of this step.</summary>
    protected int Timestep => (int)Timesteps[Index];

    /// <summary>The training step of the next one.</summary>
    protected int NextTimestep => (int)Timesteps[Index + 1];

    /// <summary>The share of signal at a training step.</summary>
    protected double Signal(int timestep) => _signal[timestep];

    /// <summary>The next draw of the image's generator.</summary>
    protected float[] Draw(int length) => _noise.Next(length);

    /// <summary>The training steps that the distillation visited, falling.</summary>
    private static int[] Distilled(SchedulerConfig config)
    {
        if (config.OriginalSteps is not { } original)
        {
            return [.. Enumerable.Range(0, config.TrainingSteps).Reverse()];
        }

        var stride = config.TrainingSteps / original;
        return [.. Enumerable.Range(1, original).Reverse().Select(i => (i * stride) - 1)];
    }

    private static int[] Evenly(int[] distilled, int steps) =>
        steps <= distilled.Length
            ?
            [
                .. Enumerable
                    .Range(0, steps)
                    .Select(i => distilled[(int)Math.Floor(i * ((double)distilled.Length / steps))]),
            ]
            : throw new UsageException(
                $"{steps} steps cannot be made: the model was distilled with {distilled.Length}; ask for as many or fewer."
            );
}

namespace Semblance.Models.Diffusion.Schedulers;

/// <summary>
/// Takes one image from noise to a clean latent. It has state: one object serves one image once, first step to last. A
/// pipeline starts from normal noise times <see cref="InitialNoiseSigma"/> and, for every timestep in turn, scales the
/// latents, has the network predict, and steps.
/// </summary>
/// <param name="config">The model's configuration.</param>
internal abstract class Scheduler(SchedulerConfig config)
{
    /// <summary>The timestep that the network gets at each step, in [0, training steps), not always whole; falling, but for repeats.</summary>
    public IReadOnlyList<float> Timesteps { get; protected init; } = [];

    /// <summary>Noise per signal, sqrt(1 - a) / sqrt(a), before each step, and last what is left after all of them.</summary>
    public IReadOnlyList<float> Sigmas { get; protected init; } = [];

    /// <summary>Standard deviation of the first latents.</summary>
    public float InitialNoiseSigma { get; protected init; } = 1f;

    protected SchedulerConfig Config => config;

    /// <summary>How much of the noise that a step may add is added.</summary>
    protected double Eta => config.Eta ?? config.Kind.Eta ?? 0;

    /// <summary>Index of the step that comes next, from 0.</summary>
    protected int Index { get; private set; }

    /// <summary>Writes the latents as the network wants to see them at this step.</summary>
    /// <param name="latents">Those of this step.</param>
    /// <param name="scaled">As long; may be the same memory.</param>
    public virtual void ScaleInput(ReadOnlySpan<float> latents, Span<float> scaled) => latents.CopyTo(scaled);

    /// <summary>Moves the latents one step on, in place.</summary>
    /// <param name="prediction">What the network said (guidance already applied), as long as <paramref name="latents"/>.</param>
    /// <param name="latents">Those of this step in, those of the next one out.</param>
    public void Step(ReadOnlySpan<float> prediction, Span<float> latents)
    {
        Move(prediction, latents);
        Index++;
    }

    /// <summary>Makes the step of <see cref="Index"/>.</summary>
    protected abstract void Move(ReadOnlySpan<float> prediction, Span<float> latents);
}

namespace Semblance.Models.Diffusion.Schedulers;

/// <summary>
/// The way of one image from noise to a clean latent. It has state: one object serves one image once, first step to
/// last. A pipeline starts from normal noise times <see cref="InitialNoiseSigma"/> and, for every timestep in turn,
/// scales the latents, has the network predict, and steps.
/// </summary>
internal interface IScheduler
{
    /// <summary>What the network is told at each step; falling, in [0, training steps), not always whole.</summary>
    IReadOnlyList<float> Timesteps { get; }

    /// <summary>Noise per signal, sqrt(1 - a) / sqrt(a), before each step, and last what is left after all of them.</summary>
    IReadOnlyList<float> Sigmas { get; }

    /// <summary>Standard deviation of the first latents.</summary>
    float InitialNoiseSigma { get; }

    /// <summary>Writes the latents as the network wants to see them at the present step.</summary>
    /// <param name="latents">The present latents.</param>
    /// <param name="scaled">As long; may be the same memory.</param>
    void ScaleInput(ReadOnlySpan<float> latents, Span<float> scaled);

    /// <summary>Moves the latents one step on, in place.</summary>
    /// <param name="prediction">What the network said (guidance already applied), as long as <paramref name="latents"/>.</param>
    /// <param name="latents">Present latents in, next ones out.</param>
    void Step(ReadOnlySpan<float> prediction, Span<float> latents);
}

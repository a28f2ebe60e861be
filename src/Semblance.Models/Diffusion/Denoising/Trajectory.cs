using Semblance.Models.Diffusion.Noise;
using Semblance.Models.Diffusion.Schedulers;

namespace Semblance.Models.Diffusion.Denoising;

/// <summary>The way of one picture's latents from noise to the end.</summary>
internal static class Trajectory
{
    /// <summary>
    /// Walks it. Each picture draws its own noise and has its own scheduler, so it does not depend on what is made beside
    /// it.
    /// </summary>
    /// <param name="denoiser">The network.</param>
    /// <param name="prompt">The texts.</param>
    /// <param name="shape">Of the latents.</param>
    /// <param name="scheduler">Of the model or of the user's choice.</param>
    /// <param name="steps">At least 1.</param>
    /// <param name="kind">Whose random numbers.</param>
    /// <param name="seed">Of the picture.</param>
    /// <returns>The latents after every step, always in the same memory.</returns>
    public static IEnumerable<float[]> Walk(
        IDenoiser denoiser,
        PromptPair prompt,
        LatentShape shape,
        SchedulerConfig scheduler,
        int steps,
        NoiseKind kind,
        long seed
    )
    {
        var noise = NoiseGenerator.Create(kind, seed);
        var latents = new float[shape.Length];
        noise.Fill(latents);
        var path = scheduler.Create(steps, noise);
        foreach (ref var value in latents.AsSpan())
        {
            value *= path.InitialNoiseSigma;
        }
        var (scaled, prediction) = (new float[shape.Length], new float[shape.Length]);
        foreach (var timestep in path.Timesteps)
        {
            path.ScaleInput(latents, scaled);
            denoiser.Predict(scaled, timestep, prompt, prediction);
            path.Step(prediction, latents);
            yield return latents;
        }
    }
}

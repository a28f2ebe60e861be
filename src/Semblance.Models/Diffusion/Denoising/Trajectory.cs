using Semblance.Models.Diffusion.Noise;
using Semblance.Models.Diffusion.Schedulers;

namespace Semblance.Models.Diffusion.Denoising;

/// <summary>Writes what a network says of scaled latents at a timestep; all as long.</summary>
internal delegate void Prediction(ReadOnlySpan<float> latents, float timestep, Span<float> prediction);

/// <summary>How the latents of one image get from noise to the end.</summary>
internal static class Trajectory
{
    /// <summary>
    /// Walks it. Each image draws its own noise and has its own scheduler, so it does not depend on what is made beside
    /// it.
    /// </summary>
    /// <param name="predict">Asks the network.</param>
    /// <param name="length">How many latents.</param>
    /// <param name="scheduler">Of the model or of the user's choice.</param>
    /// <param name="steps">At least 1.</param>
    /// <param name="kind">Whose random numbers.</param>
    /// <param name="seed">Of the image.</param>
    /// <returns>The latents after every step, always in the same memory.</returns>
    public static IEnumerable<float[]> Walk(
        Prediction predict,
        int length,
        SchedulerConfig scheduler,
        int steps,
        NoiseKind kind,
        long seed
    )
    {
        var noise = NoiseGenerator.Create(kind, seed);
        var latents = new float[length];
        noise.Fill(latents);
        var path = scheduler.Create(steps, noise);
        foreach (ref var value in latents.AsSpan())
        {
            value *= path.InitialNoiseSigma;
        }

        var (scaled, prediction) = (new float[length], new float[length]);
        foreach (var timestep in path.Timesteps)
        {
            path.ScaleInput(latents, scaled);
            predict(scaled, timestep, prediction);
            path.Step(prediction, latents);
            yield return latents;
        }
    }
}

using Semblance.Models.Diffusion.Noise;
using Semblance.Models.Diffusion.Schedulers;

namespace Semblance.Models.Diffusion.Denoising;

/// <summary>Writes what a network says of scaled latents at a timestep; all as long.</summary>
internal delegate void Prediction(ReadOnlySpan<float> latents, float timestep, Span<float> prediction);

/// <summary>How the latents of one image get from noise to the end.</summary>
internal static class Trajectory
{
    /// <summary>Walks it for one image.</summary>
    public static IEnumerable<float[]> Walk(
        Prediction predict,
        int length,
        SchedulerConfig scheduler,
        int steps,
        NoiseKind kind,
        long seed
    ) => Walk(predict, length, scheduler, steps, kind, [seed]);

    /// <summary>
    /// Walks it for several images in step. Each image draws its own noise and has its own scheduler, so it depends on what is
    /// made beside it only by the network's last bits.
    /// </summary>
    /// <param name="predict">Asks the network.</param>
    /// <param name="length">How many latents an image has.</param>
    /// <param name="scheduler">Of the model or of the user's choice.</param>
    /// <param name="steps">At least 1.</param>
    /// <param name="kind">Whose random numbers.</param>
    /// <param name="seeds">Of the images.</param>
    /// <returns>The latents of all images after every step, always in the same memory.</returns>
    public static IEnumerable<float[]> Walk(
        Prediction predict,
        int length,
        SchedulerConfig scheduler,
        int steps,
        NoiseKind kind,
        IReadOnlyList<long> seeds
    )
    {
        var latents = new float[seeds.Count * length];
        Scheduler[] paths = [.. seeds.Select((seed, i) => Begin(seed, latents.AsSpan(i * length, length)))];
        var (scaled, prediction) = (new float[latents.Length], new float[latents.Length]);
        foreach (var timestep in paths[0].Timesteps)
        {
            for (var i = 0; i < paths.Length; i++)
            {
                paths[i].ScaleInput(latents.AsSpan(i * length, length), scaled.AsSpan(i * length, length));
            }

            predict(scaled, timestep, prediction);
            for (var i = 0; i < paths.Length; i++)
            {
                paths[i].Step(prediction.AsSpan(i * length, length), latents.AsSpan(i * length, length));
            }

            yield return latents;
        }

        Scheduler Begin(long seed, Span<float> start)
        {
            var noise = NoiseGenerator.Create(kind, seed);
            noise.Fill(start);
            var path = scheduler.Create(steps, noise);
            foreach (ref var value in start)
            {
                value *= path.InitialNoiseSigma;
            }

            return path;
        }
    }
}

using Semblance.Models.Diffusion.Noise;

namespace Semblance.Models.Diffusion.Pipelines;

/// <summary>What can be wrong with requests.</summary>
internal static class ImageRequests
{
    /// <summary>Checks that no two images would be the same.</summary>
    /// <exception cref="UsageException">A seed is negative, comes twice for a prompt, or gives the noise of another one.</exception>
    public static void Check(IReadOnlyList<ImageRequest> requests, NoiseKind noise)
    {
        var seen = new Dictionary<(string, int, int, long), long>();
        foreach (var request in requests)
        {
            if (request.Seed < 0)
            {
                throw new UsageException($"The seed {request.Seed} is negative; seeds are whole numbers from 0 on.");
            }
            // torch's CPU generator uses the low 32 bits only.
            var stream = noise == NoiseKind.Cpu ? request.Seed & uint.MaxValue : request.Seed;
            var key = (request.Prompt, request.Width, request.Height, stream);
            if (seen.TryGetValue(key, out var other))
            {
                throw new UsageException(
                    other == request.Seed
                        ? $"The prompt \"{request.Prompt}\" has the seed {request.Seed} twice."
                        : $"The seeds {other} and {request.Seed} would give the same image: CPU noise is equal for seeds that are equal modulo 2^32. Choose another seed."
                );
            }

            seen.Add(key, request.Seed);
        }
    }
}

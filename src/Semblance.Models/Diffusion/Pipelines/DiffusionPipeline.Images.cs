using System.Runtime.CompilerServices;
using Semblance.Models.Diffusion.Decoding;
using Semblance.Models.Diffusion.Denoising;
using Semblance.Models.Diffusion.Texts;

namespace Semblance.Models.Diffusion.Pipelines;

public abstract partial class DiffusionPipeline
{
    /// <inheritdoc/>
    /// <exception cref="UsageException">An image cannot be made, or two would be the same.</exception>
    public IAsyncEnumerable<GeneratedImage> GenerateAsync(
        IReadOnlyList<ImageRequest> requests,
        CancellationToken cancellationToken = default
    ) => GenerateAsync(requests, static _ => true, cancellationToken);

    /// <inheritdoc/>
    /// <exception cref="UsageException">An image cannot be made, or two would be the same.</exception>
    public IAsyncEnumerable<GeneratedImage> GenerateAsync(
        IReadOnlyList<ImageRequest> requests,
        Func<ImageRequest, bool> isWanted,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(isWanted);
        Check(requests);
        return MakeAll(requests, isWanted, cancellationToken);
    }

    private async IAsyncEnumerable<GeneratedImage> MakeAll(
        IReadOnlyList<ImageRequest> requests,
        Func<ImageRequest, bool> isWanted,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        if (requests.Count == 0)
        {
            yield break;
        }

        var watch = Watch;
        string[] texts = [.. requests.Select(request => request.Prompt).Distinct()];
        foreach (var (height, width) in requests.Select(request => (request.Height, request.Width)).Distinct())
        {
            await Task.Run(() => Rehearse(texts, height, width), cancellationToken);
        }

        var prompts = await Task.Run(() => EncodePrompts(texts, cancellationToken), cancellationToken);
        using var decoder = OpenDecoder();
        foreach (var group in requests.GroupBy(request => (request.Height, request.Width)))
        {
            var (height, width) = group.Key;
            using var denoiser = OpenDenoiser(height, width);
            foreach (var request in group)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (!isWanted(request))
                {
                    continue;
                }

                var outcome = await Task.Run(
                    () => Make(request, prompts[request.Prompt], denoiser, decoder, cancellationToken),
                    cancellationToken
                );
                watch.Check();
                if (outcome.Failure is { } failure)
                {
                    var listener = Progress.Failures ?? throw new InputException(failure.Reason);
                    listener.Report(failure);
                    continue;
                }

                yield return new GeneratedImage(
                    request,
                    new PixelImage(request.Width, request.Height, outcome.Pixels!)
                );
            }
        }
    }

    private (byte[]? Pixels, FailedImage? Failure) Make(
        ImageRequest request,
        PromptPair prompt,
        Denoiser denoiser,
        LatentDecoder decoder,
        CancellationToken cancellationToken
    )
    {
        var (step, latents) = (0, Array.Empty<float>());
        cancellationToken.ThrowIfCancellationRequested();
        foreach (var next in Walk(denoiser, prompt, request))
        {
            (step, latents) = (step + 1, next);
            if (!Array.TrueForAll(latents, float.IsFinite))
            {
                return Failed($"the latents are not numbers (NaN) after step {step} of {Predictions}");
            }

            Progress.Steps?.Report(new DenoisingStep(request, step, Predictions));
            cancellationToken.ThrowIfCancellationRequested();
        }

        var decoded = decoder.Decode(LatentsOf(request.Height, request.Width).Over(latents));
        if (!Array.TrueForAll(decoded.Values, float.IsFinite))
        {
            return Failed("the autoencoder gave values that are not numbers (NaN)");
        }

        var pixels = Finish(decoded, request);
        return pixels.AsSpan().ContainsAnyExcept((byte)0) ? (pixels, null) : Failed("the image is all black", pixels);

        (byte[]?, FailedImage?) Failed(string what, byte[]? made = null) =>
            (
                null,
                new FailedImage(request, $"{Model}, prompt \"{request.Prompt}\", seed {request.Seed}: {what}.", made)
            );
    }
}

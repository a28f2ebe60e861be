using System.Runtime.CompilerServices;
using Semblance.Models.Devices;
using Semblance.Models.Diffusion.Decoding;
using Semblance.Models.Diffusion.Denoising;
using Semblance.Models.Diffusion.Texts;

namespace Semblance.Models.Diffusion.Pipelines;

public abstract partial class DiffusionPipeline
{
    private readonly Lock _reporting = new();

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

        var prompts = await Task.Run(
            () => OnDevice(Settings.Device, requests[0], () => EncodePrompts(texts, cancellationToken)),
            cancellationToken
        );
        Worker[] workers = [.. Settings.Devices.Select(device => new Worker(device, OpenDecoder(device)))];
        try
        {
            foreach (var group in requests.GroupBy(request => (request.Height, request.Width)))
            {
                foreach (var worker in workers)
                {
                    worker.Open(OpenDenoiser(group.Key.Height, group.Key.Width, worker.Device));
                }

                var turns = Turns(group, isWanted);
                await foreach (var made in WorkQueue.RunAsync(workers, turns, Make, cancellationToken))
                {
                    watch.Check();
                    foreach (var (request, pixels, failure) in made)
                    {
                        if (failure is not null)
                        {
                            var listener = Progress.Failures ?? throw new InputException(failure.Reason);
                            listener.Report(failure);
                            continue;
                        }

                        yield return new GeneratedImage(
                            request,
                            new PixelImage(request.Width, request.Height, pixels!)
                        );
                    }
                }
            }
        }
        finally
        {
            foreach (var worker in workers)
            {
                worker.Dispose();
            }
        }

        IReadOnlyList<MadeImage> Make(Worker worker, IReadOnlyList<ImageRequest> turn, CancellationToken stop) =>
            OnDevice(
                worker.Device,
                turn[0],
                () => MakeTogether(turn, prompts[turn[0].Prompt], worker.Denoiser, worker.Decoder, stop)
            );
    }

    /// <summary>What is made at a time: seeds of one prompt, as many as a batch takes; each is asked for right before.</summary>
    private IEnumerable<IReadOnlyList<ImageRequest>> Turns(
        IEnumerable<ImageRequest> requests,
        Func<ImageRequest, bool> isWanted
    )
    {
        List<ImageRequest> turn = [];
        foreach (var request in requests)
        {
            if (turn.Count > 0 && turn[0].Prompt != request.Prompt)
            {
                yield return turn;
                turn = [];
            }

            if (isWanted(request))
            {
                turn.Add(request);
            }

            if (turn.Count == Settings.Batch)
            {
                yield return turn;
                turn = [];
            }
        }

        if (turn.Count > 0)
        {
            yield return turn;
        }
    }

    private IReadOnlyList<MadeImage> MakeTogether(
        IReadOnlyList<ImageRequest> requests,
        PromptPair prompt,
        Denoiser denoiser,
        LatentDecoder decoder,
        CancellationToken cancellationToken
    )
    {
        var (step, all) = (0, Array.Empty<float>());
        var length = LatentsOf(requests[0].Height, requests[0].Width).Length;
        var failed = new FailedImage?[requests.Count];
        cancellationToken.ThrowIfCancellationRequested();
        foreach (var next in Walk(denoiser, prompt, requests))
        {
            (step, all) = (step + 1, next);
            for (var i = 0; i < requests.Count; i++)
            {
                if (failed[i] is null && !IsFinite(all.AsSpan(i * length, length)))
                {
                    failed[i] = Failed(
                        requests[i],
                        $"the latents are not numbers (NaN) after step {step} of {Predictions}"
                    );
                }
            }

            if (Array.TrueForAll(failed, one => one is not null))
            {
                break;
            }

            Report([.. requests.Where((_, i) => failed[i] is null)], step);
            cancellationToken.ThrowIfCancellationRequested();
        }

        return
        [
            .. requests.Select(
                (request, i) =>
                    failed[i] is { } failure
                        ? new MadeImage(request, null, failure)
                        : Decoded(request, all.AsSpan(i * length, length).ToArray(), decoder)
            ),
        ];
    }

    private MadeImage Decoded(ImageRequest request, float[] latents, LatentDecoder decoder)
    {
        var decoded = decoder.Decode(LatentsOf(request.Height, request.Width).Over(latents));
        if (!IsFinite(decoded.Values))
        {
            return new MadeImage(
                request,
                null,
                Failed(request, "the autoencoder gave values that are not numbers (NaN)")
            );
        }

        var pixels = Finish(decoded, request);
        return pixels.AsSpan().ContainsAnyExcept((byte)0)
            ? new MadeImage(request, pixels, null)
            : new MadeImage(request, null, Failed(request, "the image is all black", pixels));
    }

    private FailedImage Failed(ImageRequest request, string what, byte[]? made = null) =>
        new(request, $"{Model}, prompt \"{request.Prompt}\", seed {request.Seed}: {what}.", made);

    private static bool IsFinite(ReadOnlySpan<float> values)
    {
        foreach (var value in values)
        {
            if (!float.IsFinite(value))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Listeners hear one thing at a time, however many devices there are.</summary>
    private void Report(IReadOnlyList<ImageRequest> requests, int step)
    {
        lock (_reporting)
        {
            foreach (var request in requests)
            {
                Progress.Steps?.Report(new DenoisingStep(request, step, Predictions));
            }
        }
    }

    /// <summary>An image that was made, or why not.</summary>
    private readonly record struct MadeImage(ImageRequest Request, byte[]? Pixels, FailedImage? Failure);

    /// <summary>The networks on one device.</summary>
    private sealed class Worker(Device device, LatentDecoder decoder) : IDisposable
    {
        private Denoiser? _denoiser;

        public Device Device => device;

        public LatentDecoder Decoder => decoder;

        public Denoiser Denoiser => _denoiser!;

        /// <summary>Takes a denoiser in place of the one before.</summary>
        public void Open(Denoiser denoiser)
        {
            _denoiser?.Dispose();
            _denoiser = denoiser;
        }

        public void Dispose()
        {
            _denoiser?.Dispose();
            decoder.Dispose();
        }
    }
}

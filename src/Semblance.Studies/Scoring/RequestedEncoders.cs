using Semblance.Imaging;
using Semblance.Models.Catalog;
using Semblance.Models.Encoders;
using Semblance.Runs.Inputs;
using Semblance.Runs.Scoring;
using Semblance.Studies.Fetching;

namespace Semblance.Studies.Scoring;

/// <summary>The encoders of a <see cref="ScoreRequest"/>.</summary>
internal static class RequestedEncoders
{
    /// <summary>Opens all encoders, each for the first time: one may have several names, an alias, its hub id, a folder.</summary>
    public static async Task<IReadOnlyList<IImageEncoder>> OpenAsync(
        ScoreRequest request,
        ImageInput images,
        StudyHost host,
        CancellationToken cancellationToken
    )
    {
        List<IImageEncoder> encoders = [];
        // One for all: a decoded image is shared by encoders whose limits, and so whose budget of memory, are the same.
        var limits = LimitsOf(request);
        try
        {
            foreach (var name in request.Encoders.DefaultIfEmpty(EncoderCatalog.Default))
            {
                await ModelFetch.EncoderAsync(name, host, cancellationToken);
                encoders.Add(
                    EncoderCatalog.Open(
                        name,
                        new EncoderOptions
                        {
                            Preprocessing = request.Preprocessing,
                            Threads = request.Threads,
                            Device = request.Device,
                            FurtherDevices = request.FurtherDevices,
                            Precision = request.Precision,
                            Limits = limits,
                            HubCache = host.Hub?.CacheFolder,
                        }
                    )
                );
                var first = encoders.FindIndex(encoder => encoder.Identity.Key == encoders[^1].Identity.Key);
                if (first < encoders.Count - 1)
                {
                    throw new UsageException(
                        $"{request.Encoders[first]} and {name} are the same encoder (the same weights and preprocessing); name it once."
                    );
                }

                if (request.Alignment)
                {
                    PromptAlignment.Check(images, encoders[^1]);
                }
            }

            return encoders;
        }
        catch
        {
            encoders.ForEach(encoder => encoder.Dispose());
            throw;
        }
    }

    /// <summary>What an image may ask for.</summary>
    public static ImageLimits LimitsOf(ScoreRequest request)
    {
        var usual = new ImageLimits();
        return usual with
        {
            MaxPixels = request.MaxPixels ?? usual.MaxPixels,
            MaxPixelsWhole = request.MaxPixels ?? usual.MaxPixelsWhole,
            Memory = request.MaxMemory is { } bytes ? new MemoryBudget(bytes) : usual.Memory,
            MaxBytes = request.MaxBytes ?? usual.MaxBytes,
        };
    }
}

using System.Diagnostics;
using Semblance.Models.Devices;
using Semblance.Models.Graphs;
using Semblance.Models.Hub;

namespace Semblance.Models.Diffusion.Pipelines;

/// <content>What images take: memory and time.</content>
public abstract partial class DiffusionPipeline
{
    /// <summary>
    /// What the run needs at its worst of the memory of a device (of the machine's, where that is the processor), in bytes: an
    /// estimate from sizes and shapes. On other devices than the processor it was never held against one.
    /// </summary>
    public long MemoryNeeded(int height, int width) => MemoryNeeded(height, width, Settings);

    private long MemoryNeeded(int height, int width, DiffusionSettings settings)
    {
        var shape = LatentsOf(height, width);
        var widths = NumberWidths.Of(settings.Device, settings.Precision, DecoderUnder(settings.Precision));
        return PipelineMemory
            .Of(Folder, settings.Batch * Activations(shape), Autoencoder, shape, settings.Tiled, Lora, widths)
            .Peak;
    }

    /// <summary>That a device's memory is full, what is needed there, and what would need less, each with what comes before it.</summary>
    internal ResourceException Full(Device device, int height, int width, Exception fault)
    {
        var now = Settings;
        List<string> others = [];
        foreach (
            var (less, words) in new (Func<DiffusionSettings, DiffusionSettings>, string)[]
            {
                (settings => settings with { Batch = 1 }, "one image at a time"),
                (
                    settings =>
                        settings.Precision == Precision.Fp32 ? settings with { Precision = Precision.Fp16 } : settings,
                    "fp16"
                ),
                (settings => settings with { Tiled = true }, "tiles"),
            }
        )
        {
            var (before, needed) = (MemoryNeeded(height, width, now), MemoryNeeded(height, width, less(now)));
            if (needed < before)
            {
                others.Add($"{ByteText.Of(needed)} with {words}{(others.Count > 0 ? " as well" : "")}");
                now = less(now);
            }
        }

        var instead = others.Count > 0 ? $"; it would be {string.Join(", ", others)}" : "";
        return new ResourceException(
            $"{device}'s memory is full: {Model} at {width}x{height} needs about {ByteText.Of(MemoryNeeded(height, width))} there{instead}. End what else uses it, or make smaller images.",
            fault
        );
    }

    /// <summary>Makes one denoising step and one decoding of an image, and says how long each part took.</summary>
    /// <exception cref="UsageException">The image cannot be made.</exception>
    public GenerationPace Measure(ImageRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        Check([request]);
        return OnDevice(Settings.Device, request, () => MeasureOne(request, cancellationToken));
    }

    /// <summary>Does what makes an image, and says what its device has too little memory for.</summary>
    private T OnDevice<T>(Device device, ImageRequest request, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (ResourceException fault) when (ExecutionProvider.IsFull(fault))
        {
            throw Full(device, request.Height, request.Width, fault);
        }
    }

    private GenerationPace MeasureOne(ImageRequest request, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        var prompts = EncodePrompts([request.Prompt], cancellationToken);
        var encoding = Lap(clock);
        using var denoiser = OpenDenoiser(request.Height, request.Width);
        denoiser.Load();
        var loading = Lap(clock);
        var latents = Walk(denoiser, prompts[request.Prompt], request).First();
        var step = Lap(clock);
        cancellationToken.ThrowIfCancellationRequested();
        using var decoder = OpenDecoder();
        _ = decoder.Decode(LatentsOf(request.Height, request.Width).Over(latents));
        var devices = Settings.Devices.Count;
        return new GenerationPace(
            encoding,
            loading,
            step / (Settings.Batch * devices),
            Lap(clock) / devices,
            Predictions
        );
    }

    private static TimeSpan Lap(Stopwatch clock)
    {
        var lap = clock.Elapsed;
        clock.Restart();
        return lap;
    }
}

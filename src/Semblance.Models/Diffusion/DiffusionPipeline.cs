using System.Diagnostics;
using System.Runtime.CompilerServices;
using Semblance.Models.Diffusion.Lora;
using Semblance.Models.Diffusion.Noise;
using Semblance.Models.Diffusion.Schedulers;

namespace Semblance.Models.Diffusion;

/// <summary>
/// Makes pictures from a diffusion model in the form of diffusers. All prompts are encoded first; then the text
/// encoders make room for the denoiser, and each picture is denoised and decoded by itself and handed out at once.
/// </summary>
public abstract class DiffusionPipeline : IImageGenerator
{
    private readonly HashSet<string> _warned = new(StringComparer.Ordinal);
    private IReadOnlyList<KeyValuePair<string, string>>? _recipe;

    private protected DiffusionPipeline(
        ModelFolder folder,
        DiffusionSettings settings,
        DiffusionProgress progress,
        float defaultGuidance
    )
    {
        (Folder, Settings, Progress) = (folder, settings, progress);
        Model = settings.Name ?? Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder.Path)));
        GuidanceScale = settings.Guidance ?? defaultGuidance;
        Autoencoder = AutoencoderKLConfig.Read(folder.Config("vae"));
        Scheduler = SchedulerConfig.Read(folder.SchedulerConfig, settings.Scheduler);
        WarnOfPrecision();
        // Refuses a number of steps that cannot be made before anything is loaded.
        Predictions = Scheduler.Create(settings.Steps, NoiseGenerator.Create(settings.Noise, seed: 0)).Timesteps.Count;
    }

    /// <inheritdoc/>
    public string Model { get; }

    /// <summary>What became of the LoRAs of the settings, in their order.</summary>
    public IReadOnlyList<LoraReport> Loras => Lora.Reports;

    /// <inheritdoc/>
    /// <remarks>Weights are hashed when this is first asked for, each file once and for all (see <see cref="Checkpoints.Checkpoint.Sha256"/>).</remarks>
    public IReadOnlyList<KeyValuePair<string, string>> Recipe => _recipe ??= PipelineRecipe.Of(this, Folder, Settings);

    /// <summary>Scale of guidance that is used; 1 or less for none.</summary>
    public float GuidanceScale { get; }

    /// <summary>The scheduler that is used, for a reader, such as <c>Euler, leading</c>.</summary>
    public string SchedulerName => PipelineRecipe.NameOf(Scheduler);

    /// <summary>How often the network is asked for each picture: once a step, and oftener where a scheduler starts slowly (PNDM).</summary>
    public int Predictions { get; }

    internal SchedulerConfig Scheduler { get; }

    internal LoraStack Lora { get; private protected init; } = LoraStack.None;

    internal AutoencoderKLConfig Autoencoder { get; }

    private protected ModelFolder Folder { get; }

    private protected DiffusionSettings Settings { get; }

    private protected DiffusionProgress Progress { get; }

    /// <summary>
    /// The size in pixels that diffusers makes where none is asked for: <c>sample_size</c> of the denoiser times the
    /// factor of the autoencoder.
    /// </summary>
    /// <param name="folder">With model_index.json.</param>
    /// <exception cref="InputException">A file is missing or damaged, or the model is of a kind that is not supported.</exception>
    public static (int Height, int Width) DefaultSize(string folder)
    {
        var model = ModelFolder.Open(folder);
        PipelineKind.Require(model.ClassName, model.Index.File);
        var sides = model.Config(model.Denoiser).SizesOrOne("sample_size", 2, PipelineKind.SampleSize(model.ClassName));
        var factor = AutoencoderKLConfig.Read(model.Config("vae")).Factor;
        return (factor * sides[0], factor * sides[1]);
    }

    /// <summary>Opens a model. Configurations are read and checked; weights are loaded when pictures are made.</summary>
    /// <param name="folder">With model_index.json.</param>
    /// <param name="settings">For all pictures.</param>
    /// <param name="progress">Who is told what happens.</param>
    /// <exception cref="InputException">A file is missing or damaged, or the model is of a kind that is not supported.</exception>
    /// <exception cref="UsageException">A setting does not go with the model.</exception>
    public static DiffusionPipeline Open(string folder, DiffusionSettings settings, DiffusionProgress? progress = null)
    {
        var model = ModelFolder.Open(folder, settings.Variant);
        return PipelineKind.Open(model, settings, progress ?? new DiffusionProgress());
    }

    /// <inheritdoc/>
    public void Check(IReadOnlyList<ImageRequest> requests)
    {
        ArgumentNullException.ThrowIfNull(requests);
        ImageRequests.Check(requests, Settings.Noise);
        foreach (var request in requests)
        {
            _ = LatentsOf(request.Height, request.Width);
        }
    }

    /// <inheritdoc/>
    /// <exception cref="UsageException">A picture cannot be made, or two would be the same.</exception>
    public IAsyncEnumerable<GeneratedImage> GenerateAsync(
        IReadOnlyList<ImageRequest> requests,
        CancellationToken cancellationToken = default
    )
    {
        Check(requests);
        return MakeAll(requests, cancellationToken);
    }

    /// <summary>
    /// Goes through all that pictures need except the numbers: opens the tokenizers, cuts the prompts into tokens and
    /// emits every network. What is missing or does not fit is found, and what becomes of the prompts is told, in seconds.
    /// </summary>
    /// <param name="prompts">All of them.</param>
    /// <param name="height">Of the pictures, in pixels.</param>
    /// <param name="width">Of the pictures, in pixels.</param>
    /// <exception cref="InputException">A file or a tensor is missing, damaged or left over.</exception>
    /// <exception cref="UsageException">The model cannot make such a picture.</exception>
    public void Rehearse(IReadOnlyList<string> prompts, int height, int width)
    {
        ArgumentNullException.ThrowIfNull(prompts);
        var shape = LatentsOf(height, width);
        RehearsePrompts([.. prompts.Distinct()]);
        OpenDenoiser(height, width).Dispose();
        using var decoder = OpenDecoder();
        _ = decoder.Emit(shape.Height, shape.Width);
    }

    /// <summary>What the run needs in memory at its worst, in bytes: an estimate from sizes and shapes.</summary>
    public long MemoryNeeded(int height, int width)
    {
        var shape = LatentsOf(height, width);
        var activations = Activations(shape, Guidance.Applies(GuidanceScale) ? 2 : 1);
        return PipelineMemory.Of(Folder, activations, Autoencoder, shape, Settings.Tiled).Peak;
    }

    /// <summary>Makes one denoising step and one decoding of a picture, and says how long each part took.</summary>
    /// <exception cref="UsageException">The picture cannot be made.</exception>
    public GenerationPace Measure(ImageRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        ImageRequests.Check([request], Settings.Noise);
        var shape = LatentsOf(request.Height, request.Width);
        var clock = Stopwatch.StartNew();
        var prompts = EncodePrompts([request.Prompt], cancellationToken);
        var encoding = Lap(clock);
        using var denoiser = OpenDenoiser(request.Height, request.Width);
        denoiser.Load();
        var loading = Lap(clock);
        var latents = Trajectory
            .Walk(denoiser, prompts[request.Prompt], shape, Scheduler, Settings.Steps, Settings.Noise, request.Seed)
            .First();
        var step = Lap(clock);
        cancellationToken.ThrowIfCancellationRequested();
        using var decoder = OpenDecoder();
        _ = decoder.Decode(latents, shape.Height, shape.Width);
        return new GenerationPace(encoding, loading, step, Lap(clock), Predictions);
    }

    /// <summary>Encodes texts, and the negative prompt where there is guidance; encoders are loaded one at a time and let go.</summary>
    internal abstract IReadOnlyDictionary<string, PromptPair> EncodePrompts(
        IReadOnlyList<string> texts,
        CancellationToken cancellationToken = default
    );

    /// <summary>What a step of the denoiser holds beside its weights, in bytes (see <see cref="PipelineMemory"/>).</summary>
    private protected abstract long Activations(LatentShape shape, int batch);

    /// <summary>Opens tokenizers and encoders without loading them, and warns of what they make of the prompts.</summary>
    private protected abstract void RehearsePrompts(IReadOnlyList<string> prompts);

    /// <summary>Matches the LoRAs of the settings with components, once the configurations are known.</summary>
    private protected LoraStack LoadLoras(UNet2DConditionConfig? unet, params string[] components)
    {
        if (Settings.Loras.Count == 0)
        {
            return LoraStack.None;
        }
        var stack = LoraStack.Load(
            Settings.Loras,
            components.ToDictionary(name => name, Folder.Weights, StringComparer.Ordinal),
            unet,
            Settings.AllowUnmatchedLoraKeys
        );
        foreach (var report in stack.Reports.Where(report => report.Unmatched.Count > 0))
        {
            Warn(
                $"{report.Source.Path}: {Tensors(report.Unmatched.Count)} no place in {Model}, left out: {string.Join(", ", report.Unmatched.Take(3))}{(report.Unmatched.Count > 3 ? " ..." : "")}."
            );
        }
        return stack;
    }

    /// <summary>The denoising network for pictures of one size in pixels; it is loaded with the first of them.</summary>
    /// <exception cref="InputException">A tensor is missing, left over or mis-shaped.</exception>
    internal abstract IDenoiser OpenDenoiser(int height, int width);

    /// <summary>Opens the autoencoder; it is loaded with the first picture.</summary>
    internal LatentDecoder OpenDecoder() => new(Folder.Weights("vae"), Autoencoder, Settings.Tiled, Settings.Threads);

    /// <summary>Sizes of the latents for a picture of this size in pixels.</summary>
    /// <exception cref="UsageException">The model cannot make such a picture.</exception>
    internal virtual LatentShape LatentsOf(int height, int width)
    {
        var factor = Autoencoder.Factor;
        return height > 0 && width > 0 && height % factor == 0 && width % factor == 0
            ? new LatentShape(Autoencoder.LatentChannels, height / factor, width / factor)
            : throw new UsageException(
                $"{Model} cannot make pictures of {width}x{height}: width and height must be multiples of {factor}, such as {Nearest(width, factor)}x{Nearest(height, factor)}."
            );
    }

    /// <summary>The decoded picture, [3, factor x latent height, factor x latent width], as bytes of the requested size.</summary>
    internal virtual byte[] Finish(float[] decoded, ImageRequest request) =>
        PixelRounding.ToBytes(decoded, request.Height, request.Width);

    private static string Tensors(int count) => count == 1 ? "1 tensor has" : $"{count} tensors have";

    private static TimeSpan Lap(Stopwatch clock)
    {
        var lap = clock.Elapsed;
        clock.Restart();
        return lap;
    }

    /// <summary>A multiple of the factor that is close to a side.</summary>
    private protected static int Nearest(int side, int factor) =>
        Math.Max(1, (int)Math.Round((double)side / factor)) * factor;

    /// <summary>Refuses settings that only SDXL has.</summary>
    private protected void RefuseSizeConditions()
    {
        if ((Settings.Sizes ?? Settings.NegativeSizes) is not null)
        {
            throw new UsageException(
                $"{Model} takes no size conditions (--original-size, --crop, --target-size); only SDXL does."
            );
        }
    }

    /// <summary>Refuses settings that only PixArt has.</summary>
    private protected void RefusePixArtSettings()
    {
        if (Settings.ResolutionBinning == true || Settings.TrimmedText)
        {
            throw new UsageException(
                $"{Model} takes no {(Settings.TrimmedText ? "--trimmed-text" : "--resolution-binning")}; only PixArt does."
            );
        }
    }

    /// <summary>Says of which components there are no weights of the precision that was asked for.</summary>
    private void WarnOfPrecision()
    {
        foreach (var (stored, components) in Folder.OfOtherPrecision())
        {
            Warn(
                $"{Model} has no {Settings.Variant} weights of {string.Join(", ", components)}; what is there, {stored}, is read."
            );
        }
    }

    /// <summary>Warns of texts that do not fit into an encoder, and of prompts that it cannot tell apart.</summary>
    /// <param name="prompts">Distinct.</param>
    /// <param name="tokens">How many the encoder reads.</param>
    /// <param name="cut">What does not fit of a text.</param>
    /// <param name="ids">What the encoder reads of a text.</param>
    private protected void WarnOf(
        IReadOnlyList<string> prompts,
        int tokens,
        Func<string, string> cut,
        Func<string, IReadOnlyList<int>> ids
    )
    {
        var negative = Guidance.Applies(GuidanceScale) ? Settings.NegativePrompt : null;
        foreach (var text in negative is null ? prompts : prompts.Append(negative))
        {
            if (cut(text) is { Length: > 0 } end)
            {
                Warn(PromptWarnings.Cut(Model, text, end, tokens));
            }
        }
        foreach (var sentence in PromptWarnings.Same(Model, prompts.Select(prompt => (prompt, ids(prompt)))))
        {
            Warn(sentence);
        }
    }

    /// <summary>Says a thing once, however often it is found.</summary>
    private protected void Warn(string sentence)
    {
        if (_warned.Add(sentence))
        {
            Progress.Warnings?.Report(sentence);
        }
    }

    private async IAsyncEnumerable<GeneratedImage> MakeAll(
        IReadOnlyList<ImageRequest> requests,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        if (requests.Count == 0)
        {
            yield break;
        }
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
                var outcome = await Task.Run(
                    () => Make(request, prompts[request.Prompt], denoiser, decoder, cancellationToken),
                    cancellationToken
                );
                if (outcome.Failure is { } failure)
                {
                    var listener = Progress.Failures ?? throw new InputException(failure.Reason);
                    listener.Report(failure);
                    continue;
                }
                yield return new GeneratedImage(request, outcome.Pixels!);
            }
        }
    }

    private (byte[]? Pixels, FailedImage? Failure) Make(
        ImageRequest request,
        PromptPair prompt,
        IDenoiser denoiser,
        LatentDecoder decoder,
        CancellationToken cancellationToken
    )
    {
        var shape = LatentsOf(request.Height, request.Width);
        var (step, latents) = (0, Array.Empty<float>());
        cancellationToken.ThrowIfCancellationRequested();
        foreach (
            var next in Trajectory.Walk(
                denoiser,
                prompt,
                shape,
                Scheduler,
                Settings.Steps,
                Settings.Noise,
                request.Seed
            )
        )
        {
            (step, latents) = (step + 1, next);
            if (!ImageRequests.AllFinite(latents))
            {
                return Failed(request, $"the latents are no numbers (NaN) after step {step} of {Predictions}");
            }
            Progress.Steps?.Report(new DenoisingStep(request, step, Predictions));
            cancellationToken.ThrowIfCancellationRequested();
        }
        var decoded = decoder.Decode(latents, shape.Height, shape.Width);
        if (!ImageRequests.AllFinite(decoded))
        {
            return Failed(request, "the autoencoder gave no numbers (NaN)");
        }
        var pixels = Finish(decoded, request);
        return pixels.AsSpan().ContainsAnyExcept((byte)0)
            ? (pixels, null)
            : Failed(request, "the picture is black all over", pixels);
    }

    private (byte[]?, FailedImage?) Failed(ImageRequest request, string what, byte[]? pixels = null) =>
        (null, new FailedImage(request, ImageRequests.Describe(Model, request, what), pixels));
}

using System.Globalization;
using Semblance.Models.Checkpoints;
using Semblance.Models.Devices;
using Semblance.Models.Diffusion.Components;
using Semblance.Models.Diffusion.Decoding;
using Semblance.Models.Diffusion.Denoising;
using Semblance.Models.Diffusion.Lora;
using Semblance.Models.Diffusion.Noise;
using Semblance.Models.Diffusion.Schedulers;
using Semblance.Models.Diffusion.Texts;
using Semblance.Models.Networks;

namespace Semblance.Models.Diffusion.Pipelines;

/// <summary>
/// Makes images from a diffusion model in the form of diffusers. All prompts are encoded first; then the text
/// encoders make room for the denoiser, and each image is denoised and decoded by itself and given out at once.
/// </summary>
public abstract partial class DiffusionPipeline : IImageGenerator
{
    private IReadOnlyList<KeyValuePair<string, string>>? _recipe;
    private WeightsWatch? _watch;

    private protected DiffusionPipeline(
        ModelFolder folder,
        DiffusionSettings settings,
        DiffusionProgress progress,
        float defaultGuidance
    )
    {
        (Folder, Settings, Progress) = (folder, settings, progress);
        Model = settings.Name ?? ModelFolder.NameOf(folder.Path);
        Warnings = new PipelineWarnings(Model, progress.Warnings);
        GuidanceScale = settings.Guidance ?? defaultGuidance;
        Autoencoder = AutoencoderKLConfig.Read(folder.Config("vae"));
        Scheduler = SchedulerChoices.Apply(
            folder.Parts.Scheduler is { } json
                ? SchedulerConfig.Read(json, settings.Scheduler)
                : SchedulerConfig.Read(folder.SchedulerConfig, settings.Scheduler, folder.ClassOf("scheduler")),
            settings
        );
        if (settings.GuidanceRescale is not (>= 0 and <= 1))
        {
            throw new UsageException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The guidance rescale is {settings.GuidanceRescale}; it can be 0 to 1."
                )
            );
        }

        if (settings.Batch < 1)
        {
            throw new UsageException($"The batch is {settings.Batch} images; it can be 1 or more.");
        }

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
    public IReadOnlyList<KeyValuePair<string, string>> Recipe
    {
        get
        {
            // Before the weights are hashed: what changes later is not what the hash says.
            _ = Watch;
            return _recipe ??= PipelineRecipe.Of(this, Folder, Settings);
        }
    }

    /// <summary>Files of all networks and LoRAs since they were first looked at.</summary>
    private WeightsWatch Watch =>
        _watch ??= new WeightsWatch([
            .. Folder.Networks.SelectMany(name => Folder.WeightFiles(name).Files),
            .. Loras.Select(lora => RealPath.Of(lora.Source.Path)),
        ]);

    /// <summary>What networks run on, the first of several.</summary>
    public Device Device => Settings.Device;

    /// <summary>Scale of guidance that is used; 1 or less for none.</summary>
    public float GuidanceScale { get; }

    /// <summary>The scheduler that is used, for a reader, such as <c>Euler, leading</c>.</summary>
    public string SchedulerName => Scheduler.Description;

    /// <summary>How often the network is asked for each image: once a step, and more often where a scheduler starts slowly (PNDM).</summary>
    public int Predictions { get; }

    internal SchedulerConfig Scheduler { get; }

    internal LoraStack Lora { get; private protected init; } = LoraStack.None;

    internal AutoencoderKLConfig Autoencoder { get; }

    private protected ModelFolder Folder { get; }

    private protected DiffusionSettings Settings { get; }

    private protected DiffusionProgress Progress { get; }

    private protected PipelineWarnings Warnings { get; }

    /// <summary>In which the autoencoder calculates: SDXL's own leaves the range of fp16, and diffusers runs it in fp32 then.</summary>
    internal Precision DecoderPrecision => DecoderUnder(Settings.Precision);

    private Precision DecoderUnder(Precision precision) =>
        precision == Precision.Fp16 && Autoencoder.ForceUpcast && Folder.ClassName == "StableDiffusionXLPipeline"
            ? Precision.Fp32
            : precision;

    private protected virtual Guidance Guidance => new(GuidanceScale, Settings.GuidanceRescale);

    /// <summary>What images are led away from; null where nothing is, or the empty text by default.</summary>
    private protected string? NegativePrompt => Guidance.Applies ? Settings.NegativePrompt : null;

    /// <summary>
    /// The size in pixels that diffusers makes where none is asked for: <c>sample_size</c> of the denoiser times the
    /// factor of the autoencoder.
    /// </summary>
    /// <param name="model">A folder with model_index.json, or a whole model in one file.</param>
    /// <param name="settings">Which parts are taken from elsewhere.</param>
    /// <exception cref="InputException">A file is missing or damaged, or the model is of a kind that is not supported.</exception>
    public static (int Height, int Width) DefaultSize(string model, DiffusionSettings? settings = null)
    {
        var folder = ModelFolder.Open(model, (settings ?? new DiffusionSettings()).Choice);
        PipelineKind.Require(folder.ClassName, folder.Index.File);
        var sides = folder
            .Config(folder.Denoiser)
            .SizesOrOne("sample_size", 2, PipelineKind.SampleSize(folder.ClassName));
        var factor = AutoencoderKLConfig.Read(folder.Config("vae")).Factor;
        return (factor * sides[0], factor * sides[1]);
    }

    /// <summary>Opens a model. Configurations are read and checked; weights are loaded when images are made.</summary>
    /// <param name="folder">With model_index.json, or a whole model in one file.</param>
    /// <param name="settings">For all images.</param>
    /// <param name="progress">Gets what happens.</param>
    /// <exception cref="InputException">A file is missing or damaged, or the model is of a kind that is not supported.</exception>
    /// <exception cref="UsageException">A setting does not go with the model.</exception>
    public static DiffusionPipeline Open(string folder, DiffusionSettings settings, DiffusionProgress? progress = null)
    {
        var model = ModelFolder.Open(folder, settings.Choice);
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

    /// <summary>
    /// Goes through all that images need except the numbers: opens the tokenizers, cuts the prompts into tokens and
    /// emits every network. In seconds this finds what is missing or does not fit, and reports what becomes of the prompts.
    /// </summary>
    /// <param name="prompts">All of them.</param>
    /// <param name="height">Of the images, in pixels.</param>
    /// <param name="width">Of the images, in pixels.</param>
    /// <exception cref="InputException">A file or a tensor is missing, damaged or left over.</exception>
    /// <exception cref="UsageException">The model cannot make such an image.</exception>
    public void Rehearse(IReadOnlyList<string> prompts, int height, int width)
    {
        ArgumentNullException.ThrowIfNull(prompts);
        var shape = LatentsOf(height, width);
        RehearsePrompts([.. prompts.Distinct()]);
        OpenDenoiser(height, width).Dispose();
        using var decoder = OpenDecoder();
        _ = decoder.Emit(shape.Height, shape.Width);
    }

    /// <summary>The latents of an image after every step, always in the same memory.</summary>
    internal IEnumerable<float[]> Walk(Denoiser denoiser, PromptPair prompt, ImageRequest request) =>
        Walk(denoiser, prompt, [request]);

    /// <summary>The latents of images of one size after every step, one image after another, always in the same memory.</summary>
    internal IEnumerable<float[]> Walk(Denoiser denoiser, PromptPair prompt, IReadOnlyList<ImageRequest> requests) =>
        Trajectory.Walk(
            (latents, timestep, prediction) => denoiser.Predict(latents, timestep, prompt, prediction),
            LatentsOf(requests[0].Height, requests[0].Width).Length,
            Scheduler,
            Settings.Steps,
            Settings.Noise,
            [.. requests.Select(request => request.Seed)]
        );

    /// <summary>Opens tokenizers and encoders without loading them, and warns of what they make of the prompts.</summary>
    private protected abstract void RehearsePrompts(IReadOnlyList<string> prompts);

    /// <summary>Encodes texts, and the negative prompt where there is guidance; encoders are loaded one at a time and let go.</summary>
    internal abstract IReadOnlyDictionary<string, PromptPair> EncodePrompts(
        IReadOnlyList<string> texts,
        CancellationToken cancellationToken = default
    );

    /// <summary>What a step of the denoiser holds beside its weights, in bytes (see <see cref="PipelineMemory"/>).</summary>
    private protected abstract long Activations(LatentShape shape);

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
            Warnings.Tell(
                $"{report.Source.Path}: {(report.Unmatched.Count == 1 ? "1 tensor has" : $"{report.Unmatched.Count} tensors have")} no place in {Model}, left out: {string.Join(", ", report.Unmatched.Take(3))}{(report.Unmatched.Count > 3 ? " ..." : "")}."
            );
        }

        return stack;
    }

    /// <summary>The denoising network for images of one size in pixels; it is loaded with the first of them.</summary>
    /// <exception cref="InputException">A tensor is missing, left over or mis-shaped.</exception>
    internal Denoiser OpenDenoiser(int height, int width) => OpenDenoiser(height, width, Settings.Device);

    /// <summary>The same on one of several devices.</summary>
    internal abstract Denoiser OpenDenoiser(int height, int width, Device device);

    /// <summary>Opens the autoencoder; it is loaded with the first image.</summary>
    internal LatentDecoder OpenDecoder() => OpenDecoder(Settings.Device);

    /// <summary>The same on one of several devices.</summary>
    internal LatentDecoder OpenDecoder(Device device) =>
        new(Folder.Weights("vae"), Autoencoder, Settings.Tiled, Settings.Threads, device, DecoderPrecision);

    /// <summary>Sizes of the latents for an image of this size in pixels.</summary>
    /// <exception cref="UsageException">The model cannot make such an image.</exception>
    internal virtual LatentShape LatentsOf(int height, int width)
    {
        var factor = Autoencoder.Factor;
        return height > 0 && width > 0 && height % factor == 0 && width % factor == 0
            ? new LatentShape(Autoencoder.LatentChannels, height / factor, width / factor)
            : throw new UsageException(
                $"{Model} cannot make images of {width}x{height}: width and height must be multiples of {factor}, such as {Nearest(width, factor)}x{Nearest(height, factor)}."
            );
    }

    /// <summary>A decoded image as bytes of the requested size, [height, width, 3].</summary>
    internal virtual byte[] Finish(Planes decoded, ImageRequest request) => PixelRounding.ToBytes(decoded);

    /// <summary>A multiple of the factor that is close to a side.</summary>
    private protected static int Nearest(int side, int factor) =>
        Math.Max(1, (int)Math.Round((double)side / factor)) * factor;

    /// <summary>Refuses settings that only SDXL has.</summary>
    private protected void RefuseSizeConditions()
    {
        if ((Settings.Sizes ?? Settings.NegativeSizes) is not null)
        {
            throw new UsageException($"{Model} does not take size conditions; only SDXL does.");
        }
    }

    /// <summary>Refuses settings that only PixArt has.</summary>
    private protected void RefusePixArtSettings()
    {
        if (Settings.ResolutionBinning is not null || Settings.TrimmedText)
        {
            throw new UsageException(
                $"{Model} does not have {(Settings.TrimmedText ? "trimmed texts" : "resolution binning")}; only PixArt does."
            );
        }
    }

    /// <summary>Says of which components there are no weights of the precision that was asked for.</summary>
    private void WarnOfPrecision()
    {
        foreach (var (stored, components) in Settings.Variant is null ? [] : Folder.OfOtherPrecision())
        {
            Warnings.Tell(
                $"{Model} has no {Settings.Variant} weights of {string.Join(", ", components)}; what is there, {stored}, is read."
            );
        }
    }
}

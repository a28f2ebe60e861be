using Semblance.Imaging.Formats;
using Semblance.Models.Devices;
using Semblance.Models.Diffusion.Pipelines;
using Semblance.Runs.Folder;
using Semblance.Runs.Generating;
using Semblance.Studies.Fetching;
using Semblance.Wording;

namespace Semblance.Studies.Generating;

/// <summary>What became of a generation.</summary>
/// <param name="Model">As it is called in the run folder.</param>
/// <param name="Result">The images that are there.</param>
/// <param name="Failed">Images that failed; what there is to see of them is in <see cref="GenerateStage.FailedFolder"/>.</param>
public sealed record GenerateOutcome(string Model, GenerateResult Result, IReadOnlyList<FailedImage> Failed);

/// <summary>Find the model, rehearse, check what it needs, make the images.</summary>
public sealed class GenerateStudy
{
    private const int MostImages = 1_000_000;

    private readonly StudyHost _host;
    private readonly RunFolder _run;
    private readonly GeneratePlan _plan;
    private readonly GenerationCount _count = new();
    private readonly List<FailedImage> _failed = [];

    private GenerateStudy(GenerateRequest request, PipelineSource source, StudyHost host)
    {
        (Request, Folder, _host) = (request, source.Folder!, host);
        var settings = source.Settings ?? request.Settings;
        Size = request.Size ?? SizeOf(Folder, settings);
        _run = host.Open(request.Run);
        _plan = new GeneratePlan(
            request.Prompts,
            request.Seeds,
            Size.Width,
            Size.Height,
            request.Format,
            (image, texts) => Encode(image, request.Format, texts)
        )
        {
            Shard = request.Shard,
            Part = request.Part,
        };
        Pipeline = DiffusionPipeline.Open(
            Folder,
            settings with
            {
                Name = settings.Name ?? NameOf(source.Name, request.Settings),
                Sizes = request.Sizes.For(Size),
                NegativeSizes = request.NegativeSizes.For(Size),
            },
            new DiffusionProgress(_count, new Listener<FailedImage>(KeepApart), new Listener<string>(host.Warning))
        );
        Pipeline.Rehearse(_plan.Prompts, Size.Height, Size.Width);
        GenerateStage.Check(_run, Pipeline, _plan);
        Missing = GenerateStage.Missing(_run, Pipeline, _plan);
    }

    /// <summary>The request that was prepared.</summary>
    public GenerateRequest Request { get; }

    /// <summary>The folder that holds the model.</summary>
    public string Folder { get; }

    /// <summary>Width and height of the images.</summary>
    public ImageSize Size { get; }

    /// <summary>The model, opened; its weights are not loaded.</summary>
    public DiffusionPipeline Pipeline { get; }

    /// <summary>Images, of the shard if there is one, that the run folder does not hold yet.</summary>
    public IReadOnlyList<ImageRequest> Missing { get; }

    /// <summary>Finds the model of a request, and fetches it where it is lacking.</summary>
    /// <param name="request">What to generate.</param>
    /// <param name="look">Only look: nothing is fetched, and the source may lack its folder.</param>
    /// <param name="host">Asked before a download.</param>
    /// <param name="cancellationToken">Stops it; what has come is kept.</param>
    /// <exception cref="UsageException">Too many images: all of them are listed before the first is made.</exception>
    /// <exception cref="ResourceException">The model is not available, or the user did not agree.</exception>
    public static async Task<PipelineSource> FindAsync(
        GenerateRequest request,
        bool look,
        StudyHost host,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(request);
        (var prompts, var seeds) = (request.Prompts.Count, request.Seeds.Count);
        if ((long)prompts * seeds > MostImages)
        {
            throw new UsageException(
                $"{prompts} prompts with {seeds} seeds each are {(long)prompts * seeds} images, and one command makes at most {MostImages}; give fewer seeds or prompts, and add the others to the same run later."
            );
        }

        var source = await ModelFetch.PipelineAsync(
            request.Model,
            request.Settings.Variant,
            preferHalf: request.Settings.Precision == Precision.Fp16,
            look,
            host,
            cancellationToken
        );
        return source.Folder is { } found
            ? source with
            {
                Settings = await PartFetch.FindAsync(found, request.Settings, look, host, cancellationToken),
            }
            : source;
    }

    /// <summary>Opens and rehearses: whatever can be refused is refused now, before weights are loaded.</summary>
    /// <param name="request">What to generate.</param>
    /// <param name="source">With a folder.</param>
    /// <param name="host">Receives notes and warnings.</param>
    /// <exception cref="InputException">The model's files are damaged or not supported, or the run holds images made another way.</exception>
    /// <exception cref="UsageException">A setting does not go with the model, or an image cannot be made.</exception>
    public static GenerateStudy Open(GenerateRequest request, PipelineSource source, StudyHost host)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(host);
        return new GenerateStudy(request, source, host);
    }

    /// <summary>What this many images need.</summary>
    public GenerationNeeds Needs(int images) => GenerationNeeds.Of(Pipeline, Size, Request.Format, images);

    /// <summary>Says before anything is loaded that the run cannot end well.</summary>
    /// <param name="needs">To be held against this machine; null to try anyway.</param>
    /// <exception cref="ResourceException">Too little memory or disk, or a run folder that cannot be written.</exception>
    public void Check(GenerationNeeds? needs)
    {
        GenerateStage.CheckWritable(_run, Pipeline, _plan);
        needs?.Check($"{Request.Model} at {Size}", Request.Run);
    }

    /// <summary>Loads the model and makes one step, to say how long each part takes.</summary>
    public Task<GenerationPace> EstimateAsync(CancellationToken cancellationToken = default)
    {
        var sample = Missing.Count > 0 ? Missing[0] : _plan.Requests[0];
        _host.Note("loading the model and making one step ...");
        return Task.Run(() => Pipeline.Measure(sample, cancellationToken), cancellationToken);
    }

    /// <summary>Makes what is missing. Images that fail do not end the run.</summary>
    /// <exception cref="ResourceException">The run folder cannot be written.</exception>
    public async Task<GenerateOutcome> RunAsync(CancellationToken cancellationToken = default)
    {
        // Hashes the weights, so that every image can say what made it.
        _ = Pipeline.Recipe;
        var result = await _host.StageAsync(
            new StudyStage("generating", StageUnit.Steps),
            report =>
            {
                _count.Start(Missing.Count, Pipeline.Predictions, report);
                return GenerateStage.RunAsync(_run, [Pipeline], _plan, _count, cancellationToken);
            }
        );
        _host.Note(
            (Request.Shard is { } shard ? $"shard {shard}: " : "") + Summary(Pipeline.Model, result, Request.Run)
        );
        return new GenerateOutcome(Pipeline.Model, result, _failed);
    }

    private static string Summary(string model, GenerateResult result, string run)
    {
        var images = Plural.Of(result.Images.Rows.Count, "image");
        var others = result.MadeElsewhere > 0 ? $", {result.MadeElsewhere} by another process" : "";
        return (result.Images.Rows.Count, result.Made + result.MadeElsewhere) switch
        {
            (0, _) => $"no image of {model} was made",
            (_, 0) => $"{images} of {model}, all made before in {run}",
            _ => $"{images} of {model}, {result.Made} made now{others} and kept in {run}",
        };
    }

    private static ImageSize SizeOf(string folder, DiffusionSettings settings)
    {
        (var height, var width) = DiffusionPipeline.DefaultSize(folder, settings);
        return new ImageSize(width, height);
    }

    /// <summary>A model with LoRAs, another autoencoder or another layer of its text encoder is another model, and is called so.</summary>
    private static string NameOf(string model, DiffusionSettings settings) =>
        string.Join(
            '-',
            [
                model,
                .. settings
                    .Loras.Select(lora => lora.Path)
                    .Concat(settings.Vae is { } vae ? [vae] : [])
                    .Select(path =>
                        Path.GetFileNameWithoutExtension(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)))
                    ),
                .. settings.ClipSkip is { } layer ? [$"clip-skip-{layer}"] : Array.Empty<string>(),
            ]
        );

    private static byte[] Encode(PixelImage image, string format, IReadOnlyList<KeyValuePair<string, string>> texts) =>
        format == "jpg" ? JpegWriter.Write(image.Pixels, image.Width, image.Height) : PngWriter.Write(image, texts);

    private void KeepApart(FailedImage image)
    {
        _failed.Add(image);
        if (image.Pixels is { } pixels)
        {
            var texts = _plan.TextsOf(Pipeline, image.Request);
            var png = PngWriter.Write(pixels, image.Request.Width, image.Request.Height, texts);
            GenerateStage.KeepFailed(_run, Pipeline.Model, image.Request, png);
        }

        _count.Report(image);
    }

    // Called at once: System.Progress would post it to the pool.
    private sealed class Listener<T>(Action<T> receive) : IProgress<T>
    {
        public void Report(T value) => receive(value);
    }
}

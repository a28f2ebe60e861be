using Semblance.Runs.Folder;
using Semblance.Runs.Inputs;
using Semblance.Wording;

namespace Semblance.Runs.Generating;

/// <summary>Which pictures to make, the same for every generator, and how to keep them.</summary>
/// <param name="Prompts">Raw texts.</param>
/// <param name="Seeds">For each prompt.</param>
/// <param name="Width">Pixels.</param>
/// <param name="Height">Pixels.</param>
/// <param name="Extension">Of the files, without a dot; it stands for the format.</param>
/// <param name="Encode">
/// From pixels, and texts that say what made them (by keyword, for formats that hold some), to the bytes of a file. Files
/// that a generator sends are kept as they are.
/// </param>
public sealed record GeneratePlan(
    IReadOnlyList<string> Prompts,
    IReadOnlyList<long> Seeds,
    int Width,
    int Height,
    string Extension,
    Func<PixelImage, IReadOnlyList<KeyValuePair<string, string>>, byte[]> Encode
)
{
    /// <summary>The requests, prompt by prompt, each once.</summary>
    public IReadOnlyList<ImageRequest> Requests { get; } =
    [
        .. Prompts
            .Distinct()
            .SelectMany(prompt => Seeds.Distinct().Select(seed => new ImageRequest(prompt, seed, Width, Height))),
    ];

    /// <summary>The file of a picture, relative to the run folder and with /; the extension may be another where the generator sends files.</summary>
    public string FileOf(string model, ImageRequest request) =>
        PictureFiles.NameOf(model, request.Prompt, request.Seed, Extension);

    /// <summary>The file of a picture that is there, relative to the run folder and with /; null where it is missing.</summary>
    internal string? FileThere(RunFolder run, IImageGenerator generator, ImageRequest request) =>
        ExtensionsOf(generator)
            .Select(extension => PictureFiles.NameOf(generator.Model, request.Prompt, request.Seed, extension))
            .FirstOrDefault(file => PictureFiles.Has(run, file));

    /// <summary>Of the files that a generator's pictures may be in.</summary>
    internal IEnumerable<string> ExtensionsOf(IImageGenerator generator) =>
        generator.SendsFiles ? PictureFiles.Extensions : [Extension];

    /// <summary>What a picture says of itself: prompt, seed, model and the whole recipe, size and format included.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> TextsOf(IImageGenerator generator, ImageRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return new PictureText(request.Prompt, request.Seed, ModelRecipe.Of(generator, this)).ToTexts();
    }
}

/// <summary>Fills <c>images/&lt;model&gt;/&lt;prompt&gt;/&lt;seed&gt;.png</c> of a run folder.</summary>
public static class GenerateStage
{
    /// <summary>The pictures that the run folder does not hold yet.</summary>
    public static IReadOnlyList<ImageRequest> Missing(RunFolder run, IImageGenerator generator, GeneratePlan plan) =>
        [.. plan.Requests.Where(request => plan.FileThere(run, generator, request) is null)];

    /// <summary>
    /// Says before anything is made whether the pictures may be laid beside those that the run folder holds. Where it
    /// holds some of the model, the generator's recipe is asked for, which may take a while.
    /// </summary>
    /// <exception cref="InputException">
    /// The run holds pictures of the model that another recipe made, or that nothing says what made.
    /// </exception>
    /// <exception cref="UsageException">A picture cannot be made, or would be that of another seed.</exception>
    public static void Check(RunFolder run, IImageGenerator generator, GeneratePlan plan)
    {
        if (!OperatingSystem.IsLinux())
        {
            CheckCase(run, generator.Model, plan);
        }

        var manifest = Manifest.Read(run);
        if (PictureFiles.Any(run, generator.Model))
        {
            ModelRecipe.Of(generator, plan).CheckAgainst(run, manifest);
        }

        var there = plan
            .Prompts.Distinct()
            .SelectMany(prompt =>
                PictureFiles
                    .Seeds(run, generator.Model, prompt, plan.ExtensionsOf(generator))
                    .Select(seed => new ImageRequest(prompt, seed, plan.Width, plan.Height))
            );
        generator.Check([.. there.Union(plan.Requests)]);
    }

    /// <summary>Makes sure that the missing pictures can be kept, before hours are spent on the first; leaves nothing behind.</summary>
    /// <exception cref="ResourceException">The run folder cannot be written.</exception>
    public static void CheckWritable(RunFolder run, IImageGenerator generator, GeneratePlan plan)
    {
        var missing = Missing(run, generator, plan);
        if (missing.Count > 0)
        {
            run.CheckWritable([
                run.At(RunFolder.ManifestName),
                RunLock.FileOf(run),
                .. missing.Select(request => run.At(plan.FileOf(generator.Model, request))),
            ]);
        }
    }

    /// <summary>
    /// Refuses prompts whose folders differ in case alone, which are one folder where file names ignore case: the second
    /// would find its pictures made.
    /// </summary>
    /// <exception cref="InputException">There are such prompts; the message names both.</exception>
    internal static void CheckCase(RunFolder run, string model, GeneratePlan plan)
    {
        if (SafeName.CaseClash(PictureFiles.Prompts(run, model).Concat(plan.Prompts.Select(SafeName.Of))) is { } two)
        {
            throw new InputException(
                $"The pictures of \"{two.One}\" and \"{two.Other}\" would share a folder here, where file names ignore case: "
                    + "write both alike, or use another --run for one of them."
            );
        }
    }

    /// <summary>
    /// Makes the pictures that are not there yet, for each generator, prompt and seed. Several processes may fill one
    /// run: each picture is made by one of them.
    /// </summary>
    /// <param name="run">
    /// Pictures, and what <c>images.parquet</c> and <c>run.json</c> say of them, are written here as they are made: what a
    /// run that is cancelled, fails or is killed has made is kept.
    /// </param>
    /// <param name="generators">With distinct names of models.</param>
    /// <param name="plan">Which pictures.</param>
    /// <param name="progress">Told with each picture that is there.</param>
    /// <param name="cancellationToken">What is finished is kept.</param>
    /// <exception cref="InputException">
    /// The run holds pictures of a model that another recipe made, or that nothing says what made.
    /// </exception>
    /// <exception cref="UsageException">A picture cannot be made, or would be that of another seed.</exception>
    /// <exception cref="ResourceException">The run folder cannot be written.</exception>
    public static async Task<GenerateResult> RunAsync(
        RunFolder run,
        IReadOnlyList<IImageGenerator> generators,
        GeneratePlan plan,
        IProgress<GenerateProgress>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        var total = generators.Count * plan.Requests.Count;
        List<ImageRow> rows = [];
        var log = new PictureLog(run, TimeProvider.System);
        (var made, var elsewhere) = (0, 0);
        foreach (var generator in generators)
        {
            Check(run, generator, plan);
            CheckWritable(run, generator, plan);
        }

        if (Directory.Exists(run.FullPath))
        {
            using var alone = RunLock.Take(run, run.At(RunFolder.ManifestName));
            StaleFiles.Remove(run);
        }

        RawPrompts.Restore(run);
        log.AddLost();

        try
        {
            foreach (var generator in generators)
            {
                var missing = Missing(run, generator, plan);
                foreach (var request in plan.Requests.Except(missing))
                {
                    Keep(generator, request, plan.FileThere(run, generator, request)!);
                }

                var known = missing.Count < plan.Requests.Count;
                if (known)
                {
                    using var alone = RunLock.Take(run, run.At(RunFolder.ManifestName));
                    Introduce(generator);
                }

                using var toMake = new PicturesToMake(
                    run,
                    request => plan.FileOf(generator.Model, request),
                    request => plan.FileThere(run, generator, request),
                    (request, file) =>
                    {
                        elsewhere++;
                        Keep(generator, request, file);
                    }
                );
                while (missing.Count > 0)
                {
                    await foreach (var image in generator.GenerateAsync(missing, toMake.Take, cancellationToken))
                    {
                        await KeepAsync(generator, image, known);
                        known = true;
                        toMake.Release();
                    }

                    missing = await toMake.AwaitOthersAsync(cancellationToken);
                }
            }
        }
        finally
        {
            log.Write();
        }

        return new GenerateResult(new ImageInput(Inputs.ImageRows.Order(rows), PromptsAreRaw: true), made, elsewhere);

        async Task KeepAsync(IImageGenerator generator, GeneratedImage image, bool known)
        {
            (var extension, var bytes) = FileOf(generator, image);
            var file = PictureFiles.NameOf(generator.Model, image.Request.Prompt, image.Request.Seed, extension);
            if (known)
            {
                await WriteAsync(file, bytes);
            }
            else
            {
                // Recipe and first picture go in together, so that neither stands there without the other.
                using var alone = RunLock.Take(run, run.At(RunFolder.ManifestName));
                Introduce(generator);
                await WriteAsync(file, bytes);
            }

            made++;
            Keep(generator, image.Request, file);
            log.WriteNowAndThen();
        }

        void Introduce(IImageGenerator generator) =>
            Manifest.Add(run, ModelRecipe.Of(generator, plan), ModelPlan.Of(generator.Model, plan));

        (string Extension, ReadOnlyMemory<byte> Bytes) FileOf(IImageGenerator generator, GeneratedImage image) =>
            image.Content switch
            {
                PixelImage pixels => (plan.Extension, plan.Encode(pixels, plan.TextsOf(generator, image.Request))),
                EncodedImage sent when generator.SendsFiles => (
                    PictureFiles.ExtensionOf(sent)
                        ?? throw new ResourceException(
                            $"What {generator.Model} sent for the prompt {QuotedPrompt.Of(image.Request.Prompt)}, seed {image.Request.Seed}, is not a whole image file ({sent.Bytes.Length} bytes of {sent.MediaType}; expected PNG, JPEG or WebP); run it again, and look at the server if that fails too."
                        ),
                    sent.Bytes
                ),
                _ => throw new NotSupportedException(
                    $"{generator.GetType().Name} gives an {image.Content.GetType().Name}, and its {nameof(IImageGenerator.SendsFiles)} is false."
                ),
            };

        Task WriteAsync(string file, ReadOnlyMemory<byte> bytes) =>
            run.WriteAsync(run.At(file), stream => stream.WriteAsync(bytes, CancellationToken.None).AsTask());

        void Keep(IImageGenerator generator, ImageRequest request, string file)
        {
            (var model, var prompt, var seed) = (generator.Model, request.Prompt, $"{request.Seed}");
            rows.Add(new ImageRow(model, prompt, seed, Path.Combine(run.Path, file)));
            // What a server sends need not have the size that it was asked for.
            (int?, int?) size = generator.SendsFiles ? (null, null) : (request.Width, request.Height);
            log.Add(new ImageRecord(model, prompt, seed, file, null, size.Item1, size.Item2));
            progress?.Report(new GenerateProgress(rows.Count, total, elsewhere));
        }
    }
}

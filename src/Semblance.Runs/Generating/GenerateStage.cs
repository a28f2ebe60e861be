using Semblance.Runs.Folder;
using Semblance.Runs.Sharding;
using Semblance.Wording;

namespace Semblance.Runs.Generating;

/// <summary>Fills <c>images/&lt;model&gt;/&lt;prompt&gt;/&lt;seed&gt;.png</c> of a run folder.</summary>
public static class GenerateStage
{
    /// <summary>The folder of a run that holds images that failed, apart from the others.</summary>
    public const string FailedFolder = "failed";

    /// <summary>Keeps what there is to see of an image that failed.</summary>
    /// <exception cref="ResourceException">The run folder cannot be written.</exception>
    public static void KeepFailed(RunFolder run, string model, ImageRequest request, byte[] png) =>
        KeepApart(run, FailedFolder, model, request, "png", png);

    /// <summary>Keeps a file of an image apart from the images, in a folder of its own.</summary>
    /// <exception cref="ResourceException">The run folder cannot be written.</exception>
    public static void KeepApart(
        RunFolder run,
        string folder,
        string model,
        ImageRequest request,
        string extension,
        ReadOnlyMemory<byte> bytes
    ) =>
        run.Write(
            run.At(folder, SafeName.Of(model), SafeName.Of(request.Prompt), $"{request.Name}.{extension}"),
            stream => stream.Write(bytes.Span)
        );

    /// <summary>
    /// Takes what shards have made into <c>run.json</c> and <c>images.parquet</c>, which then are as one process would have
    /// left them. Every stage that is no shard begins with it.
    /// </summary>
    /// <exception cref="InputException">Shards made images of one model in two ways.</exception>
    /// <exception cref="ResourceException">The run folder cannot be written.</exception>
    public static void Gather(RunFolder run) => ShardRecords.Gather(run);

    /// <summary>The images of the plan, or of its shard, that the run folder does not hold yet.</summary>
    public static IReadOnlyList<ImageRequest> Missing(RunFolder run, IImageGenerator generator, GeneratePlan plan) =>
        [.. plan.OwnOf(generator).Where(request => plan.Find(run, generator, request) is null)];

    /// <summary>
    /// The images of a prompt that a run folder holds: by <see cref="ImageRequest.Name"/> the file, relative to the run folder
    /// and with /, in any format.
    /// </summary>
    public static IReadOnlyDictionary<string, string> FilesOf(RunFolder run, string model, string prompt) =>
        ImageFiles.Named(run, model, prompt);

    /// <summary>
    /// Checks, before anything is made, that the images may be added to those that the run folder holds. Where it holds
    /// some of the model, the generator's recipe is asked for, which may take a while.
    /// </summary>
    /// <exception cref="InputException">
    /// The run holds images of the model that another recipe made, or nothing says how they were made.
    /// </exception>
    /// <exception cref="UsageException">An image cannot be made, or would equal that of another seed.</exception>
    public static void Check(RunFolder run, IImageGenerator generator, GeneratePlan plan)
    {
        if (!OperatingSystem.IsLinux())
        {
            CheckCase(run, generator.Model, plan);
        }

        var manifest = ShardRecords.AddTo(run, run.ReadManifest());
        CheckFolders(manifest, generator.Model, plan);
        if (ImageFiles.Any(run, generator.Model))
        {
            plan.RecipeOf(generator).CheckAgainst(run, manifest);
        }

        var there = plan
            .Prompts.Distinct()
            .SelectMany(prompt =>
                ImageFiles
                    .Seeds(run, generator.Model, prompt, plan.ExtensionsOf(generator))
                    .Select(seed => new ImageRequest(prompt, seed, plan.Width, plan.Height))
            );
        generator.Check([.. there.Union(plan.Requests)]);
    }

    /// <summary>Refuses prompts that would share a folder, which takes intent: the second would seem to be made already.</summary>
    private static void CheckFolders(Manifest manifest, string model, GeneratePlan plan)
    {
        var before = manifest
            .Plans.Where(one => one.Model == model)
            .SelectMany(one => one.Prompts)
            .Select(one => one.Prompt);
        if (SafeName.Clash(before.Concat(plan.Prompts)) is { } two)
        {
            throw new InputException(
                $"The images of {QuotedPrompt.Of(two.One)} and {QuotedPrompt.Of(two.Other)} would share a folder; write one of them another way, or use a run folder for each."
            )
            {
                Remedies = [new Remedy(RemedyKind.OtherRunFolder)],
            };
        }
    }

    /// <summary>Makes sure that the missing images can be kept, before hours are spent on the first; leaves nothing behind.</summary>
    /// <exception cref="ResourceException">The run folder cannot be written.</exception>
    public static void CheckWritable(RunFolder run, IImageGenerator generator, GeneratePlan plan)
    {
        var missing = Missing(run, generator, plan);
        if (missing.Count > 0)
        {
            run.CheckWritable([
                run.At(RunFolder.ManifestName),
                RunLock.FileOf(run),
                .. missing.Select(request => run.At(ImageFiles.NameOf(generator.Model, request, plan.Extension))),
            ]);
        }
    }

    /// <summary>
    /// Refuses prompts whose folders differ in case alone, which are one folder where file names ignore case: the second
    /// would seem to be made already.
    /// </summary>
    /// <exception cref="InputException">There are such prompts; the message names both.</exception>
    internal static void CheckCase(RunFolder run, string model, GeneratePlan plan)
    {
        if (SafeName.CaseClash(ImageFiles.Prompts(run, model).Concat(plan.Prompts.Select(SafeName.Of))) is { } two)
        {
            throw new InputException(
                $"The images of \"{two.One}\" and \"{two.Other}\" would share a folder here, where file names ignore case; write both alike, or use a run folder for each."
            )
            {
                Remedies = [new Remedy(RemedyKind.OtherRunFolder)],
            };
        }
    }

    /// <summary>
    /// Makes the images that are not there yet, for each generator, prompt and seed. Several processes may fill one run:
    /// each image is made by one of them. With a <see cref="GeneratePlan.Shard"/> only its images are made, and they may
    /// be on several machines; what they made is then taken into the run by the next process that is no shard.
    /// </summary>
    /// <param name="run">
    /// Images are written here as they are made, and with them <c>images.parquet</c> and <c>run.json</c>: a run that is
    /// cancelled, fails or is killed keeps what it has made.
    /// </param>
    /// <param name="generators">With distinct names of models.</param>
    /// <param name="plan">Which images.</param>
    /// <param name="progress">Called for each image that is there.</param>
    /// <param name="cancellationToken">What is finished is kept.</param>
    /// <exception cref="InputException">
    /// The run holds images of a model that another recipe made, or nothing says how they were made.
    /// </exception>
    /// <exception cref="UsageException">An image cannot be made, or would equal that of another seed.</exception>
    /// <exception cref="ResourceException">
    /// The run folder cannot be written, or cannot be shared, or a generator sent what is not an image.
    /// </exception>
    public static async Task<GenerateResult> RunAsync(
        RunFolder run,
        IReadOnlyList<IImageGenerator> generators,
        GeneratePlan plan,
        IProgress<GenerateProgress>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        foreach (var generator in generators)
        {
            Check(run, generator, plan);
            CheckWritable(run, generator, plan);
        }

        if (plan.Shard is not null)
        {
            return await GenerateShard.RunAsync(run, generators, plan, progress, cancellationToken);
        }

        if (run.Mirror is not null)
        {
            // Others have run.json only when this is done, and are to know how the images were made.
            foreach (var generator in generators)
            {
                ShardRecords.Add(run, plan.ShardRecordOf(generator));
                Check(run, generator, plan);
            }
        }

        if (Directory.Exists(run.FullPath))
        {
            ShardRecords.Gather(run);
            using var alone = RunLock.Take(run, run.At(RunFolder.ManifestName));
            StaleFiles.RemoveAll(run);
        }

        var images = new GeneratedImages(run, plan, generators.Count * plan.Requests.Count, progress);
        try
        {
            foreach (var generator in generators)
            {
                List<ImageRequest> missing = [];
                foreach (var request in plan.Requests)
                {
                    if (plan.Find(run, generator, request) is { } file)
                    {
                        images.Note(generator, request, file);
                    }
                    else
                    {
                        missing.Add(request);
                    }
                }

                if (missing.Count < plan.Requests.Count)
                {
                    images.Introduce(generator);
                }

                using var toMake = new MissingImages(run, plan, generator, images.NoteElsewhere);
                while (missing.Count > 0)
                {
                    await foreach (var image in generator.GenerateAsync(missing, toMake.Take, cancellationToken))
                    {
                        images.Keep(generator, image);
                        toMake.Release();
                    }

                    missing = await toMake.AwaitOthersAsync(cancellationToken);
                }
            }
        }
        finally
        {
            images.WriteTable();
        }

        return images.Result();
    }
}

using Semblance.Runs.Storage;

namespace Semblance.Runs;

/// <summary>Which pictures to make, the same for every generator, and how to keep them.</summary>
/// <param name="Prompts">Raw texts.</param>
/// <param name="Seeds">For each prompt.</param>
/// <param name="Width">Pixels.</param>
/// <param name="Height">Pixels.</param>
/// <param name="Extension">Of the files, without a dot; it stands for the format.</param>
/// <param name="Encode">From pixels to the bytes of a file.</param>
public sealed record GeneratePlan(
    IReadOnlyList<string> Prompts,
    IReadOnlyList<long> Seeds,
    int Width,
    int Height,
    string Extension,
    Func<GeneratedImage, byte[]> Encode
)
{
    /// <summary>The requests, prompt by prompt, each once.</summary>
    public IReadOnlyList<ImageRequest> Requests { get; } =
    [
        .. Prompts
            .Distinct()
            .SelectMany(prompt => Seeds.Distinct().Select(seed => new ImageRequest(prompt, seed, Width, Height))),
    ];

    /// <summary>The file of a picture, relative to the run folder and with /.</summary>
    public string FileOf(string model, ImageRequest request) =>
        $"images/{SafeName.Of(model)}/{SafeName.Of(request.Prompt)}/{request.Seed}.{Extension}";
}

/// <summary>Fills <c>images/&lt;model&gt;/&lt;prompt&gt;/&lt;seed&gt;.png</c> of a run folder.</summary>
public static class GenerateStage
{
    /// <summary>The pictures that the run folder does not hold yet.</summary>
    public static IReadOnlyList<ImageRequest> Missing(RunFolder run, string model, GeneratePlan plan) =>
        [.. plan.Requests.Where(request => !File.Exists(run.At(plan.FileOf(model, request))))];

    /// <summary>Makes the pictures that are not there yet, for each generator, prompt and seed.</summary>
    /// <param name="run">
    /// Pictures, <c>images.parquet</c> and the recipes in <c>run.json</c> are written here, the table also when the run
    /// is cancelled or fails.
    /// </param>
    /// <param name="generators">With distinct names of models.</param>
    /// <param name="plan">Which pictures.</param>
    /// <param name="progress">Told how many pictures are there and how many there will be.</param>
    /// <param name="cancellationToken">What is finished is kept.</param>
    /// <returns>All pictures asked for that are there, those that existed before included.</returns>
    /// <exception cref="InputException">The run holds pictures of a model that another recipe made.</exception>
    /// <exception cref="ResourceException">The run folder cannot be written.</exception>
    public static async Task<ImageInput> RunAsync(
        RunFolder run,
        IReadOnlyList<IImageGenerator> generators,
        GeneratePlan plan,
        IProgress<(int Done, int Total)>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        int total = generators.Count * plan.Requests.Count;
        int done = 0;
        List<ImageRow> rows = [];
        List<ImageRecord> records = [];
        // First of all, so that a killed run leaves a folder that is known for what it is.
        Manifest.Add(run, [.. generators.Select(generator => RecipeOf(generator, plan))]);
        try
        {
            foreach (IImageGenerator generator in generators)
            {
                void Keep(ImageRequest request)
                {
                    string file = plan.FileOf(generator.Model, request);
                    (string prompt, string seed) = (request.Prompt, $"{request.Seed}");
                    rows.Add(new ImageRow(generator.Model, prompt, seed, Path.Combine(run.Path, file)));
                    records.Add(
                        new ImageRecord(generator.Model, prompt, seed, file, null, request.Width, request.Height)
                    );
                    progress?.Report((++done, total));
                }

                IReadOnlyList<ImageRequest> missing = Missing(run, generator.Model, plan);
                foreach (ImageRequest request in plan.Requests.Except(missing))
                {
                    Keep(request);
                }

                if (missing.Count == 0)
                {
                    continue;
                }

                await foreach (GeneratedImage image in generator.GenerateAsync(missing, cancellationToken))
                {
                    byte[] file = plan.Encode(image);
                    await run.WriteAsync(
                        run.At(plan.FileOf(generator.Model, image.Request)),
                        stream => stream.WriteAsync(file, CancellationToken.None).AsTask()
                    );
                    Keep(image.Request);
                }
            }
        }
        finally
        {
            if (records.Count > 0)
            {
                ImageTable.Merge(run, records);
            }
        }

        return new ImageInput(Inputs.ImageRows.Order(rows), PromptsAreRaw: true);
    }

    private static ModelRecipe RecipeOf(IImageGenerator generator, GeneratePlan plan) =>
        new(
            generator.Model,
            [.. generator.Recipe, new("size", $"{plan.Width}x{plan.Height}"), new("format", plan.Extension)]
        );
}

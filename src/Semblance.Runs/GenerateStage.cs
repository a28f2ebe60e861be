using Semblance.Runs.Storage;

namespace Semblance.Runs;

/// <summary>Fills <c>images/&lt;model&gt;/&lt;prompt&gt;/&lt;seed&gt;.png</c> of a run folder.</summary>
public static class GenerateStage
{
    /// <summary>Makes the images that are not there yet, for each generator, prompt and seed.</summary>
    /// <param name="run">Images and <c>images.parquet</c> are written here, the table also when the run is cancelled or fails.</param>
    /// <param name="generators">With distinct names of models.</param>
    /// <param name="prompts">Raw texts.</param>
    /// <param name="seeds">For each prompt.</param>
    /// <param name="width">Pixels.</param>
    /// <param name="height">Pixels.</param>
    /// <param name="encodePng">From pixels to the bytes of a PNG file.</param>
    /// <param name="progress">Told how many images are there and how many there will be.</param>
    /// <param name="cancellationToken">What is finished is kept.</param>
    /// <returns>All images asked for, those that existed included.</returns>
    /// <exception cref="ResourceException">The run folder cannot be written.</exception>
    public static async Task<ImageInput> RunAsync(
        RunFolder run,
        IReadOnlyList<IImageGenerator> generators,
        IReadOnlyList<string> prompts,
        IReadOnlyList<long> seeds,
        int width,
        int height,
        Func<GeneratedImage, byte[]> encodePng,
        IProgress<(int Done, int Total)>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        string[] texts = [.. prompts.Distinct()];
        long[] numbers = [.. seeds.Distinct()];
        int total = generators.Count * texts.Length * numbers.Length;
        int done = 0;
        List<ImageRow> rows = [];
        List<ImageRecord> records = [];
        // First of all, so that a killed run leaves a folder that is known for what it is.
        Manifest.Add(run, encoder: null, generators.Select(generator => generator.Model), promptsAreRaw: true);
        try
        {
            foreach (IImageGenerator generator in generators)
            {
                string Relative(string prompt, long seed) =>
                    $"images/{SafeName.Of(generator.Model)}/{SafeName.Of(prompt)}/{seed}.png";
                void Keep(string prompt, long seed)
                {
                    string relative = Relative(prompt, seed);
                    rows.Add(new ImageRow(generator.Model, prompt, $"{seed}", Path.Combine(run.Path, relative)));
                    records.Add(new ImageRecord(generator.Model, prompt, $"{seed}", relative, null, width, height));
                    progress?.Report((++done, total));
                }

                List<ImageRequest> missing = [];
                foreach (string prompt in texts)
                {
                    foreach (long seed in numbers)
                    {
                        if (File.Exists(run.At(Relative(prompt, seed))))
                        {
                            Keep(prompt, seed);
                        }
                        else
                        {
                            missing.Add(new ImageRequest(prompt, seed, width, height));
                        }
                    }
                }

                if (missing.Count == 0)
                {
                    continue;
                }

                await foreach (GeneratedImage image in generator.GenerateAsync(missing, cancellationToken))
                {
                    (string prompt, long seed) = (image.Request.Prompt, image.Request.Seed);
                    byte[] png = encodePng(image);
                    await run.WriteAsync(
                        run.At(Relative(prompt, seed)),
                        stream => stream.WriteAsync(png, CancellationToken.None).AsTask()
                    );
                    Keep(prompt, seed);
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
}

using Semblance.Runs.Folder;
using Semblance.Runs.Inputs;

namespace Semblance.Runs.Generating;

/// <summary>The images of a plan that are there, those that are kept now included.</summary>
/// <param name="run">Where they are kept.</param>
/// <param name="plan">Which images.</param>
/// <param name="total">How many there will be, over all generators.</param>
/// <param name="progress">Called for each.</param>
internal sealed class GeneratedImages(
    RunFolder run,
    GeneratePlan plan,
    int total,
    IProgress<GenerateProgress>? progress
)
{
    private readonly List<ImageRow> _rows = [];
    private readonly HashSet<IImageGenerator> _introduced = [];
    private readonly ImageLog _log = new(run, TimeProvider.System);
    private int _made;
    private int _elsewhere;

    /// <summary>Writes recipe and plan of a generator into <c>run.json</c>.</summary>
    public void Introduce(IImageGenerator generator)
    {
        using var alone = RunLock.Take(run, run.At(RunFolder.ManifestName));
        IntroduceAlone(generator);
    }

    /// <summary>Takes an image in that exists.</summary>
    public void Note(IImageGenerator generator, ImageRequest request, string file) =>
        Note(generator, request, file, sha256: null);

    private void Note(IImageGenerator generator, ImageRequest request, string file, string? sha256)
    {
        (var model, var prompt, var seed) = (
            generator.Model,
            request.Prompt,
            request.IsRepetition ? null : request.Name
        );
        _rows.Add(new ImageRow(model, prompt, seed, Path.Combine(run.Path, file)));
        // What a server sends need not have the size that it was asked for.
        var sized = !generator.SendsFiles;
        _log.Add(
            new ImageRecord(
                model,
                prompt,
                seed,
                file,
                sha256,
                sized ? request.Width : null,
                sized ? request.Height : null
            )
        );
        progress?.Report(new GenerateProgress(_rows.Count, total, _elsewhere));
    }

    /// <summary>Takes an image in that another process has made in the meantime.</summary>
    public void NoteElsewhere(IImageGenerator generator, ImageRequest request, string file)
    {
        _elsewhere++;
        Note(generator, request, file);
    }

    /// <summary>Writes an image that was made now.</summary>
    public void Keep(IImageGenerator generator, GeneratedImage image)
    {
        (var extension, var bytes) = GeneratedFile.Of(plan, generator, image);
        var file = ImageFiles.NameOf(generator.Model, image.Request, extension);
        // Recipe and first image are written together, so that neither is there without the other.
        using (var alone = _introduced.Contains(generator) ? null : RunLock.Take(run, run.At(RunFolder.ManifestName)))
        {
            if (alone is not null)
            {
                IntroduceAlone(generator);
            }

            run.Write(run.At(file), stream => stream.Write(bytes.Span));
        }

        _made++;
        Note(generator, image.Request, file, ImageHash.Of(bytes.Span).ToString());
        _log.WriteNowAndThen();
    }

    /// <summary>Writes what <c>images.parquet</c> does not hold yet.</summary>
    public void WriteTable() => _log.Write();

    public GenerateResult Result() =>
        new(new ImageInput(ImageRows.Order(_rows), PromptsAreRaw: true), _made, _elsewhere);

    private void IntroduceAlone(IImageGenerator generator)
    {
        ManifestFile.Add(run, plan.RecipeOf(generator), plan.PlanOf(generator));
        _introduced.Add(generator);
    }
}

using Semblance.Runs.Folder;
using Semblance.Runs.Inputs;
using Semblance.Runs.Sharding;

namespace Semblance.Runs.Generating;

/// <summary>
/// Makes a shard's images. Nothing is locked, and no file is written that other shards write with another content: images,
/// each whole or not there, a <see cref="ShardRecord"/> for each generator, and what the images hash to.
/// </summary>
internal sealed class GenerateShard(RunFolder run, GeneratePlan plan, int total, IProgress<GenerateProgress>? progress)
{
    private readonly List<ImageRow> _rows = [];
    private readonly FileHashes _files = FileHashes.Load(run);
    private int _made;
    private int _elsewhere;

    public static async Task<GenerateResult> RunAsync(
        RunFolder run,
        IReadOnlyList<IImageGenerator> generators,
        GeneratePlan plan,
        IProgress<GenerateProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        SharedFolder.Prepare(run);
        var shard = new GenerateShard(run, plan, generators.Sum(generator => plan.OwnOf(generator).Count), progress);
        try
        {
            foreach (var generator in generators)
            {
                await shard.MakeAsync(generator, plan.OwnOf(generator), cancellationToken);
            }
        }
        finally
        {
            shard._files.SaveBeside();
        }

        return new GenerateResult(
            new ImageInput(ImageRows.Order(shard._rows), PromptsAreRaw: true),
            shard._made,
            shard._elsewhere
        );
    }

    private async Task MakeAsync(
        IImageGenerator generator,
        IReadOnlyList<ImageRequest> own,
        CancellationToken cancellationToken
    )
    {
        if (own.Count == 0)
        {
            return;
        }

        ShardRecords.Add(run, plan.ShardRecordOf(generator));
        // Each shard writes what it will do before it looks at what the others do: of two that differ, one sees it.
        GenerateStage.Check(run, generator, plan);
        List<ImageRequest> missing = [];
        foreach (var request in own)
        {
            if (plan.Find(run, generator, request) is { } file)
            {
                Note(generator, request, file);
            }
            else
            {
                missing.Add(request);
            }
        }

        if (missing.Count == 0)
        {
            return;
        }

        await foreach (var image in generator.GenerateAsync(missing, IsMissing, cancellationToken))
        {
            (var extension, var bytes) = GeneratedFile.Of(plan, generator, image);
            var file = ImageFiles.NameOf(generator.Model, image.Request, extension);
            var path = run.At(file);
            run.Write(path, stream => stream.Write(bytes.Span));
            if (FileStamp.Of(path) is { } stamp)
            {
                _files.Add(path, stamp, ImageHash.Of(bytes.Span));
            }

            _made++;
            Note(generator, image.Request, file);
        }

        // Another shard of the same number, or of another count, may be at work on the same images.
        bool IsMissing(ImageRequest request)
        {
            if (plan.FindNow(run, generator, request) is not { } file)
            {
                return true;
            }

            _elsewhere++;
            Note(generator, request, file);
            return false;
        }
    }

    private void Note(IImageGenerator generator, ImageRequest request, string file)
    {
        _rows.Add(
            new ImageRow(
                generator.Model,
                request.Prompt,
                request.IsRepetition ? null : request.Name,
                Path.Combine(run.Path, file)
            )
        );
        progress?.Report(new GenerateProgress(_rows.Count, total, _elsewhere));
    }
}

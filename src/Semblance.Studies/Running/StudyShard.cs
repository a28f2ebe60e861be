using Semblance.Runs.Generating;
using Semblance.Runs.Inputs;
using Semblance.Runs.Sharding;
using Semblance.Studies.Files;
using Semblance.Studies.Generating;
using Semblance.Studies.Scoring;
using Semblance.Wording;

namespace Semblance.Studies.Running;

/// <summary>What a shard of a study does.</summary>
[Flags]
public enum ShardWork
{
    /// <summary>Make its part of the images.</summary>
    Images = 1,

    /// <summary>Embed its part of the images.</summary>
    Embeddings = 2,

    /// <summary>Both, one after the other.</summary>
    All = Images | Embeddings,
}

/// <summary>
/// A shard of a study: makes its part of the images of checkpoints and painters, and embeds its part of all images. It
/// scores nothing, asks no server, and waits for no one; the run of the study that is no shard does what is left.
/// </summary>
public static class StudyShard
{
    /// <summary>Does the part of the shard.</summary>
    /// <param name="study">What to do.</param>
    /// <param name="shard">Whose part.</param>
    /// <param name="work">What of it.</param>
    /// <param name="host">Receives messages.</param>
    /// <param name="cancellationToken">What is finished is kept.</param>
    /// <returns>Images that failed, each a sentence.</returns>
    /// <exception cref="InputException">Images of another recipe or study, or bad files.</exception>
    /// <exception cref="ResourceException">A model or disk is not available, or the run folder cannot be shared.</exception>
    public static async Task<IReadOnlyList<string>> RunAsync(
        StudyFile study,
        Shard shard,
        ShardWork work,
        StudyHost host,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(study);
        ArgumentNullException.ThrowIfNull(host);
        study = StudyDevice.Settle(await StudyDatasets.FetchAsync(study, host, cancellationToken), host);
        var folder = new StudyFolder(study, host);
        folder.Check();
        folder.Claim();
        List<string> failed = [];
        if (work.HasFlag(ShardWork.Images))
        {
            foreach (var model in study.Models)
            {
                failed.AddRange(await MakeAsync(folder, model, shard, host, cancellationToken));
            }
        }

        if (work.HasFlag(ShardWork.Embeddings))
        {
            var images = new ImageInput(StudyImageTable.Rows(folder), PromptsAreRaw: true);
            await ScoreStudy.EmbedAsync(
                new ScoreRequest([])
                {
                    Encoders = study.Encoders,
                    Run = study.Run,
                    Device = study.Devices[0],
                    FurtherDevices = [.. study.Devices.Skip(1)],
                    Precision = study.Precision,
                },
                images,
                shard,
                host,
                cancellationToken
            );
        }

        return failed;
    }

    private static async Task<IReadOnlyList<string>> MakeAsync(
        StudyFolder folder,
        StudyModel model,
        Shard shard,
        StudyHost host,
        CancellationToken cancellationToken
    )
    {
        List<string> failed = [];
        switch (model.Source)
        {
            case CheckpointSource source:
                foreach (var request in StudyCells.Generations(model, source, folder.Study.Run))
                {
                    var own = request with { Shard = shard };
                    var found = await GenerateStudy.FindAsync(own, look: false, host, cancellationToken);
                    var generation = GenerateStudy.Open(own, found, host);
                    generation.Check(generation.Needs(generation.Missing.Count));
                    var outcome = await generation.RunAsync(cancellationToken);
                    failed.AddRange(outcome.Failed.Select(image => $"{model.Id}: {image.Reason}"));
                }

                break;
            case PainterSource source:
                var result = await GenerateStage.RunAsync(
                    folder.Run,
                    [new NamedGenerator(model.Id, ModelReader.Painters[source.Painter])],
                    StudyCells.PlanOf(model, [.. StudyCells.Requests(model)]) with
                    {
                        Shard = shard,
                    },
                    progress: null,
                    cancellationToken
                );
                host.Note(
                    $"shard {shard}: {Plural.Of(result.Images.Rows.Count, "image")} of {model.Id}, {result.Made} made now"
                );
                break;
            case ServerSource:
                host.Note(
                    $"shard {shard}: {model.Id} is made by a server, whose calls and costs one process counts: its images are made by the run that is no shard"
                );
                break;
            default:
                break;
        }

        return failed;
    }
}

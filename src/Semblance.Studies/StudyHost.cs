using Semblance.Consistency;
using Semblance.Models.Hub.Pulling;
using Semblance.Runs.Folder;

namespace Semblance.Studies;

/// <summary>
/// The caller of a study: receives its messages, answers its questions, and has the cache of models. By default nothing is
/// reported, and nothing is downloaded. Any thread may call.
/// </summary>
public sealed record StudyHost
{
    /// <summary>What was done, in a sentence.</summary>
    public Action<string> Note { get; init; } = static _ => { };

    /// <summary>What was worked around or should be known of the result, in a sentence.</summary>
    public Action<string> Warning { get; init; } = static _ => { };

    /// <summary>Files that are left out of the scores; reported before anything is computed, and only if there are any.</summary>
    public Action<IReadOnlyList<SkippedFile>> LeftOut { get; init; } = static _ => { };

    /// <summary>Runs a part of the study that takes a while, and receives how far it is.</summary>
    public Func<StudyStage, Func<Action<StageCount>, Task>, Task> Stage { get; init; } =
        static (_, work) => work(static _ => { });

    /// <summary>Asks whether something is to be downloaded, which means agreeing to its licence.</summary>
    public Func<Download, CancellationToken, Task<bool>> Agree { get; init; } = static (_, _) => Task.FromResult(false);

    /// <summary>Download nothing, and do not ask.</summary>
    public bool Offline { get; init; }

    /// <summary>Where the run is held elsewhere too, such as a bucket; null for here alone.</summary>
    public FolderElsewhere? Mirror { get; init; }

    /// <summary>Folders of images to score that are elsewhere, such as in a bucket.</summary>
    public IReadOnlyList<FolderElsewhere> Inputs { get; init; } = [];

    /// <summary>The hub and the cache of models; null for those that the environment names.</summary>
    public HubSettings? Hub { get; init; }

    internal HubSettings Settings => Hub ?? HubSettings.FromEnvironment();

    /// <summary>The run folder of that name, with the place that holds it elsewhere.</summary>
    internal RunFolder Open(string run) => new(run, Warning) { Mirror = Mirror, Inputs = Inputs };

    internal async Task<T> StageAsync<T>(StudyStage stage, Func<Action<StageCount>, Task<T>> work)
    {
        T? result = default;
        await Stage(stage, async report => result = await work(report));
        return result!;
    }

    /// <summary>Keeps a result in a run folder and says so; where it cannot be kept it is complete all the same, and is shown.</summary>
    /// <param name="keep">Writes it.</param>
    /// <param name="note">Where it is then.</param>
    /// <returns>Why it is not kept; null where it is.</returns>
    internal ResourceException? Keep(Action keep, string note)
    {
        try
        {
            keep();
        }
        catch (ResourceException fault)
        {
            return fault;
        }

        Note(note);
        return null;
    }
}

/// <summary>A part of a study that takes a while.</summary>
/// <param name="What">For example <c>embedding</c>, or <c>pulling sdxl</c>.</param>
/// <param name="Unit">What is counted.</param>
public sealed record StudyStage(string What, StageUnit Unit);

/// <summary>What a <see cref="StageCount"/> counts.</summary>
public enum StageUnit
{
    /// <summary>Image files that are embedded.</summary>
    Images,

    /// <summary>Denoising steps; beside them the images that are finished.</summary>
    Steps,

    /// <summary>Of a download or of files that are hashed.</summary>
    Bytes,
}

/// <summary>How far a stage is.</summary>
/// <param name="Done">In the unit of the stage.</param>
/// <param name="Total">All that there will be.</param>
/// <param name="Images">If steps are counted: images that need nothing more.</param>
/// <param name="OfImages">All images of these; else 0.</param>
/// <param name="Free">How many of <paramref name="Done"/> took no work, and so say nothing of the speed.</param>
/// <param name="Beside">What else is to be said, such as what was spent; null for nothing.</param>
public readonly record struct StageCount(
    long Done,
    long Total,
    int Images = 0,
    int OfImages = 0,
    long Free = 0,
    string? Beside = null
);

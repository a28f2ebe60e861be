namespace Semblance.Models.Hub;

/// <summary>What is to be brought into the cache.</summary>
/// <param name="Repository">Where it is.</param>
public sealed record PullRequest(HubRepository Repository)
{
    /// <summary>
    /// Revisions to take instead where the hub (or a mirror of it) lacks the repository's, in this order.
    /// </summary>
    public IReadOnlyList<string> Otherwise { get; init; } = [];

    /// <summary>The form of the weights, such as <c>fp16</c>; null for the plain ones.</summary>
    public string? Variant { get; init; }

    /// <summary>Patterns with * and ? of paths to take instead of what a network, pipeline or data set needs.</summary>
    public IReadOnlyList<string> Include { get; init; } = [];
}

/// <summary>What a pull will do.</summary>
/// <param name="Repository">Where from; the revision is the one that was found.</param>
/// <param name="Commit">That the revision stands for.</param>
/// <param name="Licence">As the repository's card states it; null where it states none.</param>
/// <param name="Files">How many files the snapshot will hold of this.</param>
/// <param name="TotalBytes">Of these files, each content once.</param>
/// <param name="MissingFiles">Whose content the cache does not hold.</param>
/// <param name="MissingBytes">That have to come over the network: those of the missing files without what an interrupted pull left.</param>
/// <param name="Snapshot">The folder that will hold them.</param>
public sealed record PullPlan(
    HubRepository Repository,
    string Commit,
    string? Licence,
    int Files,
    long TotalBytes,
    int MissingFiles,
    long MissingBytes,
    string Snapshot
)
{
    /// <summary>
    /// Class of the pipeline that <c>model_index.json</c> names, empty where it names none; null for what is not a pipeline.
    /// </summary>
    public string? Pipeline { get; init; }

    internal IReadOnlyList<PlannedBlob> Blobs { get; init; } = [];

    /// <summary>The revision that was asked for, where the hub lacks it and another is taken; null where it does not.</summary>
    internal string? InsteadOf { get; init; }
}

/// <summary>One blob and the files that are it.</summary>
internal sealed record PlannedBlob(BlobId Id, long Length, IReadOnlyList<string> Paths);

/// <summary>How far a pull is.</summary>
/// <param name="Done">Bytes that are here, those of earlier attempts too.</param>
/// <param name="Total">Bytes of all files.</param>
public sealed record PullProgress(long Done, long Total);

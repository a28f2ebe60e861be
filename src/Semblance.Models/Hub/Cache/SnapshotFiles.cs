namespace Semblance.Models.Hub.Cache;

/// <summary>A snapshot as it lies on disk, without asking the hub.</summary>
public static class SnapshotFiles
{
    /// <summary>
    /// Whether a folder holds all that its network, or the pipeline that its <c>model_index.json</c> describes, needs:
    /// weights, every part of split ones, and the bytes behind every link.
    /// </summary>
    /// <param name="folder">A snapshot, or any folder of the same layout.</param>
    /// <param name="variant">Such as <c>fp16</c>; null for the plain weights.</param>
    /// <exception cref="ResourceException">It cannot be read.</exception>
    public static bool IsWhole(string folder, string? variant) => Lacks(folder, variant) is null;

    /// <summary>What a folder lacks of that: a path, or words where no single file is meant; null where nothing is lacking.</summary>
    /// <param name="folder">A snapshot, or any folder of the same layout.</param>
    /// <param name="variant">Such as <c>fp16</c>; null for the plain weights.</param>
    /// <exception cref="ResourceException">It cannot be read.</exception>
    public static string? Lacks(string folder, string? variant) =>
        CachedRepository.Reading(
            folder,
            () =>
            {
                var paths = CachedRepository.Below(folder).Select(file => file.FullName).Where(Leads);
                string[] names = [.. paths.Select(path => Relative(folder, path))];
                var index = Path.Combine(folder, FileSelection.PipelineIndex);
                return FileSelection.Lacks(
                    names,
                    File.Exists(index) ? RegularFile.ReadAllBytes(index, RegularFile.MostOfText) : null,
                    variant
                );
            }
        );

    /// <summary>Whether a folder holds any weights, and not only configurations and tokenizers.</summary>
    /// <exception cref="ResourceException">It cannot be read.</exception>
    public static bool HasWeights(string folder) =>
        CachedRepository.Reading(
            folder,
            () =>
                CachedRepository
                    .Below(folder)
                    .Any(file => file.Extension is ".safetensors" or ".bin" or ".ckpt" or ".pt" or ".onnx")
        );

    /// <summary>
    /// The snapshot that a request is answered with from the cache alone, or null where it is not whole. Only the revision
    /// that was asked for counts: a known name means its commit, whatever else the cache holds.
    /// </summary>
    /// <exception cref="ResourceException">The cache cannot be read.</exception>
    public static string? Find(PullRequest request, string cache)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (HubCache.Find(request.Repository, cache) is not { } snapshot)
        {
            return null;
        }

        // Of a data set nobody knows offline what belongs to it; its reference is written when all is there.
        var whole = request.Repository.Kind == HubKind.Dataset || request.Include.Count > 0;
        return whole || IsWhole(snapshot.Folder, request.Variant) ? snapshot.Folder : null;
    }

    /// <summary>What the cache has of a request that it cannot answer; null where it has nothing of it.</summary>
    /// <returns>Words that go behind "the cache": which snapshot, and what it lacks.</returns>
    /// <exception cref="ResourceException">The cache cannot be read.</exception>
    public static string? Unfinished(PullRequest request, string cache)
    {
        ArgumentNullException.ThrowIfNull(request);
        return HubCache.Find(request.Repository, cache) is { } snapshot
            ? $"{snapshot.Folder} lacks {Lacks(snapshot.Folder, request.Variant)}"
            : request
                .Otherwise.Select(revision => HubCache.Find(request.Repository with { Revision = revision }, cache))
                .OfType<HubSnapshot>()
                .Select(other =>
                    $"the cache holds {other.Commit} of {request.Repository.Name}, which is not the commit {request.Repository.Revision} that the known name means; {request.Repository.Name}@{other.Commit} asks for it"
                )
                .FirstOrDefault();
    }

    /// <summary>Whether there are bytes behind a path. File.Exists says so of a link that leads nowhere, too.</summary>
    internal static bool Leads(string path) =>
        new FileInfo(path).ResolveLinkTarget(returnFinalTarget: true) is { } target ? target.Exists : File.Exists(path);

    /// <summary>A path below a folder, with forward slashes.</summary>
    internal static string Relative(string folder, string path) =>
        Path.GetRelativePath(folder, path).Replace('\\', '/');
}

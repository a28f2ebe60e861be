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
    public static bool IsWhole(string folder, string? variant) =>
        CachedRepository.Reading(
            folder,
            () =>
            {
                var paths = CachedRepository.Below(folder).Select(file => file.FullName).Where(Leads);
                string[] names = [.. paths.Select(path => Relative(folder, path))];
                var index = Path.Combine(folder, FileSelection.PipelineIndex);
                return FileSelection.IsWhole(names, File.Exists(index) ? File.ReadAllBytes(index) : null, variant);
            }
        );

    /// <summary>The snapshot that a request is answered with from the cache alone, or null where it holds none that is whole.</summary>
    /// <exception cref="ResourceException">The cache cannot be read.</exception>
    public static string? Find(PullRequest request, string cache)
    {
        ArgumentNullException.ThrowIfNull(request);
        foreach (var revision in (string[])[request.Repository.Revision, .. request.Otherwise])
        {
            if (HubCache.Find(request.Repository with { Revision = revision }, cache) is { } snapshot)
            {
                // Of a data set nobody knows offline what belongs to it; its reference is written when all is there.
                var whole = request.Repository.Kind == HubKind.Dataset || request.Include.Count > 0;
                if (whole || IsWhole(snapshot.Folder, request.Variant))
                {
                    return snapshot.Folder;
                }
            }
        }

        return null;
    }

    /// <summary>Whether there are bytes behind a path. File.Exists says so of a link that leads nowhere, too.</summary>
    internal static bool Leads(string path) =>
        new FileInfo(path).ResolveLinkTarget(returnFinalTarget: true) is { } target ? target.Exists : File.Exists(path);

    /// <summary>A path below a folder, with forward slashes.</summary>
    internal static string Relative(string folder, string path) =>
        Path.GetRelativePath(folder, path).Replace('\\', '/');
}

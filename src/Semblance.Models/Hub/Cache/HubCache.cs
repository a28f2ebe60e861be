namespace Semblance.Models.Hub.Cache;

/// <summary>
/// Finds models in the local Hugging Face cache (the layout of
/// https://huggingface.co/docs/huggingface_hub/guides/manage-cache). Nothing is downloaded.
/// </summary>
internal static class HubCache
{
    /// <summary>Fewer digits than this name no commit: too many would begin with them.</summary>
    private const int FewestDigits = 7;

    /// <summary>
    /// The snapshot of a model or data set, or null where the cache holds no such repository or revision, or its reference
    /// cannot be read.
    /// </summary>
    /// <param name="repository">
    /// Its revision is a branch or tag, a commit (at least 7 of its digits), or <c>refs/pr/15</c>.
    /// </param>
    /// <param name="cache">The cache's folder.</param>
    public static HubSnapshot? Find(HubRepository repository, string cache)
    {
        var folder = Path.Combine(cache, repository.FolderName);
        return
            Commit(folder, repository.Revision) is { } commit
            && Path.Combine(folder, "snapshots", commit) is var snapshot
            && Directory.Exists(snapshot)
            ? new HubSnapshot(snapshot, commit)
            : null;
    }

    private static string? Commit(string folder, string revision)
    {
        // The library keeps a branch as refs/main and a pull request as refs/refs/pr/15.
        var reference = Path.Combine(folder, "refs", revision);
        if (File.Exists(reference))
        {
            try
            {
                var commit = RegularFile.ReadAllText(reference, RegularFile.MostOfNote).Trim();
                return BlobId.IsCommit(commit) ? commit : null;
            }
            catch (Exception error) when (FileFault.IsOne(error))
            {
                return null;
            }
        }

        var snapshots = Path.Combine(folder, "snapshots");
        return
            revision.Length >= FewestDigits
            && revision.All(char.IsAsciiHexDigitLower)
            && Directory.Exists(snapshots)
            && Directory.GetDirectories(snapshots, $"{revision}*") is [var only]
            ? Path.GetFileName(only)
            : null;
    }
}

using System.Buffers;
using Semblance.Models.Checkpoints;

namespace Semblance.Models.Hub.Cache;

/// <summary>
/// Finds models in the local Hugging Face cache (the layout of
/// https://huggingface.co/docs/huggingface_hub/guides/manage-cache). Nothing is downloaded.
/// </summary>
public static class HubCache
{
    private const int CommitLength = 40;
    private static readonly SearchValues<char> Hexadecimal = SearchValues.Create("0123456789abcdef");

    /// <summary>The snapshot of a model.</summary>
    /// <param name="id">
    /// <c>org/name</c>, or <c>org/name@revision</c> where the revision is a branch or tag, a commit (at least 7 of its
    /// digits), or <c>refs/pr/15</c>. Without one it is <c>main</c>.
    /// </param>
    /// <param name="location">Where the cache is.</param>
    /// <exception cref="UsageException">The text is not a hub id.</exception>
    /// <exception cref="ResourceException">The cache holds no such model or revision; the message says how to get it.</exception>
    public static HubSnapshot Find(string id, HubCacheLocation location)
    {
        ArgumentNullException.ThrowIfNull(id);
        ArgumentNullException.ThrowIfNull(location);
        return Find(HubRepository.Parse(id), location.Folder);
    }

    /// <summary>The snapshot of a model or data set.</summary>
    /// <param name="repository">Which; its revision as for <see cref="Find(string, HubCacheLocation)"/>.</param>
    /// <param name="cache">The cache's folder.</param>
    /// <exception cref="ResourceException">The cache holds no such repository or revision; the message says how to get it.</exception>
    public static HubSnapshot Find(HubRepository repository, string cache)
    {
        ArgumentNullException.ThrowIfNull(repository);
        ArgumentNullException.ThrowIfNull(cache);
        var folder = Path.Combine(cache, repository.FolderName);
        if (!Directory.Exists(folder))
        {
            throw Missing($"{repository.Name} is not in the Hugging Face cache {cache}", repository);
        }

        var commit = Commit(folder, repository.Revision) ?? throw MissingRevision(folder, repository);
        var snapshot = Path.Combine(folder, "snapshots", commit);
        return Directory.Exists(snapshot)
            ? new HubSnapshot(snapshot, commit)
            : throw Missing(
                $"{repository.Name} at {repository.Revision} is named in {folder}, but without files",
                repository
            );
    }

    /// <summary>As <see cref="Find(HubRepository, string)"/>, but null where the cache holds no such repository or revision.</summary>
    internal static HubSnapshot? TryFind(HubRepository repository, string cache)
    {
        try
        {
            return Find(repository, cache);
        }
        catch (ResourceException)
        {
            return null;
        }
    }

    /// <summary>A file of a snapshot, or null where the snapshot has none of that name.</summary>
    /// <exception cref="ResourceException">The snapshot names the file but the cache no longer holds its bytes.</exception>
    public static string? FindFile(HubSnapshot snapshot, string name)
    {
        var path = Path.Combine(snapshot.Folder, name);
        // A link that leads nowhere exists for File.Exists, so it has to be followed.
        if (!File.Exists(path) && new FileInfo(path).LinkTarget is null)
        {
            return null;
        }

        try
        {
            _ = RealPath.Of(path);
            return path;
        }
        catch (InputException error)
        {
            throw new ResourceException(error.Message, error);
        }
    }

    private static string? Commit(string model, string revision)
    {
        // The library keeps a branch as refs/main and a pull request as refs/refs/pr/15.
        var reference = Path.Combine(model, "refs", revision);
        if (File.Exists(reference))
        {
            try
            {
                var commit = File.ReadAllText(reference).Trim();
                return IsCommit(commit) && commit.Length == CommitLength ? commit : null;
            }
            catch (Exception error) when (FileFault.IsOne(error))
            {
                throw new ResourceException($"{reference} cannot be read: {error.Message}", error);
            }
        }

        if (!IsCommit(revision))
        {
            return null;
        }

        var snapshots = Snapshots(model).Where(name => name.StartsWith(revision, StringComparison.Ordinal)).ToArray();
        return snapshots is [var only] ? only : null;
    }

    private static string[] Snapshots(string model)
    {
        var folder = Path.Combine(model, "snapshots");
        return Directory.Exists(folder)
            ?
            [
                .. Directory
                    .EnumerateDirectories(folder)
                    .Select(path => Path.GetFileName(path)!)
                    .Order(StringComparer.Ordinal),
            ]
            : [];
    }

    private static ResourceException MissingRevision(string folder, HubRepository repository)
    {
        var held = Snapshots(folder);
        var others =
            held.Length == 0 ? "" : $" (it holds {string.Join(", ", held)}; name one as {repository.Name}@{held[0]})";
        return Missing($"{folder} does not hold revision {repository.Revision}{others}", repository);
    }

    /// <summary>For a repository that the cache does not hold, with how to get it.</summary>
    internal static ResourceException Missing(string what, HubRepository repository)
    {
        var kind = repository.Kind == HubKind.Dataset ? " --repo-type dataset" : "";
        var revision = repository.Revision == HubRepository.DefaultRevision ? "" : $" --revision {repository.Revision}";
        return new ResourceException(
            $"{what}; download it (`hf download {repository.Name}{kind}{revision}`), point HF_HOME or HF_HUB_CACHE at a cache "
                + "that has it, or give a folder that holds the model."
        )
        {
            Remedies = [new Remedy(RemedyKind.FetchFromHub, repository.ToString())],
        };
    }

    private static bool IsCommit(ReadOnlySpan<char> text) =>
        text.Length is >= 7 and <= CommitLength && !text.ContainsAnyExcept(Hexadecimal);
}

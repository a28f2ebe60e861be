using System.Buffers;
using Semblance.Models.Checkpoints;

namespace Semblance.Models.Hub.Cache;

/// <summary>The environment that says where the Hugging Face cache lies; empty texts count as not set.</summary>
/// <param name="HubCache"><c>HF_HUB_CACHE</c> (or the older <c>HUGGINGFACE_HUB_CACHE</c>): the cache itself.</param>
/// <param name="Home"><c>HF_HOME</c>: the cache is its folder <c>hub</c>.</param>
/// <param name="CacheHome"><c>XDG_CACHE_HOME</c>: the home is its folder <c>huggingface</c>.</param>
/// <param name="UserFolder">The user's own folder; the home is its <c>.cache/huggingface</c>.</param>
public sealed record HubCacheLocation(string? HubCache, string? Home, string? CacheHome, string UserFolder)
{
    private const string HubCacheVariable = "HF_HUB_CACHE";
    private const string OlderHubCacheVariable = "HUGGINGFACE_HUB_CACHE";
    private const string HomeVariable = "HF_HOME";
    private const string CacheHomeVariable = "XDG_CACHE_HOME";

    /// <summary>As this process's environment has it.</summary>
    public static HubCacheLocation FromEnvironment() =>
        new(
            Environment.GetEnvironmentVariable(HubCacheVariable) is { Length: > 0 } cache
                ? cache
                : Environment.GetEnvironmentVariable(OlderHubCacheVariable),
            Environment.GetEnvironmentVariable(HomeVariable),
            Environment.GetEnvironmentVariable(CacheHomeVariable),
            Environment.GetFolderPath(Environment.SpecialFolder.UserProfile)
        );

    /// <summary>The folder of <c>models--org--name</c> folders, whether it exists or not. A leading <c>~</c> is the user's folder.</summary>
    public string Folder =>
        this switch
        {
            { HubCache.Length: > 0 } => Expanded(HubCache),
            _ => Path.Combine(HomeFolder, "hub"),
        };

    /// <summary>The folder of the cache and of the access token.</summary>
    internal string HomeFolder =>
        this switch
        {
            { Home.Length: > 0 } => Expanded(Home),
            { CacheHome.Length: > 0 } => Path.Combine(Expanded(CacheHome), "huggingface"),
            _ => Path.Combine(UserFolder, ".cache", "huggingface"),
        };

    /// <summary>The location, if there is a folder in its place or can be one.</summary>
    /// <exception cref="UsageException">A file is in the place of the cache, or of a folder above it.</exception>
    internal HubCacheLocation Checked()
    {
        var (variable, value) = this switch
        {
            { HubCache.Length: > 0 } => (NameOf(HubCache), HubCache),
            { Home.Length: > 0 } => (HomeVariable, Home),
            { CacheHome.Length: > 0 } => (CacheHomeVariable, CacheHome),
            _ => (null, null),
        };
        if (FileIn(Folder) is not { } file)
        {
            return this;
        }
        var what = SnapshotFiles.Leads(file) ? "is a file and no folder" : "is a link that leads nowhere";
        throw new UsageException(
            variable is null
                ? $"The Hugging Face cache cannot be {Folder}: {file} {what}; move it away, or set {HomeVariable} to a folder."
            : Expanded(value!) == file
                ? $"{variable} names {file}, which {what}; set it to a folder, or leave it unset."
            : $"{variable} is {value}, but {file} {what}; set it to another folder, or leave it unset."
        );
    }

    /// <summary>The older name counts only where the newer one is not set.</summary>
    private static string NameOf(string hubCache) =>
        Environment.GetEnvironmentVariable(HubCacheVariable) is not { Length: > 0 }
        && Environment.GetEnvironmentVariable(OlderHubCacheVariable) == hubCache
            ? OlderHubCacheVariable
            : HubCacheVariable;

    /// <summary>What is in the place of a folder, or of one above it; null where nothing is.</summary>
    private static string? FileIn(string folder)
    {
        var path = Path.GetFullPath(folder);
        while (!Path.Exists(path) && new FileInfo(path).LinkTarget is null && Path.GetDirectoryName(path) is { } parent)
        {
            path = parent;
        }
        return Directory.Exists(path) ? null : path;
    }

    private string Expanded(string path) =>
        path == "~" || path.StartsWith("~/", StringComparison.Ordinal) ? UserFolder + path[1..] : path;
}

/// <summary>A model as the cache holds it.</summary>
/// <param name="Folder">The snapshot: the repository's files, mostly links.</param>
/// <param name="Commit">Of the hub, 40 hexadecimal digits; the name of the snapshot.</param>
public sealed record HubSnapshot(string Folder, string Commit);

/// <summary>
/// Finds models in the local Hugging Face cache (the layout of
/// https://huggingface.co/docs/huggingface_hub/guides/manage-cache). Nothing is downloaded.
/// </summary>
public static class HubCache
{
    private const int CommitLength = 40;
    private static readonly SearchValues<char> Hexadecimal = SearchValues.Create("0123456789abcdef");
    private static readonly SearchValues<char> NoPart = SearchValues.Create("\\:\0");

    /// <summary>Whether a text has the form of a hub id: <c>org/name</c>, <c>org/name@revision</c>.</summary>
    public static bool IsHubId(string text)
    {
        var id = text.AsSpan();
        var at = id.IndexOf('@');
        if (at >= 0)
        {
            if (!IsRevision(id[(at + 1)..]))
            {
                return false;
            }
            id = id[..at];
        }
        var slash = id.IndexOf('/');
        return slash > 0 && IsName(id[..slash]) && IsName(id[(slash + 1)..]);
    }

    /// <summary>The snapshot of a model.</summary>
    /// <param name="id">
    /// <c>org/name</c>, or <c>org/name@revision</c> where the revision is a branch or tag, a commit (at least 7 of its
    /// digits), or <c>refs/pr/15</c>. Without one it is <c>main</c>.
    /// </param>
    /// <param name="location">Where the cache is.</param>
    /// <exception cref="UsageException">The text is no hub id.</exception>
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
                $"{repository.Name} at {repository.Revision} is in {folder} by name only, without files",
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
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
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

    private static ResourceException Missing(string what, HubRepository repository) =>
        new(
            $"{what}; fetch it with {HowToFetch(repository)}, point HF_HOME or HF_HUB_CACHE at the cache that has it, "
                + "or give a folder that holds the model."
        );

    /// <summary>The commands that bring a repository into the cache, for messages.</summary>
    internal static string HowToFetch(HubRepository repository)
    {
        var (ours, theirs) = repository.Kind == HubKind.Dataset ? (" --dataset", " --repo-type dataset") : ("", "");
        var revision = repository.Revision == HubRepository.DefaultRevision ? "" : $" --revision {repository.Revision}";
        return $"`semblance models pull {repository}{ours}` or `hf download {repository.Name}{theirs}{revision}`";
    }

    private static bool IsCommit(ReadOnlySpan<char> text) =>
        text.Length is >= 7 and <= CommitLength && !text.ContainsAnyExcept(Hexadecimal);

    private static bool IsName(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty || text is "." or ".." || text.Contains("--", StringComparison.Ordinal))
        {
            return false;
        }
        foreach (var letter in text)
        {
            if (!char.IsAsciiLetterOrDigit(letter) && letter is not ('-' or '_' or '.'))
            {
                return false;
            }
        }
        return true;
    }

    /// <summary>A revision becomes a path below <c>refs</c>: no part of it may lead out of there.</summary>
    private static bool IsRevision(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty)
        {
            return false;
        }
        foreach (var range in text.Split('/'))
        {
            var part = text[range];
            if (part.IsEmpty || part is "." or ".." || part.ContainsAny(NoPart))
            {
                return false;
            }
        }
        return true;
    }
}

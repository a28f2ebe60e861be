using Semblance.Models.Checkpoints;
using Semblance.Models.Hub;
using Semblance.Models.Hub.Cache;

namespace Semblance.Models.Encoders;

/// <summary>The files of one model, wherever they lie.</summary>
/// <param name="Name">For the reader: alias, hub id, or the path that was given.</param>
/// <param name="Source">Hub id or path.</param>
/// <param name="Revision">Commit of the hub; empty where there is none.</param>
/// <param name="Weights">Path for <see cref="Checkpoint.Open"/>.</param>
/// <param name="Folders">Where configuration and tokenizer files are looked for, in this order.</param>
/// <param name="Known">The entry of the table, where the model is one of those.</param>
internal sealed record ModelFiles(
    string Name,
    string Source,
    string Revision,
    string Weights,
    IReadOnlyList<string> Folders,
    KnownEncoder? Known
)
{
    /// <summary>The first file of this name, or null.</summary>
    public string? Find(string name) =>
        Folders.Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);

    /// <summary>A folder that holds a model, or a weights file with its configuration beside it.</summary>
    public static ModelFiles At(string path)
    {
        var folder = Directory.Exists(path) ? path : Path.GetDirectoryName(Path.GetFullPath(path))!;
        return new ModelFiles(EncoderName.Of(path), path, "", path, [folder], Known: null);
    }

    /// <summary>A model of the local Hugging Face cache.</summary>
    /// <param name="known">Its entry in the table, or null for a hub id that is not there.</param>
    /// <param name="id"><c>org/name</c>.</param>
    /// <param name="revision">What was asked for; null leaves the choice to the table and to <c>main</c>.</param>
    /// <param name="name">For the reader.</param>
    /// <param name="cache">Where the cache is.</param>
    /// <exception cref="ResourceException">The cache does not hold it; the message says how to get it.</exception>
    public static ModelFiles InCache(
        KnownEncoder? known,
        string id,
        string? revision,
        string name,
        HubCacheLocation cache
    )
    {
        var snapshots = Snapshots(known, id, revision, cache);
        return Whole(snapshots, known, id, name) ?? throw Missing(id, name, known, revision, snapshots, cache);
    }

    /// <summary>As <see cref="InCache"/>, but null where the cache does not hold all of it.</summary>
    public static ModelFiles? FindInCache(
        KnownEncoder? known,
        string id,
        string? revision,
        string name,
        HubCacheLocation cache
    ) => Whole(Snapshots(known, id, revision, cache), known, id, name);

    private static List<HubSnapshot> Snapshots(KnownEncoder? known, string id, string? revision, HubCacheLocation cache)
    {
        string[] revisions = revision is not null
            ? [revision]
            : [.. known?.Revisions ?? ["main"], .. PullRequests(id, cache)];
        return
        [
            .. revisions
                .Select(candidate => HubCache.Find(new HubRepository(HubKind.Model, id, candidate), cache.Folder))
                .OfType<HubSnapshot>(),
        ];
    }

    private static ModelFiles? Whole(List<HubSnapshot> snapshots, KnownEncoder? known, string id, string name)
    {
        // Without a revision asked for, a repository may hold its weights on a pull request and its configuration on
        // main: the weights decide which snapshot it is, the rest may come from any of them.
        if (snapshots.FirstOrDefault(HoldsWeights) is not { } chosen)
        {
            return null;
        }

        var folders = new[] { chosen }.Concat(snapshots).Select(snapshot => snapshot.Folder).Distinct().ToArray();
        return new ModelFiles(name, id, chosen.Commit, chosen.Folder, folders, known);
    }

    /// <summary>Whether the weights are there, all parts of split ones and the bytes behind every link.</summary>
    private static bool HoldsWeights(HubSnapshot snapshot) =>
        WeightsFolder.EncoderNames.Any(file => File.Exists(Path.Combine(snapshot.Folder, file)))
        && SnapshotFiles.IsWhole(snapshot.Folder, variant: null);

    private static ResourceException Missing(
        string id,
        string name,
        KnownEncoder? known,
        string? revision,
        List<HubSnapshot> snapshots,
        HubCacheLocation cache
    )
    {
        var what =
            snapshots.Count == 0
                ? $"{(known is null ? id : $"The encoder {name} ({id})")}{(revision is null ? "" : $" at revision {revision}")} is not in the Hugging Face cache {cache.Folder}"
                : $"{snapshots[0].Folder} holds {id} without its weights or not all of them";
        var repository = new HubRepository(HubKind.Model, id, revision ?? HubRepository.DefaultRevision);
        var named = repository.Revision == HubRepository.DefaultRevision ? "" : $" --revision {revision}";
        return new ResourceException(
            $"{what}; download it (`hf download {id}{named}`), point HF_HOME or HF_HUB_CACHE at a cache "
                + "that has it, or give a folder that holds the model."
        )
        {
            Remedies =
            [
                new Remedy(RemedyKind.FetchFromHub, repository.ToString()),
                new Remedy(RemedyKind.BuiltinEncoder, BuiltinEncoder.Name),
            ],
        };
    }

    /// <summary>The pull-request revisions that the cache holds, the oldest first.</summary>
    private static IEnumerable<string> PullRequests(string id, HubCacheLocation cache)
    {
        var model = new HubRepository(HubKind.Model, id).FolderName;
        var folder = Path.Combine(cache.Folder, model, "refs", "refs", "pr");
        return Directory.Exists(folder)
            ? Directory
                .EnumerateFiles(folder)
                .Select(file => Path.GetFileName(file))
                .OrderBy(number => number.Length)
                .ThenBy(number => number, StringComparer.Ordinal)
                .Select(number => $"refs/pr/{number}")
            : [];
    }
}

using Semblance.Models.Hub.Cache;

namespace Semblance.Models.Hub;

/// <summary>What a repository of the hub holds.</summary>
public enum HubKind
{
    /// <summary>Weights and their configuration.</summary>
    Model,

    /// <summary>Pictures or tables.</summary>
    Dataset,
}

/// <summary>A repository of the hub at one revision.</summary>
/// <param name="Kind">Model or data set.</param>
/// <param name="Name"><c>org/name</c>.</param>
/// <param name="Revision">Branch, tag, commit or <c>refs/pr/15</c>.</param>
public sealed record HubRepository(HubKind Kind, string Name, string Revision = HubRepository.DefaultRevision)
{
    /// <summary>The branch that is meant where none is named.</summary>
    public const string DefaultRevision = "main";

    /// <summary>Reads <c>org/name</c> or <c>org/name@revision</c>.</summary>
    /// <exception cref="UsageException">The text is no hub id.</exception>
    public static HubRepository Parse(string id, HubKind kind = HubKind.Model)
    {
        ArgumentNullException.ThrowIfNull(id);
        if (!HubCache.IsHubId(id))
        {
            throw new UsageException($"\"{id}\" is no hub id; write organisation/name or organisation/name@revision.");
        }
        return id.Split('@', 2) is [var name, var revision]
            ? new HubRepository(kind, name, revision)
            : new HubRepository(kind, id);
    }

    /// <summary>The folder of the cache that holds it, all revisions: <c>models--org--name</c>.</summary>
    public string FolderName =>
        $"{(Kind == HubKind.Model ? "models" : "datasets")}--{Name.Replace("/", "--", StringComparison.Ordinal)}";

    /// <summary>Where the hub describes it: <c>api/models/org/name</c>.</summary>
    internal string ApiPath => $"api/{(Kind == HubKind.Model ? "models" : "datasets")}/{Name}";

    /// <summary>Where the hub shows it to people: <c>org/name</c> or <c>datasets/org/name</c>.</summary>
    internal string PagePath => Kind == HubKind.Model ? Name : $"datasets/{Name}";

    /// <summary><c>org/name</c>, with the revision where it is not the default.</summary>
    public override string ToString() => Revision == DefaultRevision ? Name : $"{Name}@{Revision}";
}

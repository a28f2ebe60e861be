using System.Buffers;

namespace Semblance.Models.Hub;

/// <summary>What a repository of the hub holds.</summary>
public enum HubKind
{
    /// <summary>A model: weights and their configuration.</summary>
    Model,

    /// <summary>A data set: images or tables.</summary>
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

    private static readonly SearchValues<char> NoPart = SearchValues.Create("\\:\0");

    /// <summary>Whether a text has the form of a hub id: <c>org/name</c>, <c>org/name@revision</c>.</summary>
    public static bool IsId(string text)
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

    /// <summary>Parses a hub id, <c>org/name</c> or <c>org/name@revision</c>.</summary>
    /// <exception cref="UsageException">The text is not a hub id.</exception>
    public static HubRepository Parse(string id, HubKind kind = HubKind.Model)
    {
        ArgumentNullException.ThrowIfNull(id);
        if (!IsId(id))
        {
            throw new UsageException(
                $"\"{id}\" is not a hub id; write organisation/name or organisation/name@revision."
            );
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

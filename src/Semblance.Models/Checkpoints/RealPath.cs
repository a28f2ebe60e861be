namespace Semblance.Models.Checkpoints;

/// <summary>Paths without links. The Hugging Face cache is made of links, and ONNX Runtime refuses those that leave a folder.</summary>
internal static class RealPath
{
    private const int MostLinks = 40;

    /// <summary>The file or folder behind all links of a path, those of its folders too.</summary>
    /// <exception cref="InputException">Nothing is there, a link leads nowhere, or links lead in a circle.</exception>
    public static string Of(string path) => Resolve(Path.GetFullPath(path), path, via: null, links: 0);

    /// <summary>Why nothing is behind a link: it is the path itself or a folder above it, and may be one of a hub's cache.</summary>
    private static string Missing(string asked, string link, string target)
    {
        var lost = Path.GetFileName(Path.GetDirectoryName(target)) == "blobs" ? "; fetch the model again" : "";
        return link == Path.GetFullPath(asked)
            ? $"{asked} is a link to {target}, which does not exist{lost}."
            : $"{asked} does not exist: {link} is a link to {target}, which does not exist{lost}.";
    }

    /// <summary>One step: the last part of the path, once the folders above it have no link any more.</summary>
    /// <param name="full">What is left to resolve.</param>
    /// <param name="asked">The path that was given, for messages.</param>
    /// <param name="via">The last link on the way and its target; null where there was none.</param>
    /// <param name="links">How many links were followed to get here.</param>
    private static string Resolve(string full, string asked, (string Link, string Target)? via, int links)
    {
        // File.ResolveLinkTarget follows the links of a file, but not those of the folders above it.
        if (Path.GetDirectoryName(full) is not { } folder)
        {
            return full;
        }

        folder = Resolve(folder, asked, via, links);
        var real = Path.Combine(folder, Path.GetFileName(full));
        string? target;
        try
        {
            target = new FileInfo(real).LinkTarget;
        }
        catch (Exception error) when (FileFault.IsOne(error))
        {
            throw new InputException($"{asked} cannot be opened: {error.Message}", error);
        }

        if (target is not null)
        {
            return links < MostLinks
                ? Resolve(Path.GetFullPath(target, folder), asked, (via?.Link ?? real, target), links + 1)
                : throw new InputException($"{asked} cannot be opened: its links lead in a circle.");
        }

        return Path.Exists(real) ? real
            : via is null ? throw new InputException($"{asked} does not exist.")
            : throw new InputException(Missing(asked, via.Value.Link, via.Value.Target));
    }
}

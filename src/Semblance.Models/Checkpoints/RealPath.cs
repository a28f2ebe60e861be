namespace Semblance.Models.Checkpoints;

/// <summary>Paths without links. The Hugging Face cache is made of links, and ONNX Runtime refuses those that leave a folder.</summary>
internal static class RealPath
{
    private const int MostLinks = 40;

    /// <summary>The file or folder behind all links of a path, those of its folders too.</summary>
    /// <exception cref="InputException">Nothing is there, a link leads nowhere, or links lead in a circle.</exception>
    public static string Of(string path)
    {
        var links = 0;
        var lastTarget = path;
        var pending = new Stack<string>();
        var full = Path.GetFullPath(path);
        var real = Path.GetPathRoot(full)!;
        Push(pending, full[real.Length..]);
        while (pending.TryPop(out var part))
        {
            if (part == "..")
            {
                real = Path.GetDirectoryName(real) ?? real;
                continue;
            }
            var next = Path.Combine(real, part);
            var target = LinkTarget(next);
            if (target is null)
            {
                if (!Path.Exists(next))
                {
                    throw new InputException(
                        links == 0
                            ? $"{path} does not exist."
                            : $"{path} is a link to {lastTarget}, which does not exist; fetch the model again."
                    );
                }
                real = next;
                continue;
            }
            if (++links > MostLinks)
            {
                throw new InputException($"{path} cannot be opened: its links lead in a circle.");
            }
            lastTarget = target;
            if (Path.IsPathRooted(target))
            {
                real = Path.GetPathRoot(target)!;
                target = target[real.Length..];
            }
            Push(pending, target);
        }
        return real;
    }

    private static string? LinkTarget(string path)
    {
        try
        {
            return new FileInfo(path).LinkTarget;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{path} cannot be opened: {error.Message}", error);
        }
    }

    private static void Push(Stack<string> pending, string path)
    {
        foreach (
            var part in path.Split([Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar])
                .AsEnumerable()
                .Reverse()
        )
        {
            if (part is not ("" or "."))
            {
                pending.Push(part);
            }
        }
    }
}

using Semblance.Consistency;
using Semblance.Runs.Formats;

namespace Semblance.Runs.Inputs;

/// <summary>Embeddings in folders, and several files of them together: the folder of a file names its model.</summary>
internal static class EmbeddingFolder
{
    /// <summary>
    /// A folder of <c>&lt;model&gt;/&lt;prompt&gt;.npy</c>, or of <c>&lt;prompt&gt;.npy</c> of one model named by the
    /// folder; <c>.safetensors</c> and <c>.npz</c> files in it say themselves which sets they hold.
    /// </summary>
    /// <returns>Null where the folder holds no embeddings.</returns>
    /// <exception cref="InputException">Arrays are at several depths or too deep, or sets do not go together.</exception>
    public static EmbeddingInput? Read(string folder)
    {
        var listing = FolderListing.Of(folder, file => IsArray(file) || IsTensors(file));
        var found = listing.Files;
        if (found.Count == 0)
        {
            return null;
        }

        (string[] Parts, string Path)[] arrays = [.. found.Where(file => IsArray(file.Path))];
        if (
            arrays.Select(file => file.Parts.Length).Distinct().Count() > 1
            || arrays.Any(file => file.Parts.Length > 1)
        )
        {
            throw new InputException(
                $"{folder} has arrays at depths that do not form a layout; expected all of them as <model>/<prompt>.npy or as <prompt>.npy, and found {arrays.MaxBy(file => file.Parts.Length).Path}."
            );
        }

        var own = FolderReader.NameOf(folder);
        var joined = EmbeddingSets.Join([
            .. arrays.Select(file => ReadArray(file.Path, file.Parts is [string model] ? model : own)),
            .. found.Where(file => IsTensors(file.Path)).Select(file => ReadTensors(file.Path)),
        ]);
        return joined with
        {
            Bad = [.. listing.Bad, .. joined.Bad],
            Empty = listing.Empty(found.Max(file => file.Parts.Length), "holds no embeddings"),
        };
    }

    /// <summary>Arrays named one by one: sets of one unnamed model, or of the models that their folders name where these are several.</summary>
    public static IEnumerable<EmbeddingInput> ReadArrays(IReadOnlyCollection<string> paths)
    {
        string[] folders = [.. paths.Select(path => Path.GetDirectoryName(Path.GetFullPath(path))!)];
        var several = folders.Distinct(StringComparer.Ordinal).Skip(1).Any();
        return paths.Zip(folders, (path, folder) => ReadArray(path, several ? FolderReader.NameOf(folder) : ""));
    }

    public static bool IsArray(string path) => Has(path, ".npy");

    /// <summary>Whether it is a file of several arrays, which have names.</summary>
    public static bool IsTensors(string path) => Has(path, ".safetensors") || Has(path, ".npz");

    /// <summary>A file of tensors; one that cannot be read is <see cref="ScoreInput.Bad"/>.</summary>
    public static EmbeddingInput ReadTensors(string path) =>
        Read(path, [], () => Has(path, ".npz") ? NpzReader.Read(path) : EmbeddingSets.ReadSafeTensors(path));

    private static EmbeddingInput ReadArray(string path, string model) =>
        Read(path, [(model, NpyReader.PromptOf(path))], () => NpyReader.Read(path, model));

    private static EmbeddingInput Read(string path, (string, string)[] sets, Func<EmbeddingInput> read)
    {
        var fault = SourceFile.FaultOfContent(path);
        try
        {
            if (fault is null)
            {
                return SourceFile.Guard(path, read);
            }
        }
        catch (InputException error)
        {
            fault = BadFiles.ReasonOf(error, path);
        }

        return new EmbeddingInput([], Path.GetFileName(path), PromptsAreRaw: true)
        {
            Bad = [new SkippedFile(path, fault)],
            Lost = sets,
        };
    }

    private static bool Has(string path, string extension) =>
        Path.GetExtension(path).Equals(extension, StringComparison.OrdinalIgnoreCase);
}

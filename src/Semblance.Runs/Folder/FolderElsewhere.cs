namespace Semblance.Runs.Folder;

/// <summary>
/// A folder whose images are elsewhere, such as in a bucket, and of which a part is here: a run folder, or one of images to score.
/// Images that are elsewhere count as if they were here, and are brought only where they are read.
/// </summary>
/// <param name="folder">The folder here; need not exist.</param>
public sealed class FolderElsewhere(string folder)
{
    private readonly Lock _one = new();

    // By folder, and in it by name: a million images share the names of their folders.
    private readonly Dictionary<string, Dictionary<string, ImageHash?>> _images = new(StringComparer.Ordinal);

    /// <summary>The full path of the folder here.</summary>
    public string Folder { get; } = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));

    /// <summary>Brings an image here, its name relative to the folder and with /. Any thread may call, as all of these.</summary>
    public required Action<string> Bring { get; init; }

    /// <summary>Asks for an image that the mirror was not known to hold: others may have made it by now.</summary>
    public Func<string, bool> Ask { get; init; } = static _ => false;

    /// <summary>Told of each file that was written here.</summary>
    public Action<string> Written { get; init; } = static _ => { };

    /// <summary>Told of each image that was read, and of its sha256: it need not stay here.</summary>
    public Action<string, string> Taken { get; init; } = static (_, _) => { };

    /// <summary>Makes sure that the records of what is made here are there, and brings those of others.</summary>
    public Action Exchange { get; init; } = static () => { };

    /// <summary>Notes that the mirror holds an image.</summary>
    /// <param name="file">Relative to the run folder and with /.</param>
    /// <param name="sha256">Of its content, hexadecimal; null where it is not known.</param>
    public void Add(string file, string? sha256)
    {
        ArgumentNullException.ThrowIfNull(file);
        var (place, name) = Split(file);
        lock (_one)
        {
            if (!_images.TryGetValue(place, out var images))
            {
                _images[place] = images = new(StringComparer.Ordinal);
            }

            images[name] = ImageHash.TryParse(sha256, out var hash) ? hash : images.GetValueOrDefault(name);
        }
    }

    /// <summary>Whether the mirror is known to hold an image, its name relative to the run folder and with /.</summary>
    public bool Holds(string file) => TryGet(file, out _);

    /// <summary>The name of a file in the run folder, relative and with /; null for one elsewhere.</summary>
    internal string? NameOf(string fullPath) =>
        fullPath.Length > Folder.Length + 1
        && fullPath.StartsWith(Folder, StringComparison.Ordinal)
        && fullPath[Folder.Length] == Path.DirectorySeparatorChar
            ? fullPath[(Folder.Length + 1)..].Replace(Path.DirectorySeparatorChar, '/')
            : null;

    /// <summary>Whether this is the folder of a path.</summary>
    internal bool IsAt(string path) => Folder == Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));

    /// <summary>Whether a path is that of an image that the mirror holds.</summary>
    internal bool HoldsPath(string path) => NameOf(Path.GetFullPath(path)) is { } file && Holds(file);

    /// <summary>What an image hashes to that the mirror holds; null where that is not known.</summary>
    internal ImageHash? HashOf(string fullPath) =>
        NameOf(fullPath) is { } file && TryGet(file, out var hash) ? hash : null;

    /// <summary>Whether the mirror holds an image by now.</summary>
    internal bool HoldsByNow(string file) => Holds(file) || Ask(file);

    /// <summary>Brings the image of a path here, unless it is here or the mirror does not hold it.</summary>
    internal void BringPath(string fullPath)
    {
        if (NameOf(fullPath) is { } file && Holds(file) && !File.Exists(fullPath))
        {
            Bring(file);
        }
    }

    /// <summary>Tells that an image was read, if it is one of these.</summary>
    internal void TakePath(string fullPath, ImageHash hash)
    {
        if (NameOf(fullPath) is { } file && Holds(file))
        {
            Taken(file, hash.ToString());
        }
    }

    /// <summary>The images that are elsewhere, relative to the folder and with /; sorted.</summary>
    internal IReadOnlyList<string> All()
    {
        lock (_one)
        {
            return
            [
                .. _images
                    .SelectMany(own => own.Value.Keys.Select(name => own.Key.Length == 0 ? name : $"{own.Key}/{name}"))
                    .Order(StringComparer.Ordinal),
            ];
        }
    }

    /// <summary>The names of the images in a folder, relative to the run folder and with /.</summary>
    internal IReadOnlyList<string> NamesIn(string place)
    {
        lock (_one)
        {
            return _images.TryGetValue(place, out var images) ? [.. images.Keys] : [];
        }
    }

    /// <summary>The folders of images below a folder, relative to the run folder and with /.</summary>
    internal IReadOnlyList<string> FoldersBelow(string place)
    {
        lock (_one)
        {
            return [.. _images.Keys.Where(own => own.StartsWith($"{place}/", StringComparison.Ordinal))];
        }
    }

    private bool TryGet(string file, out ImageHash? hash)
    {
        var (place, name) = Split(file);
        lock (_one)
        {
            hash = null;
            return _images.TryGetValue(place, out var images) && images.TryGetValue(name, out hash);
        }
    }

    private static (string Place, string Name) Split(string file)
    {
        var end = file.LastIndexOf('/');
        return end < 0 ? ("", file) : (file[..end], file[(end + 1)..]);
    }
}

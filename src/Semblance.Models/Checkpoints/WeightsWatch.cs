namespace Semblance.Models.Checkpoints;

/// <summary>
/// Notices weights that change while they are used: they are mapped, so a file that is written in place gives other numbers
/// under the hash that was taken before.
/// </summary>
internal sealed class WeightsWatch
{
    private readonly (string Path, long Length, DateTime Written)[] _before;

    /// <summary>Takes note of length and time of files; to be made before they are hashed.</summary>
    /// <param name="files">Real paths.</param>
    public WeightsWatch(IEnumerable<string> files) =>
        _before = [.. files.Distinct(StringComparer.Ordinal).Select(Stamp)];

    /// <summary>Looks again; to be called after the weights were used and before what they gave is kept.</summary>
    /// <exception cref="InputException">A file has another length or time than before, or is gone.</exception>
    public void Check()
    {
        foreach (var before in _before)
        {
            if (Stamp(before.Path) != before)
            {
                throw new InputException(
                    $"{before.Path} was changed while it was used, so that nobody knows which weights gave the last results; they are not kept. Run the same command again."
                );
            }
        }
    }

    private static (string, long, DateTime) Stamp(string path)
    {
        var file = new FileInfo(path);
        return file.Exists ? (path, file.Length, file.LastWriteTimeUtc) : (path, -1, default);
    }
}

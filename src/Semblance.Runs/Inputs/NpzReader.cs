using System.IO.Compression;

namespace Semblance.Runs.Inputs;

/// <summary>NumPy's <c>.npz</c>: a zip archive of <c>.npy</c> arrays, which is read as a folder of them is.</summary>
internal static class NpzReader
{
    /// <summary>Arrays of embeddings shrink little; what grows more than this is made to fill memory.</summary>
    private const int MostGrowth = 100;

    private const long GrowthAllowed = 64 << 20;

    /// <summary>One set per array, <c>prompt</c> (the model is named by the file) or <c>model/prompt</c>, split at the first slash.</summary>
    /// <exception cref="InputException">It is damaged, or an array in it cannot be used.</exception>
    public static EmbeddingInput Read(string path)
    {
        try
        {
            using var file = RegularFile.OpenRead(path);
            using var archive = new ZipArchive(file, ZipArchiveMode.Read);
            ZipArchiveEntry[] arrays =
            [
                .. archive.Entries.Where(entry => entry.FullName.EndsWith(".npy", StringComparison.OrdinalIgnoreCase)),
            ];
            var rounded = false;
            List<EmbeddingSet> sets = [];
            foreach (var entry in arrays)
            {
                var name = entry.FullName[..^4];
                if (entry.Length > GrowthAllowed && entry.Length / MostGrowth > entry.CompressedLength)
                {
                    throw new InputException(
                        $"{path}: the array \"{name}\" would grow from {entry.CompressedLength} to {entry.Length} bytes; write it with numpy.save."
                    );
                }

                var slash = name.IndexOf('/', StringComparison.Ordinal);
                using var stream = entry.Open();
                (var set, var wide) = NpyReader.Read(
                    $"{path}: the array \"{name}\"",
                    stream,
                    entry.Length,
                    slash < 0 ? Path.GetFileNameWithoutExtension(path) : name[..slash],
                    name[(slash + 1)..]
                );
                sets.Add(set);
                rounded |= wide;
            }

            return EmbeddingSets.Check(path, sets, promptsAreRaw: true) with
            {
                Rounded = rounded,
            };
        }
        catch (Exception error) when (error is InvalidDataException or EndOfStreamException or NotSupportedException)
        {
            throw new InputException(
                $"{path} is damaged or is not a .npz file; write it again with numpy.savez.",
                error
            );
        }
    }
}

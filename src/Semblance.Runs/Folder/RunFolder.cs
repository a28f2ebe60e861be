using System.Text;
using System.Text.Json;

namespace Semblance.Runs.Folder;

/// <summary>
/// The folder that the stages of one study read and write: <c>run.json</c>, <c>images/</c>, <c>images.parquet</c>,
/// <c>embeddings/</c>, <c>scores.parquet</c>, <c>scores.csv</c>, and <c>.cache/</c> (may be deleted at any time).
/// Every file is written to a temporary name and renamed. The folder is created by the first write.
/// </summary>
public sealed class RunFolder
{
    /// <summary>Names the folder; nothing is touched yet.</summary>
    /// <param name="path">Relative paths are relative to the working directory.</param>
    /// <param name="warn">Receives one sentence for each fault that was worked around, for example a damaged chunk.</param>
    public RunFolder(string path, Action<string>? warn = null)
    {
        Path = path;
        FullPath = System.IO.Path.GetFullPath(path);
        Warn = warn ?? (_ => { });
    }

    /// <summary>Opens a run folder in order to read it.</summary>
    /// <param name="path">A folder that some stage has written to.</param>
    /// <param name="warn">Receives one sentence for each fault that was worked around, for example a damaged chunk.</param>
    /// <exception cref="InputException">It is not a run folder.</exception>
    public static RunFolder Open(string path, Action<string>? warn = null) =>
        IsRun(path) ? new RunFolder(path, warn)
        : HasLostManifest(path) ? throw LostManifest(path)
        : throw new InputException($"{path} is not a run folder: it has no {ManifestName} of Semblance.");

    /// <summary>The path as it was given, relative or full.</summary>
    public string Path { get; }

    /// <summary>Where the run is held elsewhere; null where it is here alone. That of another folder is left out.</summary>
    public FolderElsewhere? Mirror
    {
        get;
        init => field = value?.Folder == System.IO.Path.TrimEndingDirectorySeparator(FullPath) ? value : null;
    }

    /// <summary>Folders of images to score that are elsewhere.</summary>
    public IReadOnlyList<FolderElsewhere> Inputs { get; init; } = [];

    /// <summary>What is elsewhere, of the run and of its inputs.</summary>
    internal IEnumerable<FolderElsewhere> Elsewhere => Mirror is null ? Inputs : Inputs.Append(Mirror);

    /// <summary>The file of an image; null where it is gone or cannot be read.</summary>
    /// <exception cref="ResourceException">It is elsewhere, and cannot be brought.</exception>
    public byte[]? ReadImage(ImageRecord image)
    {
        var path = PathOf(image);
        Mirror?.BringPath(System.IO.Path.GetFullPath(path));
        try
        {
            return File.Exists(path) ? RegularFile.ReadAllBytes(path, RegularFile.MostOfImage) : null;
        }
        catch (Exception error) when (FileFault.IsOne(error))
        {
            return null;
        }
    }

    /// <summary>Reads <c>run.json</c>: encoders, and recipe and plan of each model that was generated here. Empty if there is none yet.</summary>
    /// <exception cref="InputException">The file is damaged, or of another version.</exception>
    public Manifest ReadManifest() => ManifestFile.Read(this).ToManifest();

    /// <summary>Reads <c>images.parquet</c>: every image that was generated or embedded. Empty if there is none yet.</summary>
    /// <exception cref="InputException">The file is damaged.</exception>
    public IReadOnlyList<ImageRecord> ReadImages() => ImageTable.Read(this);

    /// <summary>The file of an image, where it was when the table was written.</summary>
    public string PathOf(ImageRecord image)
    {
        ArgumentNullException.ThrowIfNull(image);
        return System.IO.Path.Combine(Path, image.Path);
    }

    /// <summary>Reads the embeddings of an encoder, each image once; damaged chunks are left out with a warning. One of <see cref="Manifest.Encoders"/>.</summary>
    /// <exception cref="InputException">A vector is damaged.</exception>
    public IEnumerable<StoredEmbedding> ReadEmbeddings(EncoderIdentity encoder)
    {
        using var store = EmbeddingStore.Open(this, encoder);
        foreach (var embedding in store.All())
        {
            yield return embedding;
        }
    }

    /// <summary>Reads <c>scores.parquet</c>, or <c>scores.csv</c> with a warning where that is damaged. Empty if there is none yet.</summary>
    /// <exception cref="InputException">Neither can be read.</exception>
    public IReadOnlyList<StoredScore> ReadScores() => StoredScores.Read(this);

    /// <summary>Reads <c>comparison.json</c>, of the last comparison; null if there was none.</summary>
    /// <exception cref="InputException">The file is damaged.</exception>
    public StoredComparison? ReadComparison()
    {
        var path = At(ComparisonName);
        try
        {
            return File.Exists(path)
                ? JsonSerializer.Deserialize(
                    RegularFile.ReadAllBytes(path, RegularFile.MostOfText),
                    FolderJson.Default.StoredComparison
                )
                : null;
        }
        catch (Exception error) when (FileFault.IsOne(error) || error is JsonException)
        {
            throw new InputException($"{path} cannot be read; compare the run again, which writes it again.", error);
        }
    }

    internal string FullPath { get; }

    internal Action<string> Warn { get; }

    /// <summary>Opens a new file for writing. Tests put a full disk here.</summary>
    internal Func<string, Stream> OpenNew { get; init; } =
        path => new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16);

    /// <summary>Renames a file onto another. Tests put a file system here that cannot.</summary>
    internal Action<string, string> Move { get; init; } = static (from, to) => File.Move(from, to, overwrite: true);

    /// <summary>Whether <paramref name="path"/> is a folder that some stage has written to, also where its <c>run.json</c> is damaged.</summary>
    public static bool IsRun(string path)
    {
        var manifest = System.IO.Path.Combine(path, ManifestName);
        // Other programs write files of that name too, but none of them beside our tables.
        return File.Exists(manifest)
            && (SaysSo(manifest) || Tables.Any(table => File.Exists(System.IO.Path.Combine(path, table))));
    }

    /// <summary>Makes a folder a run folder, where it is none yet.</summary>
    /// <exception cref="ResourceException">It cannot be written.</exception>
    public static void Mark(string path) => ManifestFile.MakeEmpty(new RunFolder(path));

    /// <summary>Whether <paramref name="path"/> is a run folder that has lost its <c>run.json</c>.</summary>
    internal static bool HasLostManifest(string path)
    {
        bool Has(string name) => System.IO.Path.Exists(System.IO.Path.Combine(path, name));
        return !Has(ManifestName) && Array.Exists(Tables, Has) && (Has("embeddings") || Has(".cache"));
    }

    internal const string ManifestName = "run.json";

    internal const string ComparisonName = "comparison.json";

    /// <summary>The folder in which shards write down what they make.</summary>
    internal const string ShardsName = "shards";

    internal static InputException LostManifest(string path) =>
        new(
            $"{path} is a run folder that has lost its {ManifestName}; restore that file from a copy, or score the folder of the images."
        );

    private const string Kept = "What was finished before is kept.";

    private static readonly string[] Tables = [ImageTable.FileName, StoredScores.FileName];

    /// <summary>The full path of a file below the folder.</summary>
    internal string At(params ReadOnlySpan<string> parts) => System.IO.Path.Combine([FullPath, .. parts]);

    /// <summary>What a table holds that is about to be written again; nothing, with a warning, where it is damaged.</summary>
    /// <param name="table">Name of the file.</param>
    /// <param name="rows">What it holds, for the warning.</param>
    /// <param name="read">Reads it.</param>
    internal IReadOnlyList<T> Known<T>(string table, string rows, Func<RunFolder, IReadOnlyList<T>> read)
    {
        try
        {
            return read(this);
        }
        catch (InputException)
        {
            Warn($"{At(table)} was damaged and is written again; it now holds the {rows} of this run only.");
            return [];
        }
    }

    private int _swept;

    /// <summary>Writes a file whole or not at all. The first time, what killed processes left half-written is removed.</summary>
    /// <exception cref="ResourceException">The disk is full or the folder cannot be written to.</exception>
    internal void Write(string fullPath, Action<Stream> write, bool advise = true)
    {
        string? temporary = null;
        try
        {
            if (Interlocked.Exchange(ref _swept, 1) == 0)
            {
                StaleFiles.Remove(this);
            }

            var folder = System.IO.Path.GetDirectoryName(fullPath)!;
            Make(folder, advise);
            temporary = System.IO.Path.Combine(folder, $".{System.IO.Path.GetRandomFileName()}.tmp");
            using (var stream = OpenNew(temporary))
            {
                write(stream);
                stream.Flush();
                // A rename may reach the disk before the data does.
                (stream as FileStream)?.Flush(flushToDisk: true);
            }

            Move(temporary, fullPath);
            if (Mirror?.NameOf(fullPath) is { } name)
            {
                Mirror.Written(name);
            }
        }
        catch (Exception error)
        {
            Forget(temporary);
            if (FileFault.IsOne(error) || error is NotSupportedException)
            {
                throw Unwritten(fullPath, error, advise);
            }

            throw;
        }
    }

    internal void Write(string fullPath, string text, bool advise = true) =>
        Write(fullPath, stream => stream.Write(Encoding.UTF8.GetBytes(text)), advise);

    /// <summary>
    /// Makes sure, before long work begins, that files can be written; leaves nothing behind, not even a folder.
    /// </summary>
    /// <param name="files">Full paths; their folders need not exist yet.</param>
    /// <exception cref="ResourceException">Something is in the way, or the place cannot be written to.</exception>
    internal void CheckWritable(IEnumerable<string> files)
    {
        HashSet<string> probed = [];
        foreach (var file in files)
        {
            var there = System.IO.Path.GetDirectoryName(file)!;
            while (!System.IO.Path.Exists(there) && System.IO.Path.GetDirectoryName(there) is { } parent)
            {
                there = parent;
            }

            string? probe = null;
            try
            {
                if (Directory.Exists(file))
                {
                    throw new IOException();
                }

                if (probed.Add(there))
                {
                    probe = System.IO.Path.Combine(there, $".{System.IO.Path.GetRandomFileName()}.tmp");
                    OpenNew(probe).Dispose();
                }
            }
            catch (Exception error) when (FileFault.IsOne(error) || error is NotSupportedException)
            {
                throw !Directory.Exists(FullPath) && error is (DirectoryNotFoundException or FileNotFoundException)
                    ? Unmade(FullPath, error, advise: true)
                    : Unwritten(file, error);
            }
            finally
            {
                Forget(probe);
            }
        }
    }

    /// <summary>A file that scoring writes again is damaged.</summary>
    /// <param name="what">Names the file, without a stop.</param>
    /// <param name="again">What is written again, as a pronoun.</param>
    /// <param name="error">What was found.</param>
    internal InputException Damaged(string what, string again, Exception error) =>
        new(
            $"{what}; score the folder of the images (not this one) into this run folder, which writes {again} again and embeds nothing twice.",
            error
        )
        {
            Remedies = [new Remedy(RemedyKind.ThisRunFolder, Path)],
        };

    /// <summary>Makes the folder, or one below it.</summary>
    /// <exception cref="ResourceException">It cannot be made.</exception>
    internal void Make(string folder, bool advise)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception error) when (FileFault.IsOne(error))
        {
            throw Unmade(Directory.Exists(FullPath) ? folder : FullPath, error, advise);
        }
    }

    /// <summary>A file of the run cannot be written; what may be advised is to use another run folder.</summary>
    internal static ResourceException Unwritten(string path, Exception error, bool advise = true) =>
        advise
            ? ResourceException.Unwritten(path, error, Kept, new Remedy(RemedyKind.OtherRunFolder))
            : ResourceException.Unwritten(path, error);

    private static ResourceException Unmade(string folder, Exception error, bool advise) =>
        advise
            ? ResourceException.Unmade(folder, error, Kept, new Remedy(RemedyKind.OtherRunFolder))
            : ResourceException.Unmade(folder, error);

    private static bool SaysSo(string manifest)
    {
        try
        {
            return RegularFile
                .ReadLines(manifest, RegularFile.MostOfText)
                .Take(5)
                .Any(line => line.Contains("semblance.run/", StringComparison.Ordinal));
        }
        catch (Exception error) when (FileFault.IsOne(error))
        {
            return false;
        }
    }

    private static void Forget(string? temporary)
    {
        try
        {
            if (temporary is not null)
            {
                File.Delete(temporary);
            }
        }
        catch (Exception error) when (FileFault.IsOne(error))
        {
            // The write error is the one to report; a hidden temporary file does no harm.
        }
    }
}

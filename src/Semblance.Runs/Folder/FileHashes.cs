using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Semblance.Runs.Folder;

/// <summary>
/// What files hashed to when they had a given stamp, so that a second run need not read them again:
/// <c>.cache/files.tsv</c>, one line per image (sha256; length, time and change of its file; first half of the full path's sha256).
/// Shards, which must not write one file, write theirs beside it: <c>.cache/files/*.tsv</c>, named by what they hold.
/// Paths are kept as hashes because a million of them would be the largest thing in memory.
/// </summary>
internal sealed class FileHashes
{
    private readonly RunFolder _run;
    private readonly Dictionary<UInt128, (FileStamp Stamp, ImageHash Hash)> _known = [];
    private readonly List<UInt128> _added = [];
    private readonly List<string> _beside = [];

    private FileHashes(RunFolder run) => _run = run;

    /// <summary>Makes sure that a file is here which is elsewhere too.</summary>
    /// <exception cref="ResourceException">It cannot be brought.</exception>
    public void Bring(string fullPath)
    {
        foreach (var folder in _run.Elsewhere)
        {
            folder.BringPath(fullPath);
        }
    }

    /// <summary>Tells that a file was read: one that is elsewhere too need not stay.</summary>
    public void Take(string fullPath, ImageHash hash)
    {
        foreach (var folder in _run.Elsewhere)
        {
            folder.TakePath(fullPath, hash);
        }
    }

    private string StorePath => _run.At(".cache", "files.tsv");

    private string FolderBeside => _run.At(".cache", "files");

    public static FileHashes Load(RunFolder run)
    {
        var hashes = new FileHashes(run);
        if (Directory.Exists(hashes.FolderBeside))
        {
            hashes._beside.AddRange(
                Directory
                    .EnumerateFiles(hashes.FolderBeside, "*.tsv")
                    .Where(path => !Path.GetFileName(path).StartsWith('.'))
            );
        }

        foreach (var path in hashes._beside.Prepend(hashes.StorePath).Where(File.Exists))
        {
            hashes.Read(path);
        }

        return hashes;
    }

    private void Read(string file)
    {
        try
        {
            foreach (var line in RegularFile.ReadLines(file, long.MaxValue))
            {
                var cells = line.Split('\t');
                if (
                    cells.Length == 5
                    && ImageHash.TryParse(cells[0], out var hash)
                    && long.TryParse(cells[1], NumberStyles.None, CultureInfo.InvariantCulture, out var length)
                    && long.TryParse(cells[2], NumberStyles.None, CultureInfo.InvariantCulture, out var time)
                    && long.TryParse(
                        cells[3],
                        NumberStyles.AllowLeadingSign,
                        CultureInfo.InvariantCulture,
                        out var change
                    )
                    && UInt128.TryParse(
                        cells[4],
                        NumberStyles.AllowHexSpecifier,
                        CultureInfo.InvariantCulture,
                        out var path
                    )
                )
                {
                    _known[path] = (new FileStamp(length, time, change), hash);
                }
            }
        }
        catch (Exception error) when (FileFault.IsOne(error))
        {
            // What is not known is hashed again.
        }
    }

    /// <summary>Reserves room for this many files.</summary>
    public void Reserve(int files) => _known.EnsureCapacity(files);

    /// <summary>What an image hashed to, if the file that holds it has not changed.</summary>
    /// <param name="image">Full path of the image, the file itself or a name within it.</param>
    /// <param name="file">Full path of the file.</param>
    /// <param name="hash">What it hashed to.</param>
    public bool TryGet(string image, string file, out ImageHash hash)
    {
        hash = default;
        foreach (var folder in _run.Elsewhere)
        {
            if (folder.HashOf(file) is { } there && (folder != _run.Mirror || !File.Exists(file)))
            {
                hash = there;
                return true;
            }
        }

        if (!_known.TryGetValue(KeyOf(image), out var known))
        {
            return false;
        }

        hash = known.Hash;
        try
        {
            return FileStamp.Of(file) == known.Stamp;
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>Notes what an image hashes to.</summary>
    public void Add(string image, FileStamp stamp, ImageHash hash)
    {
        var key = KeyOf(image);
        _known[key] = (stamp, hash);
        _added.Add(key);
    }

    /// <summary>Keeps all, with what shards have written.</summary>
    /// <exception cref="ResourceException">The run folder cannot be written.</exception>
    public void Save()
    {
        if (_added.Count == 0 && _beside.Count == 0)
        {
            return;
        }

        Write(StorePath, _known.Keys);
        _added.Clear();
        foreach (var read in _beside)
        {
            File.Delete(read);
        }

        _beside.Clear();
    }

    /// <summary>Keeps what was added, as a shard: in a file of its own.</summary>
    /// <exception cref="ResourceException">The run folder cannot be written.</exception>
    public void SaveBeside()
    {
        if (_added.Count == 0)
        {
            return;
        }

        var name = SHA256.HashData(MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(_added)));
        Write(Path.Combine(FolderBeside, $"{Convert.ToHexStringLower(name.AsSpan(0, 8))}.tsv"), _added);
        _added.Clear();
    }

    private void Write(string file, IEnumerable<UInt128> keys) =>
        _run.Write(
            file,
            stream =>
            {
                using var writer = new StreamWriter(stream, new UTF8Encoding(false), 1 << 16, leaveOpen: true);
                foreach (var path in keys)
                {
                    (var stamp, var hash) = _known[path];
                    writer.Write($"{hash}\t{stamp.Length}\t{stamp.Time}\t{stamp.Change}\t{path:x32}\n");
                }
            }
        );

    private static UInt128 KeyOf(string fullPath) =>
        BinaryPrimitives.ReadUInt128BigEndian(SHA256.HashData(MemoryMarshal.AsBytes(fullPath.AsSpan())));
}

using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Semblance.Runs.Formats;

namespace Semblance.Runs.Folder;

/// <summary>
/// What files hashed to when they had a given length and time, so that a second run need not read them again:
/// <c>.cache/files.tsv</c>, one line per file (sha256, length, time in ticks, first half of the full path's sha256).
/// Paths are kept as hashes because a million of them would be the largest thing in memory.
/// </summary>
internal sealed class FileHashes
{
    private readonly RunFolder _run;
    private readonly Dictionary<UInt128, (long Length, long Time, ImageHash Hash)> _known = [];
    private bool _changed;

    private FileHashes(RunFolder run) => _run = run;

    private string StorePath => _run.At(".cache", "files.tsv");

    public static FileHashes Load(RunFolder run)
    {
        var hashes = new FileHashes(run);
        try
        {
            foreach (var line in File.Exists(hashes.StorePath) ? File.ReadLines(hashes.StorePath) : [])
            {
                var cells = line.Split('\t');
                if (
                    cells.Length == 4
                    && ImageHash.TryParse(cells[0], out var hash)
                    && long.TryParse(cells[1], NumberStyles.None, CultureInfo.InvariantCulture, out var length)
                    && long.TryParse(cells[2], NumberStyles.None, CultureInfo.InvariantCulture, out var time)
                    && UInt128.TryParse(
                        cells[3],
                        NumberStyles.AllowHexSpecifier,
                        CultureInfo.InvariantCulture,
                        out var path
                    )
                )
                {
                    hashes._known[path] = (length, time, hash);
                }
            }
        }
        catch (Exception error) when (FileFault.IsOne(error))
        {
            hashes._known.Clear();
        }

        return hashes;
    }

    /// <summary>Reserves room for this many files.</summary>
    public void Reserve(int files) => _known.EnsureCapacity(files);

    public bool TryGet(string fullPath, out ImageHash hash)
    {
        hash = default;
        if (!_known.TryGetValue(KeyOf(fullPath), out var known))
        {
            return false;
        }

        hash = known.Hash;
        FileInfo file;
        try
        {
            file = SourceFile.Of(fullPath);
        }
        catch (IOException)
        {
            return false;
        }

        return file.Exists && file.Length == known.Length && file.LastWriteTimeUtc.Ticks == known.Time;
    }

    public void Add(string fullPath, long length, long time, ImageHash hash)
    {
        _known[KeyOf(fullPath)] = (length, time, hash);
        _changed = true;
    }

    public void Save()
    {
        if (!_changed)
        {
            return;
        }

        _run.Write(
            StorePath,
            stream =>
            {
                using var writer = new StreamWriter(stream, new UTF8Encoding(false), 1 << 16, leaveOpen: true);
                foreach ((var path, (var length, var time, var hash)) in _known)
                {
                    writer.Write($"{hash}\t{length}\t{time}\t{path:x32}\n");
                }
            }
        );
        _changed = false;
    }

    private static UInt128 KeyOf(string fullPath) =>
        BinaryPrimitives.ReadUInt128BigEndian(SHA256.HashData(MemoryMarshal.AsBytes(fullPath.AsSpan())));
}

using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Semblance.Models.Checkpoints;

/// <summary>Sha256 of weight files, each file read once.</summary>
internal static class WeightsHash
{
    /// <summary>Where hashes are kept: <c>semblance/sha256</c> in the user's cache folder, or null where there is none.</summary>
    public static string? DefaultFolder()
    {
        var cache = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
        if (string.IsNullOrEmpty(cache) || !Path.IsPathRooted(cache))
        {
            cache = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData);
        }

        return cache.Length == 0 ? null : Path.Combine(cache, "semblance", "sha256");
    }

    /// <summary>Of one file its sha256, of several the sha256 of their hexadecimal hashes in this order.</summary>
    /// <param name="files">Real paths.</param>
    /// <param name="cacheFolder">Where hashes are kept, or null to read every file.</param>
    public static string Of(IReadOnlyList<string> files, string? cacheFolder) =>
        Joined([.. files.Select(file => OfFile(file, cacheFolder))]);

    /// <summary>Of some files in an archive what <see cref="Of"/> says of the same files by themselves.</summary>
    /// <param name="path">Real path of the archive.</param>
    /// <param name="hashes">Reads the archive and gives the sha256 of each of the files, in their order.</param>
    /// <param name="cacheFolder">Where hashes are kept, or null to read the archive.</param>
    public static string OfMembers(string path, Func<IReadOnlyList<string>> hashes, string? cacheFolder) =>
        Remembered(path, ".members.txt", () => Joined(hashes()), cacheFolder);

    private static string Joined(IReadOnlyList<string> hashes) =>
        hashes is [var only]
            ? only
            : Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(string.Concat(hashes))));

    private static string OfFile(string path, string? cacheFolder) =>
        IsBlob(path) ? Path.GetFileName(path) : Remembered(path, ".txt", () => Read(path), cacheFolder);

    private static string Read(string path)
    {
        using var stream = RegularFile.OpenRead(path, buffer: 1 << 20);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    private static string Remembered(string path, string ending, Func<string> read, string? cacheFolder)
    {
        try
        {
            var before = Stamp(path);
            var note = cacheFolder is null ? null : Path.Combine(cacheFolder, NoteName(path) + ending);
            if (note is not null && Kept(note, before) is { } kept)
            {
                return kept;
            }

            var hash = read();
            // A file that was changed while it was read is not worth remembering.
            if (note is not null && Stamp(path) == before)
            {
                Keep(note, before, hash);
            }

            return hash;
        }
        catch (Exception error) when (FileFault.IsOne(error))
        {
            throw new InputException($"{path} cannot be read: {error.Message}", error);
        }
    }

    /// <summary>Large files of the Hugging Face cache lie in <c>blobs</c> under their sha256 (small ones under a shorter hash).</summary>
    private static bool IsBlob(string path) =>
        Path.GetFileName(Path.GetDirectoryName(path)) == "blobs" && IsHash(Path.GetFileName(path));

    private static bool IsHash(string text) => text.Length == 64 && text.All(char.IsAsciiHexDigitLower);

    private static string NoteName(string path) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(path)));

    private static string Stamp(string path)
    {
        var file = new FileInfo(path);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{path}\n{file.Length} bytes\n{file.LastWriteTimeUtc.Ticks} ticks\n"
        );
    }

    private static string? Kept(string note, string stamp)
    {
        try
        {
            var text = RegularFile.ReadAllText(note, RegularFile.MostOfNote);
            return text.StartsWith(stamp, StringComparison.Ordinal) && IsHash(text[stamp.Length..].TrimEnd('\n'))
                ? text[stamp.Length..].TrimEnd('\n')
                : null;
        }
        catch (Exception error) when (FileFault.IsOne(error))
        {
            return null;
        }
    }

    /// <summary>Without a place to write to, the file is simply read again next time.</summary>
    private static void Keep(string note, string stamp, string hash)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(note)!);
            var half = $"{note}.{Path.GetRandomFileName()}";
            File.WriteAllText(half, stamp + hash + "\n");
            File.Move(half, note, overwrite: true);
        }
        catch (Exception error) when (FileFault.IsOne(error))
        {
            return;
        }
    }
}

using System.IO.Compression;
using System.IO.Hashing;
using Semblance.Text;

namespace Semblance.Runs.Inputs.Containers;

/// <summary>
/// A zip archive, read in place: nothing is written to disk, so no name can lead out of it. What it declares is checked
/// before memory is taken for it.
/// </summary>
internal sealed class ZipImages : ImageContainer
{
    private const int MostMembers = 2_000_000;

    // Deflate cannot do better.
    private const int BestRatio = 1040;

    private readonly Lock _one = new();
    private readonly ZipArchive _archive;
    private readonly IReadOnlyList<ZipArchiveEntry> _members;

    private ZipImages(string path, ZipArchive archive)
        : base(path) => (_archive, _members) = (archive, archive.Entries);

    /// <summary>Names of the members, with <c>/</c> between folders, by their places.</summary>
    public IReadOnlyList<string> Names => [.. _members.Select(member => Plain(member.FullName))];

    /// <summary>A name with <c>/</c> between its parts, and without parts that lead nowhere: <c>a/1.png</c> for <c>.\a\1.png</c>.</summary>
    public static string Plain(string name)
    {
        var parts = name.Replace('\\', '/').Split('/');
        return string.Join(
            '/',
            parts.Where((part, at) => part != "." && (part.Length > 0 || at is 0 || at == parts.Length - 1))
        );
    }

    public static bool IsOne(string path) =>
        System.IO.Path.GetExtension(path).Equals(".zip", StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads the directory of an archive, and checks what it declares.</summary>
    /// <exception cref="InputException">It is not an archive, or declares what cannot be.</exception>
    public static ZipImages Open(string path)
    {
        var file = RegularFile.OpenRead(path);
        try
        {
            var images = new ZipImages(path, new ZipArchive(file, ZipArchiveMode.Read));
            var packed = images._members.Aggregate(Int128.Zero, (sum, member) => sum + member.CompressedLength);
            return images._members.Count > MostMembers
                    ? throw new InputException(
                        $"{path} has {images._members.Count} members; {MostMembers} are allowed."
                    )
                : packed > file.Length ? throw new InputException($"{path} is damaged: its members overlap.")
                : images;
        }
        catch (InvalidDataException error)
        {
            file.Dispose();
            throw new InputException($"{path} is damaged, or not a zip archive.", error);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Why a member is not used, whatever it holds; null where nothing is seen.</summary>
    public string? FaultOf(int place)
    {
        const int KindOfFile = 0xF000;
        const int Link = 0xA000;
        var member = _members[place];
        var name = member.FullName.Replace('\\', '/');
        return ControlCharacters.AreIn(name) ? "has a name with control characters"
            : name.Split('/').Contains("..") || name.StartsWith('/') || (name.Length > 1 && name[1] == ':')
                ? "has a name that leads out of the archive"
            : ((member.ExternalAttributes >> 16) & KindOfFile) == Link
                ? "is a link, and links in archives are not followed"
            : member.IsEncrypted ? "is encrypted; unpack the archive with its password, and score the folder"
            : member.Length > (member.CompressedLength + 64) * BestRatio
                ? "is damaged: it claims to be packed more than is possible"
            : null;
    }

    public override byte[] Read(int place, long most)
    {
        var member = _members[place];
        if (member.Length > most)
        {
            throw TooLarge(member.Length, most);
        }

        var bytes = new byte[member.Length];
        // The archive has one position for all.
        lock (_one)
        {
            try
            {
                using var stream = member.Open();
                var length = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
                if (length < bytes.Length || stream.ReadByte() >= 0)
                {
                    throw new InputException("is damaged: it is not as long as the archive says");
                }
            }
            catch (InvalidDataException error)
            {
                throw new InputException("is damaged, or packed in a way that is not read", error);
            }
        }

        return Crc32.HashToUInt32(bytes) == member.Crc32
            ? bytes
            : throw new InputException("is damaged: its checksum is wrong");
    }
}

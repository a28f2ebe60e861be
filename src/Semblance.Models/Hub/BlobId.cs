using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Semblance.Models.Hub;

/// <summary>
/// The name of a file's bytes on the hub and in the cache: the sha256 of a large file (Git LFS, 64 digits), or the git
/// blob id of a small one (sha1 of <c>blob LENGTH\0</c> and the bytes, 40 digits).
/// </summary>
public readonly record struct BlobId
{
    private const int Sha1Digits = 40;
    private const int Sha256Digits = 64;

    private BlobId(string hex) => Hex = hex;

    /// <summary>40 or 64 hexadecimal digits, lower case.</summary>
    public string Hex { get; }

    /// <summary>Whether it is the sha256 of the bytes.</summary>
    public bool IsSha256 => Hex.Length == Sha256Digits;

    /// <summary>Reads an id, or an etag that is one (quoted, perhaps weak); null where it is none.</summary>
    public static BlobId? Parse(string? text)
    {
        if (text is null)
        {
            return null;
        }

        if (text.StartsWith("W/", StringComparison.Ordinal))
        {
            text = text[2..];
        }

        text = text.Trim('"').ToLowerInvariant();
        return text.Length is Sha1Digits or Sha256Digits && text.All(char.IsAsciiHexDigitLower)
            ? new BlobId(text)
            : null;
    }

    /// <summary>Whether a text has the form of a commit of the hub, which is a sha1 too.</summary>
    internal static bool IsCommit(string text) => text.Length == Sha1Digits && text.All(char.IsAsciiHexDigitLower);

    /// <summary>Begins the hash that has to come out as this id.</summary>
    /// <param name="length">Bytes of the whole file, which a git blob id begins with.</param>
    internal IncrementalHash Begin(long length)
    {
        if (IsSha256)
        {
            return IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        }
#pragma warning disable CA5350 // Git names its blobs so; it is not ours to choose.
        var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
#pragma warning restore CA5350
        hash.AppendData(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"blob {length}\0")));
        return hash;
    }

    /// <summary>Whether a finished hash equals this id.</summary>
    internal bool Is(IncrementalHash finished) => Convert.ToHexStringLower(finished.GetHashAndReset()) == Hex;

    /// <inheritdoc/>
    public override string ToString() => Hex;
}

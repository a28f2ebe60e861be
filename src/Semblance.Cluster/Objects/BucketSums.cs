using System.Security.Cryptography;
using Amazon.S3;
using Amazon.S3.Model;

namespace Semblance.Cluster.Objects;

/// <summary>The checksums of a body as it comes in, to be held against those that the store gave with it.</summary>
internal sealed class BucketSums : IDisposable
{
    private const int Md5Letters = 32;

    private readonly IncrementalHash _sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly IncrementalHash _md5 = IncrementalHash.CreateHash(HashAlgorithmName.MD5);

    public void Add(ReadOnlySpan<byte> bytes)
    {
        _sha256.AppendData(bytes);
        _md5.AppendData(bytes);
    }

    /// <summary>Whether every checksum that is of the whole content is right; true where the store gave none.</summary>
    public bool Fit(GetObjectResponse answer)
    {
        var etag = (answer.ETag ?? "").Trim('"');
        // Encrypted with a key of the user's, an object is not called by its MD5; written in parts, its name has a hyphen.
        var isMd5 =
            etag.Length == Md5Letters
            && etag.All(char.IsAsciiHexDigit)
            && (
                string.IsNullOrEmpty(answer.ServerSideEncryptionMethod?.Value)
                || answer.ServerSideEncryptionMethod == ServerSideEncryptionMethod.AES256
            )
            && string.IsNullOrEmpty(answer.ServerSideEncryptionCustomerMethod?.Value);
        return (
                string.IsNullOrEmpty(answer.ChecksumSHA256)
                || answer.ChecksumSHA256.Contains('-', StringComparison.Ordinal)
                || answer.ChecksumSHA256 == Convert.ToBase64String(_sha256.GetCurrentHash())
            )
            && (
                !isMd5
                || string.Equals(etag, Convert.ToHexString(_md5.GetCurrentHash()), StringComparison.OrdinalIgnoreCase)
            );
    }

    public void Dispose()
    {
        _sha256.Dispose();
        _md5.Dispose();
    }
}

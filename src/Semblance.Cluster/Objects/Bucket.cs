using System.Net;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;

namespace Semblance.Cluster.Objects;

/// <summary>An object as a list has it.</summary>
/// <param name="Name">Below the prefix, with /.</param>
/// <param name="Length">Bytes.</param>
/// <param name="ETag">What the store calls its content, without quotation marks; the MD5 of it in most cases.</param>
internal sealed record BucketObject(string Name, long Length, string ETag)
{
    /// <summary>When it was written, as the store says.</summary>
    public DateTime? Time { get; init; }
}

/// <summary>A place in an object store that is read and written. Whatever fails is one <see cref="ResourceException"/>.</summary>
internal sealed class Bucket : IDisposable
{
    private const int BodyAttempts = 5;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(300);

    private readonly AmazonS3Client _client;
    private readonly Uri? _endpoint;
    private readonly int _partBytes;
    private bool _isConditional = true;

    public Bucket(BucketAddress address, BucketSettings settings)
    {
        (Address, _endpoint, _partBytes) = (address, settings.FindEndpoint(), settings.PartBytes);
        _client = settings.Open();
    }

    public BucketAddress Address { get; }

    /// <summary>All objects below the prefix, or below a folder of it.</summary>
    public async IAsyncEnumerable<BucketObject> ListAsync(
        string folder,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var start = Address.Prefix.Length == 0 ? "" : Address.Prefix + "/";
        var request = new ListObjectsV2Request { BucketName = Address.Bucket, Prefix = start + folder };
        while (true)
        {
            var page = await GuardAsync(
                "list",
                () => _client.ListObjectsV2Async(request, cancellationToken),
                cancellationToken
            );
            foreach (var one in page.S3Objects ?? [])
            {
                yield return new BucketObject(one.Key[start.Length..], one.Size ?? 0, (one.ETag ?? "").Trim('"'))
                {
                    Time = one.LastModified,
                };
            }

            if (page.IsTruncated != true || page.NextContinuationToken is null)
            {
                yield break;
            }

            request.ContinuationToken = page.NextContinuationToken;
        }
    }

    /// <summary>Asks for one object; null where there is none.</summary>
    public Task<BucketObject?> AskAsync(string name, CancellationToken cancellationToken) =>
        GuardAsync(
            "read",
            async () =>
            {
                try
                {
                    var request = new GetObjectMetadataRequest
                    {
                        BucketName = Address.Bucket,
                        Key = Address.KeyOf(name),
                    };
                    var found = await _client.GetObjectMetadataAsync(request, cancellationToken);
                    var isEncrypted =
                        !string.IsNullOrEmpty(found.ServerSideEncryptionMethod?.Value)
                        && found.ServerSideEncryptionMethod != ServerSideEncryptionMethod.AES256;
                    // With a key of the user's it is not the MD5, and says nothing.
                    return new BucketObject(name, found.ContentLength, isEncrypted ? "" : (found.ETag ?? "").Trim('"'));
                }
                catch (AmazonS3Exception error)
                    when (error.StatusCode == HttpStatusCode.NotFound && error.ErrorCode != "NoSuchBucket")
                {
                    return null;
                }
            },
            cancellationToken
        );

    /// <summary>
    /// Brings an object into a file, whole or not at all: under another name first, and only where its length and checksum are
    /// right. A connection that is cut is tried again.
    /// </summary>
    /// <exception cref="ResourceException">It is not there, or does not come as it should.</exception>
    public async Task GetAsync(string name, string path, long? length, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var temporary = Path.Combine(Path.GetDirectoryName(path)!, $".{Path.GetRandomFileName()}.tmp");
            try
            {
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                if (await ReceiveAsync(name, temporary, length, cancellationToken) is not { } fault)
                {
                    File.Move(temporary, path, overwrite: true);
                    return;
                }

                if (attempt == BodyAttempts)
                {
                    throw fault;
                }
            }
            catch (Exception error) when (FileFault.IsOne(error))
            {
                throw ResourceException.Unwritten(path, error);
            }
            finally
            {
                File.Delete(temporary);
            }
        }
    }

    /// <summary>Writes a file there. One that is longer than a part goes in parts, which are given up where it fails.</summary>
    /// <param name="name">Of the object, below the prefix.</param>
    /// <param name="path">Of the file.</param>
    /// <param name="isOnce">Leave an object alone that is there already.</param>
    /// <param name="cancellationToken">Ends it; the object is then there or not, and never half.</param>
    public async Task<BucketPut> PutAsync(string name, string path, bool isOnce, CancellationToken cancellationToken)
    {
        using var file = RegularFile.OpenRead(path, sharing: FileShare.ReadWrite | FileShare.Delete, buffer: 0);
        if (file.Length > _partBytes)
        {
            return await new BucketParts(_client, Address, name, _partBytes).PutAsync(
                file,
                isOnce && _isConditional,
                (doing, ask) => GuardAsync(doing, ask, cancellationToken),
                cancellationToken
            );
        }

        var bytes = new byte[file.Length];
        await file.ReadExactlyAsync(bytes, cancellationToken);
        var put = new BucketPut(true, SHA256.HashData(bytes), Md5(bytes), bytes.Length);
        return await GuardAsync(
            "write",
            async () =>
            {
                for (var attempt = 1; ; attempt++)
                {
                    var isConditional = isOnce && _isConditional;
                    try
                    {
                        using var body = new MemoryStream(bytes, writable: false);
                        await _client.PutObjectAsync(
                            new PutObjectRequest
                            {
                                BucketName = Address.Bucket,
                                Key = Address.KeyOf(name),
                                InputStream = body,
                                AutoCloseStream = false,
                                // The body is signed and carries its checksums in headers: a server need know no trailers.
                                UseChunkEncoding = false,
                                MD5Digest = Convert.ToBase64String(Convert.FromHexString(put.ETag)),
                                ChecksumSHA256 = Convert.ToBase64String(put.Sha256),
                                IfNoneMatch = isConditional ? "*" : null,
                                ContentType = BucketTypes.Of(name),
                            },
                            cancellationToken
                        );
                        return put;
                    }
                    catch (AmazonS3Exception error) when (isConditional && IsThere(error))
                    {
                        return put with { IsWritten = false };
                    }
                    catch (AmazonS3Exception error)
                        when (isConditional && error.StatusCode == HttpStatusCode.NotImplemented)
                    {
                        // An older server. What is written once is named by what it holds, or made from its name.
                        _isConditional = false;
                    }
                    catch (AmazonS3Exception error)
                        when (isConditional && error.StatusCode == HttpStatusCode.Conflict && attempt < BodyAttempts)
                    {
                        // Another process is writing it just now, and may yet fail.
                        await Task.Delay(Pause, cancellationToken);
                    }
                }
            },
            cancellationToken
        );
    }

    /// <summary>Gives up the parts that killed processes have left more than a day ago, which cost as objects do.</summary>
    public async Task AbortOldAsync(CancellationToken cancellationToken)
    {
        try
        {
            var start = Address.KeyOf("");
            var found = await _client.ListMultipartUploadsAsync(
                new ListMultipartUploadsRequest { BucketName = Address.Bucket, Prefix = start },
                cancellationToken
            );
            var limit = TimeProvider.System.GetUtcNow().UtcDateTime.AddDays(-1);
            // Others may write to the bucket too, where the run has no folder of its own there.
            var old = (found.MultipartUploads ?? []).Where(upload =>
                upload.Initiated < limit && MirrorFile.KindOf(upload.Key[start.Length..]) != MirrorKind.None
            );
            foreach (var upload in old)
            {
                await _client.AbortMultipartUploadAsync(Address.Bucket, upload.Key, upload.UploadId, cancellationToken);
            }
        }
        catch (AmazonS3Exception)
        {
            // Not every server can list them, and not everyone may: they are a matter of cost alone.
        }
    }

    public void Dispose() => _client.Dispose();

    /// <summary>Whether an object was not written on the condition that it was not there.</summary>
    internal static bool IsThere(AmazonS3Exception error) => error.StatusCode == HttpStatusCode.PreconditionFailed;

    internal static string Md5(ReadOnlySpan<byte> bytes) =>
#pragma warning disable CA5351 // The checksum of S3, of what is not secret; what it is about is signed with SHA-256.
        Convert.ToHexStringLower(MD5.HashData(bytes));
#pragma warning restore CA5351

    /// <summary>Brings an object into a new file.</summary>
    /// <returns>Why it did not come as it was written; null where it did.</returns>
    private async Task<ResourceException?> ReceiveAsync(
        string name,
        string temporary,
        long? length,
        CancellationToken cancellationToken
    )
    {
        using var answer = await GuardAsync(
            "read",
            () =>
                _client.GetObjectAsync(
                    new GetObjectRequest
                    {
                        BucketName = Address.Bucket,
                        Key = Address.KeyOf(name),
                        // The body is held against its checksum as it comes, and against its MD5 where the store tells it.
                        ChecksumMode = ChecksumMode.ENABLED,
                    },
                    cancellationToken
                ),
            cancellationToken
        );
        using var file = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16);
        var buffer = new byte[1 << 16];
        while (true)
        {
            int read;
            try
            {
                read = await answer.ResponseStream.ReadAsync(buffer, cancellationToken);
            }
            catch (AmazonClientException)
            {
                return Damaged(name);
            }
            catch (Exception error) when (!cancellationToken.IsCancellationRequested && BucketFault.IsOne(error))
            {
                return BucketFault.Of(Address, "read", error, _endpoint);
            }

            if (read == 0)
            {
                break;
            }

            await file.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
        }

        return file.Length == answer.ContentLength && file.Length == (length ?? file.Length) ? null : Damaged(name);
    }

    private ResourceException Damaged(string name) =>
        new(
            $"{Address}/{name} does not arrive as it was written: its length or checksum is another each time; check the network, or write the object again."
        );

    private async Task<T> GuardAsync<T>(string doing, Func<Task<T>> ask, CancellationToken cancellationToken)
    {
        try
        {
            return await ask();
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested && BucketFault.IsOne(error))
        {
            throw BucketFault.Of(Address, doing, error, _endpoint);
        }
    }
}

/// <summary>What came of writing an object.</summary>
/// <param name="IsWritten">False where it was there already.</param>
/// <param name="Sha256">Of the file.</param>
/// <param name="ETag">What the store should call the content, where it calls it by its MD5.</param>
/// <param name="Length">Bytes.</param>
internal sealed record BucketPut(bool IsWritten, byte[] Sha256, string ETag, long Length);

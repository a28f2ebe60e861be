using System.Security.Cryptography;
using Amazon.S3;
using Amazon.S3.Model;

namespace Semblance.Cluster.Objects;

/// <summary>Writes a long file in parts. It is there when all are, and not before; where it fails, the parts are given up.</summary>
internal sealed class BucketParts(AmazonS3Client client, BucketAddress address, string name, int partBytes)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private string Key => address.KeyOf(name);

    public async Task<BucketPut> PutAsync(
        FileStream file,
        bool isConditional,
        Func<string, Func<Task<BucketPut>>, Task<BucketPut>> guard,
        CancellationToken cancellationToken
    ) =>
        await guard(
            "write",
            async () =>
            {
                var upload = await client.InitiateMultipartUploadAsync(
                    new InitiateMultipartUploadRequest
                    {
                        BucketName = address.Bucket,
                        Key = Key,
                        ContentType = BucketTypes.Of(name),
                    },
                    cancellationToken
                );
                try
                {
                    return await SendAsync(file, upload.UploadId, isConditional, cancellationToken);
                }
                catch
                {
                    await AbortAsync(upload.UploadId);
                    throw;
                }
            }
        );

    private async Task<BucketPut> SendAsync(
        FileStream file,
        string upload,
        bool isConditional,
        CancellationToken cancellationToken
    )
    {
        using var whole = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        List<PartETag> parts = [];
        List<byte> sums = [];
        var buffer = new byte[partBytes];
        while (
            await file.ReadAtLeastAsync(buffer, partBytes, throwOnEndOfStream: false, cancellationToken)
                is var read
                    and > 0
        )
        {
            whole.AppendData(buffer, 0, read);
            var md5 = Convert.FromHexString(Bucket.Md5(buffer.AsSpan(0, read)));
            sums.AddRange(md5);
            using var body = new MemoryStream(buffer, 0, read, writable: false);
            var part = await client.UploadPartAsync(
                new UploadPartRequest
                {
                    BucketName = address.Bucket,
                    Key = Key,
                    UploadId = upload,
                    PartNumber = parts.Count + 1,
                    PartSize = read,
                    InputStream = body,
                    UseChunkEncoding = false,
                    MD5Digest = Convert.ToBase64String(md5),
                },
                cancellationToken
            );
            parts.Add(new PartETag(parts.Count + 1, part.ETag));
        }

        var put = new BucketPut(true, whole.GetCurrentHash(), $"{Bucket.Md5([.. sums])}-{parts.Count}", file.Length);
        try
        {
            await client.CompleteMultipartUploadAsync(
                new CompleteMultipartUploadRequest
                {
                    BucketName = address.Bucket,
                    Key = Key,
                    UploadId = upload,
                    PartETags = parts,
                    IfNoneMatch = isConditional ? "*" : null,
                },
                cancellationToken
            );
            return put;
        }
        catch (AmazonS3Exception error) when (isConditional && Bucket.IsThere(error))
        {
            await AbortAsync(upload);
            return put with { IsWritten = false };
        }
    }

    /// <summary>Also where the command is to end at once: left-over parts cost as objects do.</summary>
    private async Task AbortAsync(string upload)
    {
        try
        {
            using var soon = new CancellationTokenSource(Patience);
            await client.AbortMultipartUploadAsync(address.Bucket, Key, upload, soon.Token);
        }
        catch (Exception error) when (BucketFault.IsOne(error) || error is OperationCanceledException)
        {
            // The last command gives up what is left after a day.
        }
    }
}

using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using Microsoft.AspNetCore.Http;

namespace Semblance.FakeServers;

/// <summary>
/// An object store as S3 describes it, as far as Semblance asks it: lists in pages, get, head, put (on condition too), and parts.
/// Every request has to be signed, and what is sent has to fit its checksums.
/// </summary>
public sealed class FakeS3 : FakeServer
{
    /// <summary>The bucket that is there.</summary>
    public const string Bucket = "semblance";

    private static readonly XNamespace Space = "http://s3.amazonaws.com/doc/2006-03-01/";

    private readonly ConcurrentDictionary<string, FakeObject> _objects = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, FakeUpload> _uploads = new(StringComparer.Ordinal);

    /// <summary>What the bucket holds, by key.</summary>
    public IDictionary<string, FakeObject> Objects => _objects;

    /// <summary>Uploads in parts that were neither completed nor aborted, by their ids.</summary>
    public IDictionary<string, FakeUpload> Uploads => _uploads;

    /// <summary>Objects in a page of a list.</summary>
    public int PageSize { get; set; } = 1000;

    /// <summary>Keys that lists do not show yet, though they are there.</summary>
    public Func<string, bool> IsLate { get; set; } = _ => false;

    /// <summary>Whether puts on condition are understood; a server that does not says 501.</summary>
    public bool IsConditional { get; set; } = true;

    /// <summary>How many bodies are cut in their middle.</summary>
    public int CutBodies { get; set; }

    /// <summary>How many bodies come with a bit turned.</summary>
    public int DamagedBodies { get; set; }

    /// <summary>An answer that says what is wrong, as S3 does.</summary>
    public static Fault Error(int status, string code, string message = "Something is wrong.") =>
        Fault.Status(
            status,
            new XElement("Error", new XElement("Code", code), new XElement("Message", message)).ToString(),
            "application/xml"
        );

    /// <summary>Requests by method, and for lists and parts by what they are about.</summary>
    public int Count(string method, string start = "") =>
        Heard.Count(one => one.Method == method && one.Path.StartsWith($"/{Bucket}/{start}", StringComparison.Ordinal));

    /// <summary>Puts an object there, as others would.</summary>
    public void Put(string key, byte[] bytes) => _objects[key] = new FakeObject(bytes, Md5(bytes), null);

    protected override bool IsCall(Heard request) => true;

    protected override Task AnswerAsync(HttpContext context, Heard request)
    {
        if (Refuse(request) is { } refused)
        {
            return refused(context);
        }

        var path = request.Path.TrimStart('/');
        var end = path.IndexOf('/', StringComparison.Ordinal);
        (var bucket, var key) = end < 0 ? (path, "") : (path[..end], path[(end + 1)..]);
        if (bucket != Bucket)
        {
            return ErrorAsync(context, 404, "NoSuchBucket");
        }

        var query = context.Request.Query;
        return (request.Method, key) switch
        {
            ("GET", "") when query.ContainsKey("uploads") => ListUploadsAsync(context),
            ("GET", "") => ListAsync(context, query["prefix"].ToString(), query["continuation-token"].ToString()),
            ("GET" or "HEAD", _) => GetAsync(context, key),
            ("POST", _) when query.ContainsKey("uploads") => BeginAsync(context, key),
            ("PUT", _) when query.ContainsKey("uploadId") => PartAsync(context, request),
            ("POST", _) => CompleteAsync(context, key, request),
            ("DELETE", _) when query.ContainsKey("uploadId") => AbortAsync(context),
            ("PUT", _) => PutAsync(context, key, request),
            _ => ErrorAsync(context, 405, "MethodNotAllowed"),
        };
    }

    private static Func<HttpContext, Task>? Refuse(Heard request)
    {
        var signed = request.Headers.GetValueOrDefault("Authorization") ?? "";
        if (
            !signed.StartsWith("AWS4-HMAC-SHA256 Credential=", StringComparison.Ordinal)
            || !signed.Contains("Signature=", StringComparison.Ordinal)
        )
        {
            return context => ErrorAsync(context, 403, "AccessDenied");
        }

        if (
            request.Headers.GetValueOrDefault("x-amz-content-sha256") is not { } sha256
            || !sha256.Equals(Convert.ToHexString(SHA256.HashData(request.Bytes)), StringComparison.OrdinalIgnoreCase)
        )
        {
            return context => ErrorAsync(context, 400, "XAmzContentSHA256Mismatch");
        }

        return
            request.Headers.GetValueOrDefault("Content-MD5") is { } md5
            && md5 != Convert.ToBase64String(Convert.FromHexString(Md5(request.Bytes)))
            ? context => ErrorAsync(context, 400, "BadDigest")
            : null;
    }

    private Task ListAsync(HttpContext context, string prefix, string after)
    {
        string[] keys =
        [
            .. _objects
                .Keys.Where(key => key.StartsWith(prefix, StringComparison.Ordinal) && !IsLate(key))
                .Where(key => string.CompareOrdinal(key, after) > 0)
                .Order(StringComparer.Ordinal),
        ];
        var page = keys.Take(PageSize).ToArray();
        return XmlAsync(
            context,
            new XElement(
                Space + "ListBucketResult",
                new XElement(Space + "Name", Bucket),
                new XElement(Space + "IsTruncated", keys.Length > page.Length),
                keys.Length > page.Length ? new XElement(Space + "NextContinuationToken", page[^1]) : null,
                page.Select(key => new XElement(
                    Space + "Contents",
                    new XElement(Space + "Key", key),
                    new XElement(Space + "LastModified", "2026-01-01T00:00:00.000Z"),
                    new XElement(Space + "ETag", $"\"{_objects[key].ETag}\""),
                    new XElement(Space + "Size", _objects[key].Bytes.Length)
                ))
            )
        );
    }

    private async Task GetAsync(HttpContext context, string key)
    {
        if (!_objects.TryGetValue(key, out var found))
        {
            await ErrorAsync(context, 404, "NoSuchKey");
            return;
        }

        context.Response.Headers.ETag = $"\"{found.ETag}\"";
        context.Response.ContentLength = found.Bytes.Length;
        if (found.Sha256 is { } sha256 && context.Request.Headers["x-amz-checksum-mode"] == "ENABLED")
        {
            context.Response.Headers["x-amz-checksum-sha256"] = sha256;
        }

        if (context.Request.Method == "HEAD")
        {
            return;
        }

        if (CutBodies > 0)
        {
            CutBodies--;
            await context.Response.Body.WriteAsync(found.Bytes.AsMemory(0, found.Bytes.Length / 2));
            await context.Response.Body.FlushAsync();
            context.Abort();
            return;
        }

        var bytes = found.Bytes.ToArray();
        if (DamagedBodies > 0)
        {
            DamagedBodies--;
            bytes[bytes.Length / 2] ^= 1;
        }

        await context.Response.Body.WriteAsync(bytes);
    }

    private Task PutAsync(HttpContext context, string key, Heard request)
    {
        var isConditional = request.Headers.ContainsKey("If-None-Match");
        if (isConditional && !IsConditional)
        {
            return ErrorAsync(context, 501, "NotImplemented");
        }

        var put = new FakeObject(
            request.Bytes,
            Md5(request.Bytes),
            request.Headers.GetValueOrDefault("x-amz-checksum-sha256")
        );
        if (isConditional ? !_objects.TryAdd(key, put) : (_objects[key] = put) is null)
        {
            return ErrorAsync(context, 412, "PreconditionFailed");
        }

        context.Response.Headers.ETag = $"\"{put.ETag}\"";
        return Task.CompletedTask;
    }

    private Task BeginAsync(HttpContext context, string key)
    {
        var id = $"upload-{_uploads.Count + 1}-{key.Length}";
        _uploads[id] = new FakeUpload(key, TimeProvider.System.GetUtcNow());
        return XmlAsync(
            context,
            new XElement(
                Space + "InitiateMultipartUploadResult",
                new XElement(Space + "Bucket", Bucket),
                new XElement(Space + "Key", key),
                new XElement(Space + "UploadId", id)
            )
        );
    }

    private Task PartAsync(HttpContext context, Heard request)
    {
        var number = int.Parse(context.Request.Query["partNumber"]!, CultureInfo.InvariantCulture);
        if (!_uploads.TryGetValue(context.Request.Query["uploadId"]!, out var upload))
        {
            return ErrorAsync(context, 404, "NoSuchUpload");
        }

        upload.Parts[number] = request.Bytes;
        context.Response.Headers.ETag = $"\"{Md5(request.Bytes)}\"";
        return Task.CompletedTask;
    }

    private Task CompleteAsync(HttpContext context, string key, Heard request)
    {
        if (!_uploads.TryGetValue(context.Request.Query["uploadId"]!, out var upload))
        {
            return ErrorAsync(context, 404, "NoSuchUpload");
        }

        if (request.Headers.ContainsKey("If-None-Match") && _objects.ContainsKey(key))
        {
            return ErrorAsync(context, 412, "PreconditionFailed");
        }

        byte[][] parts = [.. upload.Parts.OrderBy(part => part.Key).Select(part => part.Value)];
        var sums = parts.SelectMany(part => Convert.FromHexString(Md5(part))).ToArray();
        _objects[key] = new FakeObject([.. parts.SelectMany(part => part)], $"{Md5(sums)}-{parts.Length}", null);
        _uploads.TryRemove(context.Request.Query["uploadId"]!, out _);
        return XmlAsync(
            context,
            new XElement(
                Space + "CompleteMultipartUploadResult",
                new XElement(Space + "Key", key),
                new XElement(Space + "ETag", $"\"{_objects[key].ETag}\"")
            )
        );
    }

    private Task AbortAsync(HttpContext context)
    {
        _uploads.TryRemove(context.Request.Query["uploadId"]!, out _);
        context.Response.StatusCode = 204;
        return Task.CompletedTask;
    }

    private Task ListUploadsAsync(HttpContext context) =>
        XmlAsync(
            context,
            new XElement(
                Space + "ListMultipartUploadsResult",
                new XElement(Space + "IsTruncated", false),
                _uploads.Select(upload => new XElement(
                    Space + "Upload",
                    new XElement(Space + "Key", upload.Value.Key),
                    new XElement(Space + "UploadId", upload.Key),
                    new XElement(
                        Space + "Initiated",
                        upload.Value.Begun.UtcDateTime.ToString(
                            "yyyy-MM-dd'T'HH:mm:ss.fff'Z'",
                            CultureInfo.InvariantCulture
                        )
                    )
                ))
            )
        );

    private static Task ErrorAsync(HttpContext context, int status, string code)
    {
        context.Response.StatusCode = status;
        return context.Request.Method == "HEAD"
            ? Task.CompletedTask
            : XmlAsync(
                context,
                new XElement("Error", new XElement("Code", code), new XElement("Message", code)),
                status
            );
    }

    private static Task XmlAsync(HttpContext context, XElement body, int status = 200)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/xml";
        return context.Response.WriteAsync(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + body.ToString(SaveOptions.DisableFormatting),
            Encoding.UTF8
        );
    }

    private static string Md5(byte[] bytes) =>
#pragma warning disable CA5351 // What S3 calls contents.
        Convert.ToHexStringLower(MD5.HashData(bytes));
#pragma warning restore CA5351
}

/// <summary>An object of a fake store.</summary>
public sealed record FakeObject(byte[] Bytes, string ETag, string? Sha256);

/// <summary>An upload in parts that is under way.</summary>
public sealed record FakeUpload(string Key, DateTimeOffset Begun)
{
    public ConcurrentDictionary<int, byte[]> Parts { get; } = new();
}

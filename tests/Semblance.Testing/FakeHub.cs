using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Semblance.Testing;

/// <summary>What a request to the <see cref="FakeHub"/> carried.</summary>
public sealed record Asked(string Host, string Method, string Path, string? Token, string? Range, string? IfRange);

/// <summary>A repository that the <see cref="FakeHub"/> holds, at one commit.</summary>
public sealed class FakeRepository(string name, string commit, bool dataset = false)
{
    public string Name => name;

    public string Commit => commit;

    public bool IsDataset => dataset;

    public List<string> Revisions { get; } = ["main"];

    public string? Licence { get; set; } = "mit";

    /// <summary>Path to bytes; large ones (Git LFS) lie on the other origin.</summary>
    public Dictionary<string, (byte[] Bytes, bool Large)> Files { get; } = new(StringComparer.Ordinal);

    public FakeRepository With(string path, byte[] bytes, bool large = false)
    {
        Files[path] = (bytes, large);
        return this;
    }

    public FakeRepository With(string path, string text) => With(path, Encoding.UTF8.GetBytes(text));

    public static string BlobId(byte[] bytes, bool large)
    {
        if (large)
        {
            return Convert.ToHexStringLower(SHA256.HashData(bytes));
        }

        var header = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"blob {bytes.Length}\0"));
#pragma warning disable CA5350 // Git's own.
        return Convert.ToHexStringLower(SHA1.HashData([.. header, .. bytes]));
#pragma warning restore CA5350
    }
}

/// <summary>
/// The hub's API on 127.0.0.1: listings with hashes, files behind redirections to a second origin, ranges, etags, commit
/// headers, error codes; and whatever faults a test asks for.
/// </summary>
public sealed class FakeHub : IAsyncDisposable
{
    private readonly WebApplication _hub;
    private readonly WebApplication _store;
    private readonly ConcurrentQueue<Asked> _asked = new();
    private readonly ConcurrentDictionary<string, FakeRepository> _repositories = new(StringComparer.Ordinal);

    private FakeHub()
    {
        _hub = Server(AnswerAsync);
        _store = Server(StoreAsync);
    }

    public Uri Address => new(_hub.Urls.First());

    public Uri StoreAddress => new(_store.Urls.First());

    public IReadOnlyList<Asked> Asked => [.. _asked];

    /// <summary>Looks at each request first; true where it has answered.</summary>
    public Func<HttpContext, Asked, Task<bool>> Before { get; set; } = (_, _) => Task.FromResult(false);

    /// <summary>Cuts every connection after so many bytes of a body.</summary>
    public int CutAfter { get; set; } = int.MaxValue;

    /// <summary>Waits so long after each piece of 16 KiB.</summary>
    public TimeSpan Slowness { get; set; }

    /// <summary>Bytes of bodies of files that were written.</summary>
    public long Served => Interlocked.Read(ref _served);

    /// <summary>Whether listings state sizes and hashes.</summary>
    public bool States { get; set; } = true;

    /// <summary>After how many files a listing is cut off without a word, as the hub does; the tree is whole.</summary>
    public int Siblings { get; set; } = int.MaxValue;

    private const int TreePage = 500;
    private long _served;

    public static async Task<FakeHub> StartAsync(params FakeRepository[] repositories)
    {
        var hub = new FakeHub();
        foreach (var repository in repositories)
        {
            hub.Add(repository);
        }

        await hub._hub.StartAsync();
        await hub._store.StartAsync();
        return hub;
    }

    public void Add(FakeRepository repository)
    {
        foreach (var revision in (string[])[repository.Commit, .. repository.Revisions])
        {
            _repositories[Key(repository.IsDataset, repository.Name, revision)] = repository;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _hub.DisposeAsync();
        await _store.DisposeAsync();
    }

    private static string Key(bool dataset, string name, string revision) => $"{dataset}:{name}@{revision}";

    private WebApplication Server(Func<HttpContext, string, Task> answer)
    {
        // The current folder may change while a test runs the program within this process.
        var builder = WebApplication.CreateSlimBuilder(
            new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory }
        );
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.WebHost.ConfigureKestrel(options => options.AddServerHeader = false);
        // A test that ends while a request hangs must not wait for it.
        builder.Services.Configure<Microsoft.Extensions.Hosting.HostOptions>(options =>
            options.ShutdownTimeout = TimeSpan.FromMilliseconds(100)
        );
        var app = builder.Build();
        app.Run(async context =>
        {
            var target = context.Features.Get<IHttpRequestFeature>()!.RawTarget;
            var asked = new Asked(
                context.Request.Host.Value!,
                context.Request.Method,
                target,
                Header(context, "Authorization"),
                Header(context, "Range"),
                Header(context, "If-Range")
            );
            _asked.Enqueue(asked);
            if (!await Before(context, asked))
            {
                await answer(context, target);
            }
        });
        return app;
    }

    private static string? Header(HttpContext context, string name) =>
        context.Request.Headers.TryGetValue(name, out var value) ? value.ToString() : null;

    private async Task AnswerAsync(HttpContext context, string target)
    {
        var parts = target.Split('?')[0].TrimStart('/').Split('/');
        if (parts is ["api", "models" or "datasets", var org, var name, "revision", var revision])
        {
            await ListAsync(context, parts[1] == "datasets", $"{org}/{name}", Uri.UnescapeDataString(revision));
            return;
        }

        if (parts is ["api", "models" or "datasets", var holder, var called, "tree", var at])
        {
            await TreeAsync(context, parts[1] == "datasets", $"{holder}/{called}", Uri.UnescapeDataString(at));
            return;
        }

        var dataset = parts[0] == "datasets";
        if ((dataset ? parts[1..] : parts) is [var owner, var title, "resolve", var commit, .. var path])
        {
            await ResolveAsync(
                context,
                dataset,
                $"{owner}/{title}",
                Uri.UnescapeDataString(commit),
                Uri.UnescapeDataString(string.Join('/', path))
            );
            return;
        }

        context.Response.StatusCode = 400;
    }

    private async Task ListAsync(HttpContext context, bool dataset, string name, string revision)
    {
        if (Find(context, dataset, name, revision) is not { } repository)
        {
            return;
        }

        using var json = new MemoryStream();
        using (var writer = new Utf8JsonWriter(json))
        {
            writer.WriteStartObject();
            writer.WriteString("id", name);
            writer.WriteString("sha", repository.Commit);
            writer.WriteBoolean("gated", false);
            if (repository.Licence is { } licence)
            {
                writer.WriteStartObject("cardData");
                writer.WriteString("license", licence);
                writer.WriteEndObject();
            }

            writer.WriteStartArray("siblings");
            foreach (var (path, (bytes, large)) in repository.Files.Take(Siblings))
            {
                writer.WriteStartObject();
                writer.WriteString("rfilename", path);
                if (States)
                {
                    writer.WriteNumber("size", bytes.Length);
                    writer.WriteString("blobId", FakeRepository.BlobId(large ? [1, 2, 3] : bytes, large: false));
                    if (large)
                    {
                        writer.WriteStartObject("lfs");
                        writer.WriteString("sha256", FakeRepository.BlobId(bytes, large));
                        writer.WriteNumber("size", bytes.Length);
                        writer.WriteNumber("pointerSize", 134);
                        writer.WriteEndObject();
                    }
                }

                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        context.Response.ContentType = "application/json";
        await context.Response.Body.WriteAsync(json.ToArray());
    }

    private async Task TreeAsync(HttpContext context, bool dataset, string name, string revision)
    {
        if (Find(context, dataset, name, revision) is not { } repository)
        {
            return;
        }

        var from = int.Parse(context.Request.Query["cursor"].FirstOrDefault("0")!, CultureInfo.InvariantCulture);
        if (from + TreePage < repository.Files.Count)
        {
            // As a mirror that passes on what the hub says of itself.
            context.Response.Headers.Link =
                $"<https://huggingface.co{context.Request.Path}?recursive=true&cursor={from + TreePage}>; rel=\"next\"";
        }

        var entries = new List<object>();
        if (from == 0)
        {
            entries.Add(
                new
                {
                    type = "directory",
                    path = "folder",
                    oid = "0",
                    size = 0,
                }
            );
        }

        foreach (var (path, (bytes, large)) in repository.Files.Skip(from).Take(TreePage))
        {
            var oid = FakeRepository.BlobId(large ? [1, 2, 3] : bytes, large: false);
            entries.Add(
                large
                    ? new
                    {
                        type = "file",
                        path,
                        oid,
                        size = bytes.Length,
                        lfs = new
                        {
                            oid = FakeRepository.BlobId(bytes, large),
                            size = bytes.Length,
                            pointerSize = 134,
                        },
                    }
                    : new
                    {
                        type = "file",
                        path,
                        oid,
                        size = bytes.Length,
                    }
            );
        }

        await context.Response.Body.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(entries));
    }

    private async Task ResolveAsync(HttpContext context, bool dataset, string name, string revision, string path)
    {
        if (Find(context, dataset, name, revision) is not { } repository)
        {
            return;
        }

        context.Response.Headers["X-Repo-Commit"] = repository.Commit;
        if (!repository.Files.TryGetValue(path, out var file))
        {
            context.Response.StatusCode = 404;
            context.Response.Headers["X-Error-Code"] = "EntryNotFound";
            return;
        }

        var id = FakeRepository.BlobId(file.Bytes, file.Large);
        if (file.Large)
        {
            context.Response.StatusCode = 302;
            context.Response.Headers["X-Linked-Etag"] = $"\"{id}\"";
            context.Response.Headers["X-Linked-Size"] = file.Bytes.Length.ToString(CultureInfo.InvariantCulture);
            context.Response.Headers.Location = $"{StoreAddress}blobs/{id}?Signature=secret";
            return;
        }

        await SendAsync(context, file.Bytes, $"\"{id}\"");
    }

    private async Task StoreAsync(HttpContext context, string target)
    {
        var id = target.Split('?')[0].Split('/')[^1];
        var file = _repositories
            .Values.SelectMany(repository => repository.Files.Values)
            .FirstOrDefault(file => file.Large && FakeRepository.BlobId(file.Bytes, large: true) == id);
        if (file.Bytes is null)
        {
            context.Response.StatusCode = 403;
            return;
        }

        await SendAsync(context, file.Bytes, $"\"store-{id[..8]}\"");
    }

    /// <summary>Sends bytes with an etag, or the range of them that was asked for.</summary>
    public async Task SendAsync(HttpContext context, byte[] bytes, string etag)
    {
        var response = context.Response;
        response.Headers.ETag = etag;
        response.Headers.AcceptRanges = "bytes";
        var from = 0;
        var range = Header(context, "Range");
        if (range is not null && (Header(context, "If-Range") is null || Header(context, "If-Range") == etag))
        {
            from = int.Parse(range["bytes=".Length..].TrimEnd('-'), CultureInfo.InvariantCulture);
            if (from >= bytes.Length)
            {
                response.StatusCode = 416;
                return;
            }

            response.StatusCode = 206;
            response.Headers.ContentRange = string.Create(
                CultureInfo.InvariantCulture,
                $"bytes {from}-{bytes.Length - 1}/{bytes.Length}"
            );
        }

        response.ContentLength = bytes.Length - from;
        if (context.Request.Method == "HEAD")
        {
            return;
        }

        const int piece = 16384;
        var end = (int)Math.Min(bytes.Length, (long)from + CutAfter);
        try
        {
            for (var at = from; at < end; at += piece)
            {
                var count = Math.Min(piece, end - at);
                await response.Body.WriteAsync(bytes.AsMemory(at, count), context.RequestAborted);
                Interlocked.Add(ref _served, count);
                if (Slowness > TimeSpan.Zero)
                {
                    await response.Body.FlushAsync(context.RequestAborted);
                    await Task.Delay(Slowness, context.RequestAborted);
                }
            }

            if (end < bytes.Length)
            {
                await response.Body.FlushAsync(context.RequestAborted);
                context.Abort();
            }
        }
        catch (OperationCanceledException)
        {
            // The other side went away.
        }
    }

    private FakeRepository? Find(HttpContext context, bool dataset, string name, string revision)
    {
        if (_repositories.TryGetValue(Key(dataset, name, revision), out var repository))
        {
            return repository;
        }

        var known = _repositories.Values.Any(other => other.IsDataset == dataset && other.Name == name);
        context.Response.StatusCode = known ? 404 : 401;
        context.Response.Headers["X-Error-Code"] = known ? "RevisionNotFound" : "RepoNotFound";
        return null;
    }
}

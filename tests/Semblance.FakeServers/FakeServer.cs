using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Semblance.FakeServers;

/// <summary>A request that a fake server got.</summary>
public sealed record Heard(
    string Method,
    string Path,
    string Query,
    IReadOnlyDictionary<string, string> Headers,
    byte[] Bytes
)
{
    /// <summary>The body as a text.</summary>
    public string Body => Encoding.UTF8.GetString(Bytes);

    /// <summary>The body as an object; empty where it is none.</summary>
    public JsonObject Json =>
        Headers.GetValueOrDefault("Content-Type")?.Contains("json", StringComparison.Ordinal) == true
            ? JsonNode.Parse(Body) as JsonObject ?? []
            : [];
}

/// <summary>Something that goes wrong once.</summary>
public sealed record Fault
{
    /// <summary>Status and body in place of an answer.</summary>
    public (int Status, string Body, string Type)? Answer { get; init; }

    /// <summary>Headers of that answer.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>The connection is cut before the request took effect.</summary>
    public bool CutsBefore { get; init; }

    /// <summary>The connection is cut after the request took effect.</summary>
    public bool CutsAfter { get; init; }

    /// <summary>The request takes effect, and the answer is held back until nobody waits for it.</summary>
    public bool HoldsAnswer { get; init; }

    /// <summary>The answer comes late.</summary>
    public TimeSpan Delay { get; init; }

    public static Fault Status(int status, string body = "{}", string type = "application/json") =>
        new() { Answer = (status, body, type) };
}

/// <summary>What a fake does otherwise than it should, for as long as it is set.</summary>
public sealed record Habits
{
    /// <summary>Each call gets a picture of its own, whatever the seed.</summary>
    public bool IgnoresSeed { get; init; }

    /// <summary>Every seed gives the picture of seed 42.</summary>
    public bool HasOneSeed { get; init; }

    /// <summary>Pixels are moved a little from call to call.</summary>
    public bool IsInexact { get; init; }

    /// <summary>Pictures are black.</summary>
    public bool IsBlack { get; init; }

    /// <summary>Pictures are JPEG files.</summary>
    public bool SendsJpeg { get; init; }

    /// <summary>Pictures are 8 pixels wider than was asked for.</summary>
    public bool IsWider { get; init; }

    /// <summary>Files end in the middle.</summary>
    public bool Truncates { get; init; }
}

/// <summary>An image server on 127.0.0.1, with whatever faults a test asks for.</summary>
public abstract class FakeServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<Heard> _heard = new();
    private readonly ConcurrentQueue<(Func<Heard, bool> When, Fault Fault)> _faults = new();
    private int _pictures;

    protected FakeServer(int port = 0)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        builder.WebHost.UseShutdownTimeout(TimeSpan.FromSeconds(1));
        _app = builder.Build();
        _app.Run(HearAsync);
        _app.StartAsync().GetAwaiter().GetResult();
        Url = new Uri(_app.Urls.First());
    }

    public Uri Url { get; }

    public Habits Habits { get; set; } = new();

    /// <summary>Prompts that hold this word are filtered.</summary>
    public string Forbidden { get; set; } = "forbidden";

    /// <summary>The key that every request has to carry, as the kind carries it; null for none.</summary>
    public string? Key { get; set; }

    /// <summary>All requests so far.</summary>
    public IReadOnlyList<Heard> Heard => [.. _heard];

    /// <summary>Pictures that were made.</summary>
    public int Made => _pictures;

    /// <summary>The next request that fits goes wrong; faults come one after another.</summary>
    public void Fail(Fault fault, Func<Heard, bool>? when = null) => _faults.Enqueue((when ?? IsCall, fault));

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Whether a request asks for a picture.</summary>
    protected abstract bool IsCall(Heard request);

    /// <summary>Whether a request carries the key.</summary>
    protected virtual bool HasKey(Heard request) =>
        request.Headers.GetValueOrDefault("Authorization") == $"Bearer {Key}";

    protected abstract Task AnswerAsync(HttpContext context, Heard request);

    /// <summary>The picture of a call, with the server's habits.</summary>
    protected byte[] Picture(string model, string prompt, long seed, int width, int height)
    {
        var nth = Interlocked.Increment(ref _pictures);
        if (Habits.IsWider)
        {
            width += 8;
        }

        if (Habits.IsBlack)
        {
            return FakePicture.Black(width, height);
        }

        var used =
            Habits.HasOneSeed ? 42
            : Habits.IgnoresSeed ? 1_000_000 + nth
            : seed;
        var pixels = FakePicture.Pixels(model, prompt, used, width, height);
        if (Habits.IsInexact)
        {
            for (var i = nth % 7; i < pixels.Length; i += 7)
            {
                pixels[i] ^= 1;
            }
        }

        var file = Habits.SendsJpeg
            ? Imaging.Formats.JpegWriter.Write(pixels, width, height)
            : Imaging.Formats.PngWriter.Write(pixels, width, height);
        return Habits.Truncates ? file[..(file.Length / 2)] : file;
    }

    protected static Task JsonAsync(HttpContext context, JsonNode? body, int status = 200)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(body?.ToJsonString() ?? "null");
    }

    protected static async Task BytesAsync(HttpContext context, byte[] bytes, string type = "image/png")
    {
        context.Response.ContentType = type;
        await context.Response.Body.WriteAsync(bytes);
    }

    private async Task HearAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var request = new Heard(
            context.Request.Method,
            context.Request.Path.Value ?? "",
            context.Request.QueryString.Value ?? "",
            context.Request.Headers.ToDictionary(
                header => header.Key,
                header => header.Value.ToString(),
                StringComparer.OrdinalIgnoreCase
            ),
            body.ToArray()
        );
        _heard.Enqueue(request);
        if (Key is not null && !HasKey(request))
        {
            await JsonAsync(
                context,
                new JsonObject
                {
                    ["detail"] = $"Incorrect key in {request.Headers.GetValueOrDefault("Authorization")}",
                },
                401
            );
            return;
        }

        if (_faults.TryPeek(out var next) && next.When(request) && _faults.TryDequeue(out next))
        {
            if (next.Fault.CutsBefore)
            {
                context.Abort();
                return;
            }

            await Task.Delay(next.Fault.Delay);
            if (next.Fault.Answer is { } answer)
            {
                context.Response.StatusCode = answer.Status;
                context.Response.ContentType = answer.Type;
                foreach (var (name, value) in next.Fault.Headers)
                {
                    context.Response.Headers[name] = value;
                }

                await context.Response.WriteAsync(answer.Body);
                return;
            }

            if (next.Fault.CutsAfter || next.Fault.HoldsAnswer)
            {
                using var nowhere = new MemoryStream();
                context.Response.Body = nowhere;
                await AnswerAsync(context, request);
                if (next.Fault.HoldsAnswer)
                {
                    await Task.Delay(Timeout.Infinite, context.RequestAborted)
                        .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                }

                context.Abort();
                return;
            }
        }

        await AnswerAsync(context, request);
    }
}

using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Semblance.Remote.Connecting;
using Semblance.Remote.Settings;

namespace Semblance.Remote.Kinds;

/// <summary>How one model on one kind of server is asked for an image. One subclass, one file, for each kind.</summary>
internal abstract class ServerApi(ServerConnection connection, ServerSettings server, ServerModel model)
{
    /// <summary>Of the server; shared with its other models.</summary>
    protected ServerConnection Connection { get; } = connection;

    /// <summary>Requests to the server; shared with its other models.</summary>
    protected ServerSettings Server { get; } = server;

    /// <summary>What is asked of the model.</summary>
    protected ServerModel Model { get; } = model;

    /// <summary>What the server says of itself and the model, for the recipe; known after <see cref="PrepareAsync"/>.</summary>
    public virtual IReadOnlyList<KeyValuePair<string, string>> Facts => [];

    /// <summary>Whether a call costs money.</summary>
    public virtual bool IsPaid => false;

    /// <summary>Whether width and height are sent, so that an image of another size is a fault.</summary>
    public virtual bool FixesSize => true;

    /// <summary>The longest wait between two questions for a job.</summary>
    public virtual TimeSpan PollEvery => TimeSpan.FromSeconds(0.5);

    /// <summary>Checks, before anything is made, that the server is there and can do what is asked.</summary>
    /// <exception cref="CallException">It cannot.</exception>
    public virtual Task PrepareAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Asks for an image: it comes at once, or as a job.</summary>
    public abstract Task<Reply> SubmitAsync(ImageCall call, CancellationToken cancellationToken);

    /// <summary>Asks how a job stands.</summary>
    public virtual Task<Reply> PollAsync(string job, ImageCall call, CancellationToken cancellationToken) =>
        throw new NotSupportedException($"{GetType().Name} has no jobs.");

    /// <summary>The job of a call whose answer was lost; null where none can be found.</summary>
    public virtual Task<string?> FindAsync(ImageCall call, CancellationToken cancellationToken) =>
        Task.FromResult<string?>(null);

    /// <summary>A POST that makes an image: it may take as long as an image does.</summary>
    protected HttpCall Post(Uri address, JsonNode body) =>
        HttpCall.Post(address, body) with
        {
            Timeout = Server.Timeout,
            IsPaid = IsPaid,
        };

    /// <summary>A POST that takes a job and gives its id at once.</summary>
    /// <exception cref="CallException">It gave none: one that is paid may be under way.</exception>
    protected async Task<Reply> TakeAsync(Uri address, JsonNode body, CancellationToken cancellationToken)
    {
        var call = Post(address, body) with { Timeout = TimeSpan.FromSeconds(60) };
        return Text((await Connection.SendAsync(call, cancellationToken)).Object()["id"]) is { Length: > 0 } id
            ? new Reply.Taken(id)
            : throw new CallException(IsPaid ? CallEnd.Unknown : CallEnd.Image, "took the job and gave no id");
    }

    /// <summary>Fields that the study gives as they are replace those that were mapped.</summary>
    protected JsonObject WithParameters(JsonObject body)
    {
        foreach (var (name, value) in Model.Parameters)
        {
            body[name] = value?.DeepClone();
        }

        return body;
    }

    /// <summary>The bytes of base64, or of a data URL.</summary>
    /// <exception cref="CallException">They are something else.</exception>
    protected static byte[] Base64(string text)
    {
        var comma = text.StartsWith("data:", StringComparison.Ordinal)
            ? text.IndexOf(',', StringComparison.Ordinal)
            : -1;
        try
        {
            return Convert.FromBase64String(text[(comma + 1)..]);
        }
        catch (FormatException error)
        {
            throw new CallException(CallEnd.Image, "sent an image that is not base64", error);
        }
    }

    /// <summary>A text of an answer; null where it is not there or not a text.</summary>
    protected static string? Text(JsonNode? node) =>
        node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    /// <summary>A whole number of an answer, also where it is written as a text.</summary>
    protected static long? Whole(JsonNode? node) =>
        node is not JsonValue value ? null
        : value.TryGetValue<long>(out var number) ? number
        : long.TryParse(value.ToString(), out number) ? number
        : null;

    /// <summary>A hash of a text, in lower-case hexadecimal.</summary>
    protected static string Hash(string text) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}

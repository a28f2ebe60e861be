using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Semblance.Remote.Connecting;

/// <summary>An answer, its body read.</summary>
/// <param name="Status">Of HTTP.</param>
/// <param name="Headers">Of the answer.</param>
/// <param name="MediaType">Of the body; null where it is not said.</param>
/// <param name="Body">All of it.</param>
internal sealed record HttpAnswer(int Status, HttpResponseHeaders Headers, string? MediaType, byte[] Body)
{
    private JsonNode? _json;

    public bool IsSuccess => Status is >= 200 and < 300;

    /// <summary>The first value of a header; null without one.</summary>
    public string? Header(string name) => Headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;

    /// <summary>The body as JSON; null where it is not.</summary>
    public JsonNode? Json
    {
        get
        {
            if (_json is null && Body.Length > 0)
            {
                try
                {
                    _json = JsonNode.Parse(Body, documentOptions: new JsonDocumentOptions { MaxDepth = 64 });
                }
                catch (JsonException)
                {
                    // A page of a proxy, mostly; whoever needs JSON says so.
                }
            }

            return _json;
        }
    }

    /// <summary>The body as an object.</summary>
    /// <exception cref="CallException">It is something else.</exception>
    public JsonObject Object() =>
        Json as JsonObject ?? throw new CallException(CallEnd.Image, $"answered with {What()} in place of JSON");

    /// <summary>The body as a text, for messages.</summary>
    public string Text() => Encoding.UTF8.GetString(Body.AsSpan(0, Math.Min(Body.Length, 4096)));

    private string What() =>
        MediaType is "text/html" ? "a web page (of a proxy or a login?)"
        : Body.Length == 0 ? "nothing"
        : MediaType is { } type ? $"{Body.Length} bytes of {type}"
        : $"{Body.Length} bytes";
}

using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace Semblance.Remote.Connecting;

/// <summary>A request that can be sent again.</summary>
/// <param name="Method">GET, POST, PUT or DELETE.</param>
/// <param name="Address">Absolute.</param>
internal sealed record HttpCall(HttpMethod Method, Uri Address)
{
    /// <summary>Makes the body anew for each attempt; null for none.</summary>
    public Func<HttpContent>? Body { get; init; }

    /// <summary>The media type that is asked for.</summary>
    public string Accept { get; init; } = "application/json";

    /// <summary>Headers of this request alone.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>Whether an answer that is lost may have cost money.</summary>
    public bool IsPaid { get; init; }

    /// <summary>How long one attempt may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Whether the key goes along; not to other origins.</summary>
    public bool WithKey { get; init; } = true;

    /// <summary>Whether the address is the server's own under another name, so that the key goes there too.</summary>
    public bool IsTrusted { get; init; }

    public static HttpCall Get(Uri address) => new(HttpMethod.Get, address);

    public static HttpCall Post(Uri address, JsonNode body)
    {
        var bytes = Encoding.UTF8.GetBytes(body.ToJsonString());
        return new HttpCall(HttpMethod.Post, address)
        {
            Body = () =>
                new ByteArrayContent(bytes)
                {
                    Headers = { ContentType = new MediaTypeHeaderValue("application/json", "utf-8") },
                },
        };
    }
}

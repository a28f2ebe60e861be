using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;

namespace Semblance.Models.Hub.Pulling;

/// <summary>An answer of the hub or of where it sent us.</summary>
/// <param name="Response">The last one, its body not yet read.</param>
/// <param name="FromHub">Whether the last one came from the hub itself.</param>
/// <param name="LinkedEtag">Of the hub: the etag of the bytes behind the address, wherever they lie; as it was written.</param>
/// <param name="LinkedSize">Of the hub: their length.</param>
/// <param name="Commit">Of the hub: the commit that the address stands for.</param>
internal sealed record HubAnswer(
    HttpResponseMessage Response,
    bool FromHub,
    string? LinkedEtag,
    long? LinkedSize,
    string? Commit
) : IDisposable
{
    /// <summary>Who sent the last one.</summary>
    public string Authority => Response.RequestMessage!.RequestUri!.Authority;

    public void Dispose() => Response.Dispose();
}

/// <summary>
/// Requests to the hub. Redirections are followed here and not by the library: the token goes to the hub's own origin
/// and nowhere else, and https never redirects to http.
/// </summary>
internal sealed class HubConnection : IDisposable
{
    private const int MostRedirections = 10;
    private const int MostAnswerBytes = 16 << 20;
    private readonly HttpClient _client;
    private readonly HubSettings _settings;

    public HubConnection(HubSettings settings)
        : this(settings, Handler(settings.Endpoint)) { }

    internal HubConnection(HubSettings settings, HttpMessageHandler handler)
    {
        _settings = settings;
        _client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        var version = typeof(HubConnection).Assembly.GetName().Version!;
        _client.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("semblance", version.ToString(3)));
        // The bytes as they are: lengths and hashes are of those.
        _client.DefaultRequestHeaders.AcceptEncoding.ParseAdd("identity");
    }

    /// <summary>Whether a token would be sent.</summary>
    public bool HasToken => _settings.Token is not null;

    /// <summary>An address of the hub.</summary>
    public Uri Address(string path) => new($"{_settings.Endpoint.AbsoluteUri.TrimEnd('/')}/{path}");

    /// <summary>Sends a request and follows where it leads. Whatever status comes last is returned.</summary>
    /// <param name="method">GET or HEAD.</param>
    /// <param name="address">Of the hub.</param>
    /// <param name="prepare">Adds headers to each request.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    /// <exception cref="TransientException">The network or the other side failed.</exception>
    /// <exception cref="ResourceException">Offline, a redirection that is refused, or no trust in the other side.</exception>
    public async Task<HubAnswer> SendAsync(
        HttpMethod method,
        Uri address,
        Action<HttpRequestMessage>? prepare,
        CancellationToken cancellationToken
    )
    {
        if (_settings.Offline)
        {
            throw new ResourceException($"Offline: {address.Authority} is not contacted.");
        }

        var (etag, size, commit) = ((string?)null, (long?)null, (string?)null);
        var fromHub = true;
        var at = address;
        for (var hop = 0; hop <= MostRedirections; hop++)
        {
            // Once it was led away from the hub, a chain does not get the token even if it leads back.
            fromHub = fromHub && IsSameOrigin(at, _settings.Endpoint);
            using var request = new HttpRequestMessage(method, at);
            prepare?.Invoke(request);
            if (fromHub && _settings.Token is { } token)
            {
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            }

            var response = await HearAsync(
                at.Authority,
                (_, cancel) => _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel),
                cancellationToken
            );
            if (fromHub)
            {
                etag ??= Header(response, "X-Linked-Etag");
                size ??= long.TryParse(Header(response, "X-Linked-Size"), out var length) ? length : null;
                commit ??= Header(response, "X-Repo-Commit");
            }

            if (!IsRedirection(response.StatusCode) || LocationOf(response) is not { } location)
            {
                return new HubAnswer(response, fromHub, etag, size, commit);
            }

            response.Dispose();
            at = await NextAsync(at, location, cancellationToken);
        }

        throw new ResourceException(
            $"{address.Authority} redirects in a circle for {address.AbsolutePath}; check HF_ENDPOINT and any proxy in between."
        );
    }

    /// <summary>The whole body of a small answer.</summary>
    /// <exception cref="TransientException">The connection broke off.</exception>
    /// <exception cref="ResourceException">It is not small.</exception>
    public Task<byte[]> ReadAsync(HubAnswer answer, CancellationToken cancellationToken) =>
        HearAsync(
            answer.Authority,
            async (alive, cancel) =>
            {
                using var body = await answer.Response.Content.ReadAsStreamAsync(cancel);
                using var whole = new MemoryStream();
                var buffer = new byte[1 << 16];
                while (await body.ReadAsync(buffer, cancel) is > 0 and var read)
                {
                    alive();
                    whole.Write(buffer, 0, read);
                    if (whole.Length > MostAnswerBytes)
                    {
                        throw new ResourceException(
                            $"{answer.Authority} sends an answer that is too long; check HF_ENDPOINT."
                        );
                    }
                }

                return whole.ToArray();
            },
            cancellationToken
        );

    /// <summary>Hears the other side out, which may not be silent for longer than the settings allow.</summary>
    /// <param name="authority">The other side.</param>
    /// <param name="exchange">What is done; it says whenever the other side is alive.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="TransientException">The network or the other side failed.</exception>
    /// <exception cref="ResourceException">There is no trust in the other side.</exception>
    public async Task<T> HearAsync<T>(
        string authority,
        Func<Action, CancellationToken, Task<T>> exchange,
        CancellationToken cancellationToken
    )
    {
        using var stall = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        stall.CancelAfter(_settings.Stall);
        try
        {
            return await exchange(() => stall.CancelAfter(_settings.Stall), stall.Token);
        }
        catch (HttpRequestException error) when (error.InnerException is ResourceException refused)
        {
            throw new ResourceException(refused.Message, error);
        }
        catch (Exception error) when (HubFault.IsNetwork(error, cancellationToken))
        {
            throw HubFault.OfNetwork(error, authority);
        }
    }

    public void Dispose() => _client.Dispose();

    private static SocketsHttpHandler Handler(Uri hub) =>
        new()
        {
            ConnectCallback = (context, cancellationToken) => ConnectAsync(hub, context, cancellationToken),
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            UseCookies = false,
            ConnectTimeout = TimeSpan.FromSeconds(15),
            // Names of a content network are good for minutes.
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            InitialHttp2StreamWindowSize = 1 << 20,
        };

    /// <summary>Connects; a public hub may not lead to a private address by a name that a name server makes one of.</summary>
    private static async ValueTask<Stream> ConnectAsync(
        Uri hub,
        SocketsHttpConnectionContext context,
        CancellationToken cancellationToken
    )
    {
        var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        var asked = context.InitialRequestMessage.RequestUri!.IdnHost;
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            // The hub itself is where the user says, and so is a proxy.
            if (host == hub.IdnHost || host != asked || PrivateAddress.IsOne(hub) == true)
            {
                await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
            }
            else
            {
                var addresses = await Dns.GetHostAddressesAsync(host, cancellationToken);
                if (Array.Exists(addresses, PrivateAddress.IsOne) && !await IsPrivateAsync(hub, cancellationToken))
                {
                    throw new ResourceException(PrivateRedirection(hub.Authority, host));
                }

                await socket.ConnectAsync(addresses, port, cancellationToken);
            }

            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static async Task<bool> IsPrivateAsync(Uri hub, CancellationToken cancellationToken) =>
        PrivateAddress.IsOne(hub)
        ?? Array.Exists(await Dns.GetHostAddressesAsync(hub.IdnHost, cancellationToken), PrivateAddress.IsOne);

    private static string PrivateRedirection(string hub, string host) =>
        $"{hub} redirects to {host}, an address of this machine or of a private network; this is followed only from a hub that has such an address itself, and refused.";

    private async Task<Uri> NextAsync(Uri at, Uri location, CancellationToken cancellationToken)
    {
        if (!Uri.TryCreate(at, location, out var next) || !HasHost(next))
        {
            throw new ResourceException(
                $"{at.Authority} redirects to an address that cannot be read; this is refused."
            );
        }

        if (next.Scheme is not ("https" or "http") || next.UserInfo.Length > 0)
        {
            throw new ResourceException(
                $"{at.Authority} redirects to an address that is not http or https, or has a user name in it; this is refused."
            );
        }

        if (at.Scheme == "https" && next.Scheme == "http")
        {
            throw new ResourceException(
                $"{at.Authority} redirects from https to http at {next.Authority}, where anybody could read and change "
                    + "the data; this is refused."
            );
        }

        return
            PrivateAddress.IsOne(next) == true
            && !IsSameOrigin(next, _settings.Endpoint)
            && !await IsHubPrivateAsync(cancellationToken)
            ? throw new ResourceException(PrivateRedirection(at.Authority, next.Host))
            : next;
    }

    private async Task<bool> IsHubPrivateAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await IsPrivateAsync(_settings.Endpoint, cancellationToken);
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static Uri? LocationOf(HttpResponseMessage response)
    {
        try
        {
            return response.Headers.Location;
        }
        catch (UriFormatException)
        {
            return null;
        }
    }

    private static bool HasHost(Uri address)
    {
        try
        {
            return address.IdnHost.Length > 0;
        }
        catch (UriFormatException)
        {
            return false;
        }
    }

    private static bool IsSameOrigin(Uri one, Uri other) =>
        one.Scheme == other.Scheme
        && one.Port == other.Port
        && one.IdnHost.Equals(other.IdnHost, StringComparison.OrdinalIgnoreCase);

    private static bool IsRedirection(HttpStatusCode status) => (int)status is 301 or 302 or 303 or 307 or 308;

    internal static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;
}

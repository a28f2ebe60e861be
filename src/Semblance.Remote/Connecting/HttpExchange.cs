using System.Net;
using System.Net.Http.Headers;
using Semblance.Remote.Settings;

namespace Semblance.Remote.Connecting;

/// <summary>
/// One request and its answer. Redirections are followed here and not by the library: the key goes to the server's own
/// origin and nowhere else, and https never redirects to http.
/// </summary>
internal sealed class HttpExchange : IDisposable
{
    private const int MostRedirections = 10;
    private const int MostBytes = 64 << 20;

    private readonly HttpClient _client = new(
        new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.All,
            UseCookies = false,
            ConnectTimeout = TimeSpan.FromSeconds(15),
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        }
    )
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };
    private readonly ServerSettings _settings;
    private readonly ServerCredentials _credentials;

    public HttpExchange(ServerSettings settings, ServerCredentials credentials)
    {
        (_settings, _credentials) = (settings, credentials);
        _client.DefaultRequestHeaders.UserAgent.Add(
            new ProductInfoHeaderValue("semblance", typeof(HttpExchange).Assembly.GetName().Version!.ToString(3))
        );
    }

    /// <summary>Sends a request once; it is not given up before its own time is over.</summary>
    /// <exception cref="CallException">A redirection that is not followed, or too long an answer.</exception>
    /// <exception cref="HttpRequestException">The network failed.</exception>
    /// <exception cref="TimeoutException">No answer came in time.</exception>
    public async Task<HttpAnswer> SendAsync(HttpCall call)
    {
        using var limit = new CancellationTokenSource(call.Timeout);
        try
        {
            var at = call.Address;
            var withKey = call.WithKey && (call.IsTrusted || ServerAddress.IsSameOrigin(at, _settings.Url));
            for (var hop = 0; hop <= MostRedirections; hop++)
            {
                using var request = Request(call, at, withKey, bodyToo: hop == 0);
                using var response = await _client.SendAsync(
                    request,
                    HttpCompletionOption.ResponseHeadersRead,
                    limit.Token
                );
                if (!IsRedirection(response.StatusCode) || response.Headers.Location is not { } location)
                {
                    return new HttpAnswer(
                        (int)response.StatusCode,
                        response.Headers,
                        response.Content.Headers.ContentType?.MediaType,
                        await ReadAsync(response, limit.Token)
                    );
                }

                var next = location.IsAbsoluteUri ? location : new Uri(at, location);
                CheckRedirection(call, at, next, (int)response.StatusCode);
                withKey = withKey && ServerAddress.IsSameOrigin(next, at);
                at = next;
            }
        }
        catch (OperationCanceledException error) when (limit.IsCancellationRequested)
        {
            throw new TimeoutException(
                string.Create(
                    System.Globalization.CultureInfo.InvariantCulture,
                    $"no answer within {call.Timeout.TotalSeconds:0.#} s"
                ),
                error
            );
        }

        throw new CallException(CallEnd.Image, "redirects in a circle");
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private HttpRequestMessage Request(HttpCall call, Uri at, bool withKey, bool bodyToo)
    {
        var request = new HttpRequestMessage(bodyToo ? call.Method : HttpMethod.Get, at);
        request.Headers.Accept.ParseAdd(call.Accept);
        foreach (
            var (name, value) in call.Headers.Concat(
                ServerAddress.IsSameOrigin(at, _settings.Url) ? _settings.Headers : []
            )
        )
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        if (withKey)
        {
            _credentials.AddTo(request);
        }

        if (bodyToo)
        {
            request.Content = call.Body?.Invoke();
        }

        return request;
    }

    private static async Task<byte[]> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        using var whole = new MemoryStream();
        var buffer = new byte[1 << 16];
        while (await body.ReadAsync(buffer, cancellationToken) is > 0 and var read)
        {
            whole.Write(buffer, 0, read);
            if (whole.Length > MostBytes)
            {
                throw new CallException(CallEnd.Image, $"sends more than {MostBytes >> 20} MiB in one answer");
            }
        }

        return whole.ToArray();
    }

    private void CheckRedirection(HttpCall call, Uri at, Uri next, int status)
    {
        ServerAddress.Check(next, _settings.Url);
        if (at.Scheme == Uri.UriSchemeHttps && next.Scheme == Uri.UriSchemeHttp)
        {
            throw new CallException(
                CallEnd.Server,
                $"redirects from https to http at {next.Authority}, which is refused"
            );
        }

        if (call.Method != HttpMethod.Get && status != 303)
        {
            throw new CallException(
                CallEnd.Server,
                $"redirects requests to {next.GetLeftPart(UriPartial.Authority)}; put that address into the study"
            );
        }
    }

    private static bool IsRedirection(HttpStatusCode status) => (int)status is 301 or 302 or 303 or 307 or 308;
}

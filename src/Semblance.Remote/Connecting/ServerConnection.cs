using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Threading.RateLimiting;
using Polly;
using Polly.Retry;
using Semblance.Remote.Settings;

namespace Semblance.Remote.Connecting;

/// <summary>
/// Requests to one server: the key, the limits, and the repetitions. Redirections are followed here and not by the library:
/// the key goes to the server's own origin and nowhere else, and https never redirects to http.
/// </summary>
internal sealed class ServerConnection : IDisposable
{
    private const int MostRedirections = 10;
    private const int MostBytes = 64 << 20;
    private static readonly TimeSpan LongestAsked = TimeSpan.FromMinutes(10);

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
    private readonly ServerHost _host;
    private readonly Action<HttpRequestMessage> _authorise;
    private readonly RateLimiter? _rate;
    private readonly ResiliencePipeline<HttpAnswer> _retry;
    private long _notBefore;

    /// <summary>Reads the secrets; nothing is sent yet.</summary>
    /// <param name="settings">Of the server.</param>
    /// <param name="host">Has the secrets and the clock.</param>
    /// <param name="key">How the kind sends its key, unless the settings name a header; null where it has none.</param>
    /// <exception cref="UsageException">A variable that holds a secret is not set.</exception>
    public ServerConnection(ServerSettings settings, ServerHost host, Action<HttpRequestMessage, string>? key)
    {
        (_settings, _host) = (settings, host);
        var secret = Secret(settings.KeyVariable);
        (var user, var password) = (Secret(settings.UserVariable), Secret(settings.PasswordVariable));
        Words = new ServerWords([.. Forms(secret, user, password)]);
        _authorise = request =>
        {
            if (user is not null)
            {
                request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Basic(user, password));
            }

            if (secret is not null && settings.KeyHeader is { } header)
            {
                request.Headers.TryAddWithoutValidation(header, secret);
            }
            else if (secret is not null)
            {
                (key ?? Bearer)(request, secret);
            }
        };
        _client.DefaultRequestHeaders.UserAgent.Add(
            new ProductInfoHeaderValue("semblance", typeof(ServerConnection).Assembly.GetName().Version!.ToString(3))
        );
        _rate = settings.RateLimit is { } limit
            ? new SlidingWindowRateLimiter(
                new SlidingWindowRateLimiterOptions
                {
                    PermitLimit = limit.Calls,
                    Window = limit.Window,
                    SegmentsPerWindow = 10,
                    QueueLimit = int.MaxValue,
                    AutoReplenishment = true,
                }
            )
            : null;
        _retry = new ResiliencePipelineBuilder<HttpAnswer> { TimeProvider = host.Clock }
            .AddRetry(Retries())
            .Build();
        if ((secret ?? user) is not null && settings.Url.Scheme == Uri.UriSchemeHttp && !settings.Url.IsLoopback)
        {
            host.Warning(
                $"the key for {settings.Name} goes to {settings.Url.Authority} without encryption; use https if others can read that network"
            );
        }
    }

    /// <summary>Makes what the server says fit for messages.</summary>
    public ServerWords Words { get; }

    /// <summary>The address that the settings name.</summary>
    public Uri Base => _settings.Url;

    /// <summary>An address below the server's own.</summary>
    public Uri At(string path) => new($"{_settings.Url.AbsoluteUri.TrimEnd('/')}/{path.TrimStart('/')}");

    /// <summary>Waits until a call may be made under the rate limit.</summary>
    public async Task AwaitTurnAsync(CancellationToken cancellationToken)
    {
        if (_rate is not null)
        {
            using var lease = await _rate.AcquireAsync(1, cancellationToken);
        }
    }

    /// <summary>Sends a request, repeats it where that may help, and returns what can be read.</summary>
    /// <param name="call">What is sent.</param>
    /// <param name="cancellationToken">Ends waits between attempts; what is under way is finished.</param>
    /// <param name="isRefusal">Whether an answer that is not a success is to be read all the same.</param>
    /// <exception cref="CallException">The server did not answer, refused, or is closed to us.</exception>
    public async Task<HttpAnswer> SendAsync(
        HttpCall call,
        CancellationToken cancellationToken,
        Func<HttpAnswer, bool>? isRefusal = null
    )
    {
        HttpAnswer answer;
        HttpAnswer? last = null;
        try
        {
            var context = ResilienceContextPool.Shared.Get(cancellationToken);
            context.Properties.Set(CallOf, call);
            context.Properties.Set(RefusalOf, isRefusal);
            try
            {
                answer = await _retry.ExecuteAsync(
                    async inner => last = await OnceAsync(call, inner.CancellationToken),
                    context
                );
            }
            finally
            {
                ResilienceContextPool.Shared.Return(context);
            }
        }
        catch (OperationCanceledException) when (last is { IsSuccess: true })
        {
            // It came while a stop was asked for.
            answer = last;
        }
        catch (Exception error) when (IsNetwork(error))
        {
            throw NetworkFault(call, error);
        }

        if (answer.IsSuccess || isRefusal?.Invoke(answer) == true)
        {
            return answer;
        }

        var words = Words.Of(answer);
        var says = words.Length > 0 ? $": {words}" : "";
        throw Verdicts.Of(call, answer) switch
        {
            Verdict.Closed => new CallException(CallEnd.Server, ClosedText(answer.Status) + says),
            Verdict.Unclear => new CallException(
                CallEnd.Unknown,
                $"answered {answer.Status} after it took the request, and may have charged for it{says}"
            ),
            Verdict.Again => new CallException(
                answer.Status == 429 ? CallEnd.Server : CallEnd.Image,
                $"answered {answer.Status} in {_settings.Retry.MaxAttempts} attempts{says}"
            ),
            _ => new CallException(CallEnd.Image, $"refused with {answer.Status}{says}"),
        };
    }

    /// <summary>The bytes behind an address that a server gave.</summary>
    /// <exception cref="CallException">The address is not allowed, or nothing came.</exception>
    public async Task<HttpAnswer> DownloadAsync(Uri address, CancellationToken cancellationToken)
    {
        CheckAddress(address);
        var isOwn = IsSameOrigin(address, _settings.Url);
        var call = HttpCall.Get(address) with
        {
            Accept = "image/*",
            Timeout = TimeSpan.FromSeconds(300),
            WithKey = isOwn,
        };
        try
        {
            return await SendAsync(call, cancellationToken);
        }
        catch (CallException fault) when (fault.End == CallEnd.Server)
        {
            // A store of files that refuses a link, or is not there, says nothing of the server.
            throw new CallException(
                CallEnd.Image,
                $"gave a link to the image that does not work: {fault.Message}",
                fault
            );
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _client.Dispose();
        _rate?.Dispose();
    }

    private static readonly ResiliencePropertyKey<HttpCall> CallOf = new("call");
    private static readonly ResiliencePropertyKey<Func<HttpAnswer, bool>?> RefusalOf = new("refusal");

    private RetryStrategyOptions<HttpAnswer> Retries() =>
        new()
        {
            MaxRetryAttempts = Math.Max(1, _settings.Retry.MaxAttempts - 1),
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            Delay = _settings.Retry.BaseDelay,
            MaxDelay = _settings.Retry.MaxDelay,
            ShouldHandle = arguments =>
                ValueTask.FromResult(ShouldRepeat(arguments.Outcome, arguments.Context, arguments.AttemptNumber)),
            DelayGenerator = arguments => ValueTask.FromResult(Asked(arguments.Outcome.Result)),
            OnRetry = arguments =>
            {
                if (arguments.Outcome.Result is { Status: 429 or 503 })
                {
                    // The whole server is slowed down, not one request.
                    var until =
                        _host.Clock.GetTimestamp()
                        + (long)(arguments.RetryDelay.TotalSeconds * _host.Clock.TimestampFrequency);
                    InterlockedMax(ref _notBefore, until);
                }

                return default;
            },
        };

    private bool ShouldRepeat(Outcome<HttpAnswer> outcome, ResilienceContext context, int attempt)
    {
        if (attempt + 1 >= _settings.Retry.MaxAttempts)
        {
            return false;
        }

        var call = context.Properties.GetValue(CallOf, null!);
        if (outcome.Exception is { } error)
        {
            // What was sent to a paid server is not sent again.
            return IsNetwork(error) && (!call.IsPaid || IsUnsent(error));
        }

        var answer = outcome.Result!;
        return Verdicts.Of(call, answer) == Verdict.Again
            && context.Properties.GetValue(RefusalOf, null)?.Invoke(answer) != true
            && (Asked(answer) ?? TimeSpan.Zero) <= LongestAsked;
    }

    private TimeSpan? Asked(HttpAnswer? answer) =>
        answer is not null && _settings.Retry.RespectRetryAfter ? RetryAfter.Of(answer, _host.Clock.GetUtcNow()) : null;

    private async Task<HttpAnswer> OnceAsync(HttpCall call, CancellationToken cancellationToken)
    {
        await AwaitSlowDownAsync(cancellationToken);
        using var limit = new CancellationTokenSource(call.Timeout);
        try
        {
            var at = call.Address;
            var withKey = call.WithKey && (call.IsTrusted || IsSameOrigin(at, _settings.Url));
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
                withKey = withKey && IsSameOrigin(next, at);
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

    private async Task AwaitSlowDownAsync(CancellationToken cancellationToken)
    {
        var left = Interlocked.Read(ref _notBefore) - _host.Clock.GetTimestamp();
        if (left > 0)
        {
            await Task.Delay(
                TimeSpan.FromSeconds((double)left / _host.Clock.TimestampFrequency),
                _host.Clock,
                cancellationToken
            );
        }
    }

    private HttpRequestMessage Request(HttpCall call, Uri at, bool withKey, bool bodyToo)
    {
        var request = new HttpRequestMessage(bodyToo ? call.Method : HttpMethod.Get, at);
        request.Headers.Accept.ParseAdd(call.Accept);
        foreach (var (name, value) in call.Headers.Concat(IsSameOrigin(at, _settings.Url) ? _settings.Headers : []))
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        if (withKey)
        {
            _authorise(request);
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
        CheckAddress(next);
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

    /// <summary>Addresses come from servers: none may lead to files, or from a hosted server into this machine's own network.</summary>
    private void CheckAddress(Uri address)
    {
        if (
            !address.IsAbsoluteUri
            || (address.Scheme != Uri.UriSchemeHttps && address.Scheme != Uri.UriSchemeHttp)
            || address.UserInfo.Length > 0
        )
        {
            throw new CallException(
                CallEnd.Image,
                "gives an address that is not http or https, or has a user name in it"
            );
        }

        if (!IsSameOrigin(address, _settings.Url) && IsPrivate(address) && !IsPrivate(_settings.Url))
        {
            throw new CallException(
                CallEnd.Image,
                $"gives an address in a private network ({address.Host}), which is refused"
            );
        }
    }

    private static bool IsPrivate(Uri address)
    {
        if (address.IsLoopback)
        {
            return true;
        }

        if (!IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip))
        {
            return false;
        }

        ip = ip.IsIPv4MappedToIPv6 ? ip.MapToIPv4() : ip;
        var bytes = ip.GetAddressBytes();
        return bytes.Length == 4
            ? bytes[0] is 0 or 10 or 127
                || (bytes[0] == 169 && bytes[1] == 254)
                || (bytes[0] == 172 && bytes[1] is >= 16 and < 32)
                || (bytes[0] == 192 && bytes[1] == 168)
            : ip.IsIPv6LinkLocal || ip.IsIPv6UniqueLocal || IPAddress.IPv6Any.Equals(ip);
    }

    private static CallException NetworkFault(HttpCall call, Exception error)
    {
        var reason = error switch
        {
            TimeoutException => error.Message,
            HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } =>
                $"the name {call.Address.Host} is not known",
            HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } =>
                "no secure connection could be made",
            HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError } => "nobody answers there",
            _ => "the connection broke off",
        };
        // Where nobody answers, nobody will answer the next call either.
        return IsUnsent(error)
            ? new CallException(
                CallEnd.Server,
                $"cannot be reached at {call.Address.GetLeftPart(UriPartial.Authority)}: {reason}; check that it runs and that the address is right",
                error
            )
            : new CallException(
                call.IsPaid ? CallEnd.Unknown : CallEnd.Image,
                call.IsPaid
                    ? $"took the request, and may have charged for it, but {reason}"
                    : $"did not answer: {reason}",
                error
            );
    }

    private static string ClosedText(int status) =>
        status switch
        {
            401 => "refuses the key (401); check the environment variable that holds it",
            402 => "wants payment (402): its credit is used up",
            403 => "refuses access (403)",
            _ => $"has no quota left ({status})",
        };

    private string? Secret(string? variable) =>
        variable is null ? null
        : _host.Variable(variable) is { Length: > 0 } value ? value.Trim()
        : throw new UsageException(
            $"The environment variable {variable}, which holds a secret of {_settings.Name}, is not set; set it and run again."
        );

    private static IEnumerable<string> Forms(string? secret, string? user, string? password)
    {
        string?[] all = [secret, password, user is null ? null : Basic(user, password)];
        return all.OfType<string>().Where(text => text.Length > 3);
    }

    private static string Basic(string user, string? password) =>
        Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}"));

    private static void Bearer(HttpRequestMessage request, string key) =>
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {key}");

    private static bool IsNetwork(Exception error) => error is HttpRequestException or IOException or TimeoutException;

    /// <summary>Whether the request cannot have reached the server.</summary>
    private static bool IsUnsent(Exception error) =>
        error
            is HttpRequestException
            {
                HttpRequestError: HttpRequestError.ConnectionError
                    or HttpRequestError.NameResolutionError
                    or HttpRequestError.SecureConnectionError
            };

    private static bool IsSameOrigin(Uri one, Uri other) =>
        one.Scheme == other.Scheme
        && one.Port == other.Port
        && one.IdnHost.Equals(other.IdnHost, StringComparison.OrdinalIgnoreCase);

    private static bool IsRedirection(HttpStatusCode status) => (int)status is 301 or 302 or 303 or 307 or 308;

    private static void InterlockedMax(ref long target, long value)
    {
        var seen = Interlocked.Read(ref target);
        while (value > seen)
        {
            var was = Interlocked.CompareExchange(ref target, value, seen);
            if (was == seen)
            {
                return;
            }

            seen = was;
        }
    }
}

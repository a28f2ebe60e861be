using System.Threading.RateLimiting;
using Polly;
using Polly.Retry;
using Semblance.Remote.Settings;

namespace Semblance.Remote.Connecting;

/// <summary>
/// Requests to one server: the key, the limits, and the repetitions.
/// </summary>
internal sealed class ServerConnection : IDisposable
{
    private static readonly TimeSpan LongestAsked = TimeSpan.FromMinutes(10);

    private readonly ServerSettings _settings;
    private readonly ServerHost _host;
    private readonly HttpExchange _exchange;
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
        var credentials = ServerCredentials.Read(settings, host, key);
        Words = new ServerWords([.. credentials.Forms]);
        _exchange = new HttpExchange(settings, credentials);
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
        if (credentials.AreGiven && settings.Url.Scheme == Uri.UriSchemeHttp && !settings.Url.IsLoopback)
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
        catch (Exception error) when (NetworkFault.IsOne(error))
        {
            throw NetworkFault.Of(call, error);
        }

        if (answer.IsSuccess || isRefusal?.Invoke(answer) == true)
        {
            return answer;
        }

        var words = Words.Of(answer);
        var says = words.Length > 0 ? $": {words}" : "";
        throw Verdicts.Of(call, answer) switch
        {
            Verdict.Closed => new CallException(CallEnd.Server, NetworkFault.Closed(answer.Status) + says),
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
        ServerAddress.Check(address, _settings.Url);
        var isOwn = ServerAddress.IsSameOrigin(address, _settings.Url);
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
        _exchange.Dispose();
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
            return NetworkFault.IsOne(error) && (!call.IsPaid || NetworkFault.IsUnsent(error));
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
        return await _exchange.SendAsync(call);
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

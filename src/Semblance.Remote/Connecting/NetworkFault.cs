namespace Semblance.Remote.Connecting;

/// <summary>What a connection that failed means for the call, and in which words.</summary>
internal static class NetworkFault
{
    public static bool IsOne(Exception error) => error is HttpRequestException or IOException or TimeoutException;

    /// <summary>Whether the request cannot have reached the server.</summary>
    public static bool IsUnsent(Exception error) =>
        error
            is HttpRequestException
            {
                HttpRequestError: HttpRequestError.ConnectionError
                    or HttpRequestError.NameResolutionError
                    or HttpRequestError.SecureConnectionError
            };

    public static CallException Of(HttpCall call, Exception error)
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

    /// <summary>Why a server takes no further call, by its status.</summary>
    public static string Closed(int status) =>
        status switch
        {
            401 => "refuses the key (401); check the environment variable that holds it",
            402 => "wants payment (402): its credit is used up",
            403 => "refuses access (403)",
            _ => $"has no quota left ({status})",
        };
}

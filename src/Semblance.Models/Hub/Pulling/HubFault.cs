using System.Net.Sockets;
using System.Security.Authentication;

namespace Semblance.Models.Hub.Pulling;

/// <summary>What went wrong between us and the hub, as a sentence that says what to do.</summary>
internal static class HubFault
{
    // A name that is not found or a port that nobody listens at is seldom there a moment later.
    private const int FewAttempts = 2;

    /// <summary>Whether an exception is of the network, and not the caller's own cancellation.</summary>
    public static bool IsNetwork(Exception error, CancellationToken cancellationToken) =>
        !cancellationToken.IsCancellationRequested
        && error is HttpRequestException or IOException or OperationCanceledException or SocketException;

    /// <summary>A fault for which <see cref="IsNetwork"/> is true.</summary>
    /// <returns>A <see cref="TransientException"/>, or a <see cref="ResourceException"/> where trying again does not help.</returns>
    public static Exception OfNetwork(Exception error, string authority) =>
        error switch
        {
            OperationCanceledException => new TransientException($"{authority} stopped answering", inner: error),
            { InnerException: AuthenticationException cause } => new ResourceException(
                $"{authority} cannot be trusted: {cause.Message.TrimEnd('.')}; "
                    + "check the clock, the machine's certificates and any proxy in between.",
                error
            ),
            HttpRequestException { HttpRequestError: HttpRequestError.ProxyTunnelError } => new ResourceException(
                $"The proxy refuses the connection to {authority}: {error.Message.TrimEnd('.')}; check HTTPS_PROXY and NO_PROXY.",
                error
            ),
            HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => new TransientException(
                $"The name {authority} cannot be resolved: there is no network, or no name server answers",
                attempts: FewAttempts,
                inner: error
            ),
            HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError } => new TransientException(
                $"{authority} cannot be reached ({FirstLine(error.InnerException ?? error)})",
                attempts: FewAttempts,
                inner: error
            ),
            _ => new TransientException($"The connection to {authority} broke off", inner: error),
        };

    /// <summary>An answer whose status is not a success.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="repository">What was asked about.</param>
    /// <param name="file">The file of it, or null for the repository itself.</param>
    /// <param name="hasToken">Whether a token was sent.</param>
    /// <returns>A <see cref="TransientException"/>, or a <see cref="ResourceException"/> where trying again does not help.</returns>
    public static Exception OfStatus(HubAnswer answer, HubRepository repository, RemoteFile? file, bool hasToken)
    {
        var response = answer.Response;
        var code = (int)response.StatusCode;
        var authority = answer.Authority;
        var what = file?.ToString() ?? repository.ToString();
        if (code is 408 or 425 or 429 or >= 500)
        {
            var why = code == 429 ? "gets too many requests (429)" : $"has an error ({code})";
            return new TransientException($"{authority} {why}", RetryAfter(response));
        }

        if (!answer.FromHub)
        {
            // Addresses of the content network are signed for some minutes; asking the hub again gives a new one.
            return new TransientException($"{authority} refuses {what} ({code})");
        }

        var error = HubConnection.Header(response, "X-Error-Code");
        var page = $"https://huggingface.co/{repository.PagePath}";
        return new ResourceException(
            (code, error) switch
            {
                (401 or 403, "GatedRepo") => hasToken
                    ? $"{repository.Name} is gated and your account has no access yet: accept its conditions at {page}, then run the command again."
                    : $"{repository.Name} is gated: accept its conditions at {page}, make a token at https://huggingface.co/settings/tokens, and set HF_TOKEN.",
                (401, _) when hasToken =>
                    $"{authority} does not accept the token (401) for {what}: it may have expired, or {repository.Name} does not exist; check HF_TOKEN and the name.",
                (401 or 404, null or "RepoNotFound") when file is null || error is not null =>
                    $"{authority} has no {Kind(repository)} {repository.Name} ({code}), or it is private: check the name, and set HF_TOKEN if it is yours.",
                (401, _) => $"{authority} gives {what} only to signed-in users (401): set HF_TOKEN.",
                (403, _) =>
                    $"{authority} forbids {what} (403): the token's account or the network you are in has no access.",
                (404, "RevisionNotFound") =>
                    $"{repository.Name} has no revision {repository.Revision}: name a branch, a tag or a commit after the @.",
                (404 or 410, _) => $"{authority} does not have {what} ({code}).",
                _ when code is >= 300 and < 400 =>
                    $"{authority} redirects {what} ({code}) without an address that can be read; check HF_ENDPOINT.",
                // Never the words beside the number: they may repeat what was asked, token included.
                _ => $"{authority} answers {code} for {what}.",
            },
            new HttpRequestException($"{code}", null, response.StatusCode)
        );
    }

    private static string Kind(HubRepository repository) => repository.Kind == HubKind.Model ? "model" : "data set";

    private static TimeSpan? RetryAfter(HttpResponseMessage response)
    {
        var time = response.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date - TimeProvider.System.GetUtcNow(),
            _ => (TimeSpan?)null,
        };
        return time is { } asked && asked < TimeSpan.Zero ? TimeSpan.Zero : time;
    }

    private static string FirstLine(Exception error) => error.Message.Split('\n')[0].TrimEnd('.', '\r');
}

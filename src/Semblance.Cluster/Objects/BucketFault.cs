using System.Globalization;
using Amazon.Runtime;
using Amazon.S3;

namespace Semblance.Cluster.Objects;

/// <summary>Says in one sentence what an object store, or the way to it, has against a request.</summary>
internal static class BucketFault
{
    private const string GoesOn = "What is finished is kept; run the same command again to go on.";

    /// <summary>Whether an exception is the store's or the network's, and not ours.</summary>
    public static bool IsOne(Exception error) =>
        error is AmazonServiceException or AmazonClientException or HttpRequestException or IOException
        // A timeout; what the user cancels is told apart before.
        || error is OperationCanceledException { InnerException: TimeoutException };

    /// <summary>The fault as a user can act on it. No credential is in it.</summary>
    /// <param name="address">Where.</param>
    /// <param name="doing">What was asked for: <c>list</c>, <c>read</c> or <c>write</c>.</param>
    /// <param name="error">What came of it.</param>
    /// <param name="endpoint">The server; null for Amazon's.</param>
    public static ResourceException Of(BucketAddress address, string doing, Exception error, Uri? endpoint)
    {
        var server = endpoint is null ? "Amazon S3" : endpoint.Authority;
        var sentence = error is AmazonS3Exception said
            ? OfAnswer(address, doing, said, server)
            : OfWay(address, error, server);
        return new ResourceException(sentence, error);
    }

    private static string OfAnswer(BucketAddress address, string doing, AmazonS3Exception error, string server)
    {
        var code = error.ErrorCode ?? "";
        var status = (int)error.StatusCode;
        var said = Said(status, code);
        return code switch
        {
            "ExpiredToken" or "ExpiredTokenException" or "TokenRefreshRequired" or "RequestExpired" =>
                $"The credentials for {address} have expired{said}; renew them. {GoesOn}",
            "RequestTimeTooSkewed" or "RequestInTheFuture" =>
                $"The clock of this machine and that of {server} differ by more than a signature allows{said}; set the clock. {GoesOn}",
            "InvalidAccessKeyId" or "InvalidToken" or "UnrecognizedClientException" =>
                $"{server} does not know the credentials for {address}{said}; check AWS_ACCESS_KEY_ID, AWS_SESSION_TOKEN or AWS_PROFILE.",
            "SignatureDoesNotMatch" =>
                $"{server} does not accept the signature for {address}{said}: check AWS_SECRET_ACCESS_KEY, the region and the endpoint.",
            "NoSuchBucket" =>
                $"There is no bucket {address.Bucket} at {server}; make it, or check its name and the endpoint.",
            "PermanentRedirect"
            or "AuthorizationHeaderMalformed"
            or "IllegalLocationConstraintException"
            or "Redirect" =>
                $"The bucket {address.Bucket} is in another region than the one that was asked{said}; set AWS_REGION to {(RegionOf(error) is { } region ? region : "the bucket's")}.",
            _ when status == 301 || status == 307 =>
                $"The bucket {address.Bucket} is in another region than the one that was asked{said}; set AWS_REGION to the bucket's.",
            "BadDigest" or "InvalidDigest" or "XAmzContentSHA256Mismatch" =>
                $"What was sent to {address} did not arrive as it was{said}. {GoesOn}",
            _ when status is 401 or 403 =>
                $"{address} does not let these credentials {doing}{said}; they need {Permission(doing)}. {GoesOn}",
            _ when status == 404 => $"{server} has nothing to {doing} in {address}{said}.",
            "SlowDown"
            or "RequestLimitExceeded"
            or "Throttling"
            or "ThrottlingException"
            or "TooManyRequestsException" =>
                $"{server} asks for fewer requests{said}, and went on to for all that it was asked again; use fewer processes, or try later. {GoesOn}",
            _ when status >= 500 || status == 429 =>
                $"{server} failed{said}, and went on to for all that it was asked again; try later. {GoesOn}",
            _ => $"{server} refused to {doing} in {address}{said}: {Plain(error.Message)}.",
        };
    }

    private static string OfWay(BucketAddress address, Exception error, string server) =>
        Chain(error).FirstOrDefault(IsAboutCredentials) is not null
            ? $"There are no credentials for {address}: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE."
        : Chain(error).Any(one => one is System.Security.Authentication.AuthenticationException)
            ? $"{server} shows a certificate that is not trusted here; name those that are with AWS_CA_BUNDLE."
        : Chain(error)
            .Any(one => one is System.Net.Sockets.SocketException or HttpRequestException { StatusCode: null })
            ? $"{server} cannot be reached, or ends the connection: {Plain(Chain(error).Last().Message)}. {GoesOn}"
        : Chain(error).Any(one => one is TimeoutException) ? $"{server} did not answer in time. {GoesOn}"
        : $"{address} cannot be used: {Plain(error.Message)}. {GoesOn}";

    private static bool IsAboutCredentials(Exception error) =>
        error is AmazonClientException
        && (
            error.Message.Contains("credentials", StringComparison.OrdinalIgnoreCase)
            || error.Message.Contains("security token", StringComparison.OrdinalIgnoreCase)
        );

    private static string Permission(string doing) =>
        doing switch
        {
            "list" => "s3:ListBucket",
            "write" => "s3:PutObject",
            _ => "s3:GetObject",
        };

    private static string Said(int status, string code) =>
        code.Length == 0
        || code == status.ToString(CultureInfo.InvariantCulture)
        || !code.All(char.IsAsciiLetterOrDigit)
            ? $" ({status})"
            : $" ({status} {code})";

    private static string? RegionOf(AmazonS3Exception error)
    {
        // ... the region 'us-east-1' is wrong; expecting 'eu-west-1'
        var parts = (error.Message ?? "").Split('\'');
        return parts.Length >= 4 ? parts[3] : null;
    }

    private static IEnumerable<Exception> Chain(Exception error)
    {
        for (var one = error; one is not null; one = one.InnerException)
        {
            yield return one;
        }
    }

    /// <summary>One line, without the stop at its end.</summary>
    private static string Plain(string? message) =>
        string.IsNullOrWhiteSpace(message) ? "no reason is given" : message.ReplaceLineEndings(" ").Trim().TrimEnd('.');
}

using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Amazon;
using Amazon.Runtime;
using Amazon.Runtime.CredentialManagement;
using Amazon.S3;

namespace Semblance.Cluster.Objects;

/// <summary>
/// Where the object store is and how it is spoken to. What is not given is that of the AWS tools: environment variables, then the
/// profile of the shared files; credentials are looked for as these tools do, and never kept or shown.
/// </summary>
public sealed record BucketSettings
{
    // The waits grow from one second to twenty: a server that is busy for a minute is waited for.
    private const int UsualAttempts = 8;

    /// <summary>Of a store that is not Amazon's; null for what the environment names, else Amazon's.</summary>
    public Uri? Endpoint { get; init; }

    /// <summary>Such as <c>eu-central-1</c>; null for what the environment names, else <c>us-east-1</c>.</summary>
    public string? Region { get; init; }

    /// <summary>Reads an environment variable; null where there is none.</summary>
    internal Func<string, string?> Variable { get; init; } = Environment.GetEnvironmentVariable;

    /// <summary>Access key and secret; null for those that the AWS tools find.</summary>
    internal AWSCredentials? Credentials { get; init; }

    /// <summary>How often a request is made that a server is too busy for; null for the usual.</summary>
    internal int? Attempts { get; init; }

    /// <summary>Files that are longer go in parts of this length, in bytes; Amazon takes no shorter ones than 5 MiB.</summary>
    internal int PartBytes { get; init; } = 16 << 20;

    /// <summary>The endpoint that is meant; null for Amazon's.</summary>
    /// <exception cref="UsageException">It is no address of a server, or holds a name or password.</exception>
    internal Uri? FindEndpoint()
    {
        var ignored = string.Equals(
            Variable("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"),
            "true",
            StringComparison.OrdinalIgnoreCase
        );
        var named = ignored
            ? null
            : Named(Variable("AWS_ENDPOINT_URL_S3")) ?? Named(Variable("AWS_ENDPOINT_URL")) ?? Profile()?.EndpointUrl;
        var endpoint =
            Endpoint
            ?? (
                named is null ? null
                : Uri.TryCreate(named, UriKind.Absolute, out var uri) ? uri
                : throw new UsageException("The endpoint that the environment names is not of the form https://HOST.")
            );
        return endpoint is null || (endpoint.Scheme is "https" or "http" && endpoint.UserInfo.Length == 0)
            ? endpoint
            : throw new UsageException(
                "The endpoint of an object store is https://HOST or http://HOST:PORT, without a name or password in it; credentials go into AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY."
            );
    }

    /// <summary>A client for it. Nothing is asked yet.</summary>
    /// <exception cref="UsageException">As <see cref="FindEndpoint"/>.</exception>
    /// <exception cref="InputException">The file of certificates cannot be read.</exception>
    internal AmazonS3Client Open()
    {
        // The machine's own service is not asked for a region: away from Amazon's machines that takes seconds.
        var region = Region ?? Named(Variable("AWS_REGION")) ?? Named(Variable("AWS_DEFAULT_REGION"));
        var config = new AmazonS3Config
        {
            RetryMode = RequestRetryMode.Standard,
            // Checksums are sent in headers that every server takes, and compared here.
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
            Timeout = TimeSpan.FromMinutes(2),
        };
        if (Attempts is not null || Variable("AWS_MAX_ATTEMPTS") is null)
        {
            config.MaxErrorRetry = (Attempts ?? UsualAttempts) - 1;
        }

        if (FindEndpoint() is { } endpoint)
        {
            config.ServiceURL = endpoint.AbsoluteUri;
            config.ForcePathStyle = true;
            config.AuthenticationRegion = region ?? Profile()?.Region?.SystemName ?? "us-east-1";
        }
        else
        {
            config.RegionEndpoint =
                (region is null ? Profile()?.Region : RegionEndpoint.GetBySystemName(region)) ?? RegionEndpoint.USEast1;
        }

        if (Named(Variable("AWS_CA_BUNDLE")) is { } bundle)
        {
            config.HttpClientFactory = new TrustingClients(Certificates(bundle));
        }

        return Credentials is null ? new AmazonS3Client(config) : new AmazonS3Client(Credentials, config);
    }

    private static string? Named(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;

    private CredentialProfile? Profile() =>
        new CredentialProfileStoreChain().TryGetProfile(Named(Variable("AWS_PROFILE")) ?? "default", out var profile)
            ? profile
            : null;

    private static X509Certificate2Collection Certificates(string file)
    {
        try
        {
            var certificates = new X509Certificate2Collection();
            certificates.ImportFromPem(RegularFile.ReadAllText(file, RegularFile.MostOfText));
            return certificates.Count > 0 ? certificates : throw new CryptographicException("it holds none");
        }
        catch (Exception error) when (FileFault.IsOne(error) || error is CryptographicException)
        {
            throw new InputException(
                $"{file}, the certificates that AWS_CA_BUNDLE names, cannot be read: {error.Message.TrimEnd('.')}.",
                error
            );
        }
    }

    /// <summary>Clients that trust these certificates and no others.</summary>
    private sealed class TrustingClients(X509Certificate2Collection certificates) : HttpClientFactory
    {
        public override HttpClient CreateHttpClient(IClientConfig clientConfig)
        {
            var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust };
            policy.CustomTrustStore.AddRange(certificates);
            return new HttpClient(
                new SocketsHttpHandler
                {
                    AllowAutoRedirect = false,
                    SslOptions = new() { CertificateChainPolicy = policy },
                }
            );
        }
    }
}

using System.CommandLine;
using Semblance.Cluster.Objects;
using Semblance.Studies;

namespace Semblance.Cli.Options;

/// <summary>The options by which a run is held in a bucket too.</summary>
internal sealed class MirrorOption
{
    public const string Name = "--mirror";

    private readonly Option<string?> _mirror;
    private readonly Option<string?> _endpoint;
    private readonly Option<string?> _region;

    /// <summary>Gives a command the options.</summary>
    public MirrorOption(Command command)
    {
        _mirror = command.Text(
            Name,
            "Hold the run in a bucket too: take from it what is made, write to it what is made now",
            "s3://BUCKET/PREFIX"
        );
        _endpoint = command.Text(
            "--endpoint-url",
            "Server of the bucket [default: AWS_ENDPOINT_URL_S3, else Amazon S3]",
            "URL"
        );
        _region = command.Text("--region", "Region of the bucket [default: AWS_REGION, else us-east-1]", "NAME");
    }

    /// <summary>Where the run is held too; null for here alone.</summary>
    /// <exception cref="UsageException">It is no place in a bucket.</exception>
    public BucketAddress? Address(ParseResult parsed) =>
        parsed.GetValue(_mirror) is { } text ? NewOption.Read(_mirror, text, BucketAddress.Parse) : null;

    /// <summary>How the server is spoken to.</summary>
    /// <exception cref="UsageException">The endpoint is no address.</exception>
    public BucketSettings Settings(ParseResult parsed) =>
        new()
        {
            Endpoint = parsed.GetValue(_endpoint) is { } url
                ? NewOption.Read(
                    _endpoint,
                    url,
                    text =>
                        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
                            ? uri
                            : throw new UsageException("An endpoint is of the form https://HOST or http://HOST:PORT.")
                )
                : null,
            Region = parsed.GetValue(_region),
        };

    /// <summary>The options as they are given on, each word by itself.</summary>
    /// <exception cref="UsageException">As of the others.</exception>
    public IReadOnlyList<string> Words(ParseResult parsed)
    {
        _ = Settings(parsed);
        return Address(parsed) is { } address
            ?
            [
                Name,
                address.ToString(),
                .. new[] { _endpoint, _region }.SelectMany(option =>
                    parsed.GetValue(option) is { } value ? new[] { option.Name, value } : []
                ),
            ]
            : [];
    }

    /// <summary>Does work on a run, with the bucket where there is one.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="run">The run folder; asked for only where there is a bucket.</param>
    /// <param name="part">What the work needs of the run.</param>
    /// <param name="host">Receives messages.</param>
    /// <param name="work">What is done.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public Task<int> RunAsync(
        ParseResult parsed,
        string run,
        MirrorPart part,
        StudyHost host,
        Func<StudyHost, CancellationToken, Task<int>> work,
        CancellationToken cancellationToken
    ) =>
        Address(parsed) is { } address
            ? Mirror.RunAsync(address, Settings(parsed), run, part, host, work, cancellationToken)
            : work(host, cancellationToken);
}

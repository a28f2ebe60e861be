namespace Semblance.Studio.Serving;

/// <summary>How a study is served.</summary>
public sealed record StudioOptions
{
    /// <summary>0 for any free port.</summary>
    public int Port { get; init; } = 8722;

    /// <summary>The address by which raters reach the server, such as <c>https://study.example.org</c>; null for this machine alone.</summary>
    public Uri? PublicAddress { get; init; }

    /// <summary>Whether a public address without https is taken.</summary>
    public bool Insecure { get; init; }

    /// <summary>How many raters may come by the open link; 0 for no such link.</summary>
    public int OpenPlaces { get; init; }

    /// <summary>How long a place of the open link is kept for a rater who does nothing.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Where a rater goes when done, such as a page of a recruiting platform; null for the completion code alone.</summary>
    public Uri? CompletionAddress { get; init; }

    /// <summary>What a rater agrees to; null for the usual text.</summary>
    public string? Consent { get; init; }

    /// <summary>Receives faults of the server that its owner should know.</summary>
    public Action<string> Warn { get; init; } = _ => { };

    /// <summary>Refuses a public address without https that was not asked for in so many words.</summary>
    /// <exception cref="UsageException">It is one.</exception>
    public void RequireHttps()
    {
        if (PublicAddress is { Scheme: not "https" } address && !Insecure)
        {
            throw new UsageException(
                $"{address} is not https: links and answers could be read on the way. Put a server with https in front."
            )
            {
                Remedies = [new Remedy(RemedyKind.AllowInsecure)],
            };
        }
    }
}

using Semblance.Models.Hub.Cache;

namespace Semblance.Models.Hub.Pulling;

/// <summary>How the hub is reached. Everything has the meaning that the Python library gives it.</summary>
public sealed record HubSettings
{
    /// <summary>The hub, or a mirror of it (<c>HF_ENDPOINT</c>).</summary>
    public Uri Endpoint { get; init; } = new("https://huggingface.co");

    /// <summary>The folder of <c>models--org--name</c> folders.</summary>
    public required string CacheFolder { get; init; }

    /// <summary>No request leaves the machine (<c>HF_HUB_OFFLINE</c>).</summary>
    public bool Offline { get; init; }

    /// <summary>Snapshots link to the blobs; without (<c>HF_HUB_DISABLE_SYMLINKS</c>) they hold the files themselves.</summary>
    public bool Links { get; init; } = true;

    /// <summary>How many files are fetched at a time, at least 1.</summary>
    public int Parallel { get; init; } = 4;

    /// <summary>How long a connection may say nothing before it is given up (<c>HF_HUB_DOWNLOAD_TIMEOUT</c>, seconds).</summary>
    public TimeSpan Stall { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// The access token, sent to <see cref="Endpoint"/> alone. Not public, so that no log of these settings shows it.
    /// </summary>
    internal string? Token { get; init; }

    /// <summary>How long all questions before a pull may take together.</summary>
    internal TimeSpan LongestListing { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How often a request that makes no progress is tried before it is given up.</summary>
    internal int Attempts { get; init; } = 5;

    /// <summary>Waits between attempts; tests replace it.</summary>
    internal Func<TimeSpan, CancellationToken, Task> Wait { get; init; } = Task.Delay;

    /// <summary>Bytes that a file below a folder may still take, or null where nobody knows; tests replace it.</summary>
    internal Func<string, long?> FreeSpace { get; init; } = Cache.FreeSpace.Of;

    /// <summary>As this process's environment has it.</summary>
    /// <exception cref="UsageException">A variable holds what it cannot mean, or the cache would be where a file is.</exception>
    public static HubSettings FromEnvironment()
    {
        var location = HubCacheLocation.FromEnvironment().Checked();
        var settings = new HubSettings
        {
            CacheFolder = location.Folder,
            Offline = IsTrue("HF_HUB_OFFLINE") || IsTrue("TRANSFORMERS_OFFLINE"),
            Links = !IsTrue("HF_HUB_DISABLE_SYMLINKS"),
            Token = IsTrue("HF_HUB_DISABLE_IMPLICIT_TOKEN") ? null : HubToken.Find(location),
        };
        if (Variable("HF_ENDPOINT") is { } endpoint)
        {
            settings = settings with { Endpoint = ParseEndpoint(endpoint) };
        }

        if (
            Variable("HF_HUB_DOWNLOAD_TIMEOUT") is { } timeout
            && int.TryParse(timeout, out var seconds)
            && seconds is > 0 and <= 86400
        )
        {
            settings = settings with { Stall = TimeSpan.FromSeconds(seconds) };
        }

        return settings;
    }

    internal static Uri ParseEndpoint(string text) =>
        Uri.TryCreate(text.TrimEnd('/'), UriKind.Absolute, out var uri)
        && uri.Scheme is "https" or "http"
        && uri.UserInfo.Length == 0
            ? uri
            : throw new UsageException("HF_ENDPOINT takes an address like https://huggingface.co, without a password.");

    internal static string? Variable(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;

    private static bool IsTrue(string name) => Variable(name)?.ToUpperInvariant() is "1" or "ON" or "YES" or "TRUE";
}

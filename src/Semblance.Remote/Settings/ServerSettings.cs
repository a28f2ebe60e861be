namespace Semblance.Remote.Settings;

/// <summary>A server that makes images, and how it may be used. Secrets are named, never held.</summary>
/// <param name="Name">What messages call it.</param>
/// <param name="Kind">One of <see cref="ServerKinds.All"/>.</param>
/// <param name="Url">Its base address.</param>
public sealed record ServerSettings(string Name, string Kind, Uri Url)
{
    /// <summary>For the kind <c>sd-cli</c>: the program that is run for every image.</summary>
    public ServerProgram? Program { get; init; }

    /// <summary>Which of the servers that share a kind's API; null for the kind's usual one.</summary>
    public string? Dialect { get; init; }

    /// <summary>The environment variable that holds the key; null for none.</summary>
    public string? KeyVariable { get; init; }

    /// <summary>The header that takes the key as it is; null for what the kind uses.</summary>
    public string? KeyHeader { get; init; }

    /// <summary>The environment variable that holds the user's name for basic authentication; null for none.</summary>
    public string? UserVariable { get; init; }

    /// <summary>The environment variable that holds the password for basic authentication; null for none.</summary>
    public string? PasswordVariable { get; init; }

    /// <summary>Headers that go with every request to the server itself.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>Calls at the same time, over all models.</summary>
    public int Concurrency { get; init; } = 1;

    /// <summary>Calls in a span of time, over all models; null for no limit.</summary>
    public RateLimit? RateLimit { get; init; }

    /// <summary>For one image, from the call to the last byte.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>When and how often a request is repeated.</summary>
    public RetrySettings Retry { get; init; } = new();

    /// <summary>For the kind <c>http</c>: what is sent, and where the image is in the answer.</summary>
    public HttpTemplate? Template { get; init; }
}

/// <summary>A program of this machine that makes one image and ends.</summary>
/// <param name="File">Its path, or a name that is looked for in the folders of <c>PATH</c>.</param>
/// <param name="Folder">Where it runs: paths among its arguments are relative to it.</param>
public sealed record ServerProgram(string File, string Folder);

/// <summary>At most this many calls in a span of time.</summary>
/// <param name="Calls">At least 1.</param>
/// <param name="Window">Above zero.</param>
public sealed record RateLimit(int Calls, TimeSpan Window);

/// <summary>When and how often a request is repeated.</summary>
public sealed record RetrySettings
{
    /// <summary>How often a request is sent at most.</summary>
    public int MaxAttempts { get; init; } = 5;

    /// <summary>The wait before the second attempt; it doubles with each.</summary>
    public TimeSpan BaseDelay { get; init; } = TimeSpan.FromSeconds(0.5);

    /// <summary>No wait of our own is longer.</summary>
    public TimeSpan MaxDelay { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Whether to wait as long as the server asks.</summary>
    public bool RespectRetryAfter { get; init; } = true;
}

/// <summary>A request as a template, for servers that no kind covers.</summary>
/// <param name="Method">GET, POST or PUT.</param>
/// <param name="Body">JSON in whose texts <c>{prompt}</c>, <c>{seed}</c> and the like stand for values; null for none.</param>
/// <param name="Result">A JSON pointer to base64, a data URL or an address; <c>body</c> where the answer is the image itself.</param>
/// <param name="Error">A JSON pointer to the words of an error; null for none.</param>
/// <param name="EchoedSeed">A JSON pointer to the seed that was used; null where the server does not say it.</param>
public sealed record HttpTemplate(
    string Method,
    System.Text.Json.Nodes.JsonNode? Body,
    string Result,
    string? Error,
    string? EchoedSeed
);

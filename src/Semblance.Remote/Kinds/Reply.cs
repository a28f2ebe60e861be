namespace Semblance.Remote.Kinds;

/// <summary>What a server is asked for: one image.</summary>
/// <param name="Prompt">Raw text.</param>
/// <param name="Seed">0 where the model has none.</param>
/// <param name="Tag">Names the call on the server, where calls have names; the same for the same call.</param>
internal sealed record ImageCall(string Prompt, long Seed, string Tag);

/// <summary>What a server says to a call.</summary>
internal abstract record Reply
{
    private Reply() { }

    /// <summary>It has taken a job.</summary>
    /// <param name="Id">What it takes to ask for the job, also in another process.</param>
    public sealed record Taken(string Id) : Reply;

    /// <summary>The job is not finished.</summary>
    public sealed record Waiting : Reply;

    /// <summary>The server does not know the job: it was started anew, or has forgotten.</summary>
    /// <param name="Words">As the rest of a sentence.</param>
    public sealed record Lost(string Words) : Reply;

    /// <summary>The image that was asked for came.</summary>
    /// <param name="Bytes">The whole file.</param>
    /// <param name="Echo">What the server says of it.</param>
    public sealed record Image(ReadOnlyMemory<byte> Bytes, Echo Echo) : Reply;

    /// <summary>A filter refused the prompt or the image.</summary>
    /// <param name="Words">The server's.</param>
    /// <param name="IsPaid">Whether the call costs what an image costs.</param>
    public sealed record Filtered(string Words, bool IsPaid) : Reply;

    /// <summary>There will be no image.</summary>
    /// <param name="Words">The server's.</param>
    /// <param name="IsPaid">Whether the call costs what an image costs.</param>
    public sealed record Failed(string Words, bool IsPaid) : Reply;
}

/// <summary>What a server says of an image that it made; what is null it does not say.</summary>
internal sealed record Echo
{
    /// <summary>The seed that was used.</summary>
    public long? Seed { get; init; }

    /// <summary>What else was used and differs from what was asked for, as the rest of a sentence.</summary>
    public string? Difference { get; init; }

    /// <summary>What the call costs, in the study's currency.</summary>
    public decimal? Cost { get; init; }

    /// <summary>The prompt that the server made of ours.</summary>
    public string? RevisedPrompt { get; init; }

    public static Echo None { get; } = new();
}

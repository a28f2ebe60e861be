namespace Semblance.Remote.Connecting;

/// <summary>What a call that went wrong ends.</summary>
internal enum CallEnd
{
    /// <summary>This image; others go on.</summary>
    Image,

    /// <summary>All further calls of the model: they would end the same way.</summary>
    Model,

    /// <summary>All further calls of the server: no credit, no key, or nobody there.</summary>
    Server,

    /// <summary>This image, whose call may have been paid.</summary>
    Unknown,
}

/// <summary>A call that went wrong, and what that ends.</summary>
/// <param name="end">What that ends.</param>
/// <param name="message">The rest of a sentence that begins with the server's name; without secrets.</param>
/// <param name="inner">What was found.</param>
internal sealed class CallException(CallEnd end, string message, Exception? inner = null) : Exception(message, inner)
{
    public CallEnd End { get; } = end;

    /// <summary>Whether an image came, so that the call costs what an image costs.</summary>
    public bool IsPaid { get; init; }
}

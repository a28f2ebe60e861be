namespace Semblance.Models.Hub.Pulling;

/// <summary>A fault of the network or the server that may be gone the next time; caught where attempts are counted.</summary>
/// <param name="message">A sentence without its full stop: what is done about it is appended.</param>
/// <param name="retryAfter">How long the server asks to wait.</param>
/// <param name="attempts">How many attempts are worth making at most.</param>
/// <param name="inner">The cause.</param>
internal sealed class TransientException(
    string message,
    TimeSpan? retryAfter = null,
    int attempts = int.MaxValue,
    Exception? inner = null
) : Exception(message, inner)
{
    public TimeSpan? RetryAfter { get; } = retryAfter;

    public int Attempts { get; } = attempts;
}

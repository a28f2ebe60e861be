using System.Text.RegularExpressions;

namespace Semblance.Cli.Terminal;

/// <summary>One sentence and an exit code for whatever went wrong.</summary>
internal static class Failure
{
    /// <summary>Writes the message to standard error.</summary>
    /// <returns>The exit code.</returns>
    public static int Tell(Exception exception, Messages messages)
    {
        (var code, var message) = Describe(Unwrap(exception));
        messages.Error(message);
        return code;
    }

    /// <summary>The exit code and the message for a cause that is wrapped in nothing.</summary>
    internal static (int Code, string Message) Describe(Exception cause) =>
        cause switch
        {
            SemblanceException ours => (CodeOf(ours), ours.Message + RemedyText.Of(ours.Remedies)),
            OperationCanceledException => (
                ExitCode.Cancelled,
                "Cancelled. What was finished is kept; run the same command again to go on from there."
            ),
            IrregularFileException odd => (ExitCode.BadInput, $"{odd.Path} cannot be read: {odd.Message}"),
            RegexMatchTimeoutException slow => (
                ExitCode.BadInput,
                $"A text takes too long to read: \"{FirstLine(slow.Input[..Math.Min(60, slow.Input.Length)])}\"."
            ),
            _ when FileFault.IsOne(cause) => (ExitCode.Resource, cause.Message),
            OutOfMemoryException => (
                ExitCode.Resource,
                $"Not enough memory: {FirstLine(cause.Message)} Fewer --threads need less; what decodes images also takes --max-memory."
            ),
            DllNotFoundException => (
                ExitCode.Resource,
                $"A native library could not be loaded: {FirstLine(cause.Message)}"
            ),
            _ => (
                ExitCode.Fault,
                $"A bug in semblance ({cause.GetType().Name}: {FirstLine(cause.Message)}); "
                    + "set SEMBLANCE_DEBUG=1 to see where, and please report it."
            ),
        };

    private static int CodeOf(SemblanceException fault) =>
        fault switch
        {
            UsageException => ExitCode.Usage,
            ResourceException => ExitCode.Resource,
            _ => ExitCode.BadInput,
        };

    private static Exception Unwrap(Exception exception) =>
        exception switch
        {
            AggregateException { InnerExceptions: [Exception only] } => Unwrap(only),
            TypeInitializationException { InnerException: { } inner } => Unwrap(inner),
            System.Reflection.TargetInvocationException { InnerException: { } inner } => Unwrap(inner),
            _ => exception,
        };

    private static string FirstLine(string message)
    {
        var end = message.AsSpan().IndexOfAny('\r', '\n');
        return end < 0 ? message : message[..end];
    }
}

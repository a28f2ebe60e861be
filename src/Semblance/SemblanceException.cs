namespace Semblance;

/// <summary>
/// A fault that its reader can mend. The message is one sentence (or a list of them, one per line) that names the
/// file, prompt, seed or tensor and says what to do; it is shown as it is, without a stack trace.
/// </summary>
public abstract class SemblanceException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The exit code of the command line: 2 usage, 3 bad input or data, 4 a resource that could not be had.</summary>
    public abstract int ExitCode { get; }
}

/// <summary>The command was called with options that do not go together or name nothing known. Exit code 2.</summary>
public sealed class UsageException(string message, Exception? inner = null) : SemblanceException(message, inner)
{
    /// <inheritdoc/>
    public override int ExitCode => 2;
}

/// <summary>A file or a number that was given is bad. Exit code 3.</summary>
public class InputException(string message, Exception? inner = null) : SemblanceException(message, inner)
{
    /// <inheritdoc/>
    public override int ExitCode => 3;
}

/// <summary>A model, server or disk could not be had. Exit code 4.</summary>
public sealed class ResourceException(string message, Exception? inner = null) : SemblanceException(message, inner)
{
    /// <inheritdoc/>
    public override int ExitCode => 4;
}

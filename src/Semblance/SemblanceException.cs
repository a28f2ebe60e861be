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
    // Bits of IOException.HResult: ENOSPC, and ERROR_DISK_FULL of Windows.
    private const int NoSpaceUnix = 28;
    private const int NoSpaceWindows = 112;

    /// <inheritdoc/>
    public override int ExitCode => 4;

    /// <summary>For a file that could not be written.</summary>
    /// <param name="path">What should have been written, as its reader knows it: no temporary name.</param>
    /// <param name="error">What the system said.</param>
    /// <param name="advice">A sentence that says what to do; none if empty.</param>
    public static ResourceException Unwritten(string path, Exception error, string advice = "")
    {
        ArgumentNullException.ThrowIfNull(error);
        return new ResourceException(
            Sentence(path, "written", ReasonOf(path, error, "its folder does not exist"), advice),
            error
        );
    }

    /// <summary>For a folder that could not be made.</summary>
    /// <inheritdoc cref="Unwritten"/>
    public static ResourceException Unmade(string path, Exception error, string advice = "")
    {
        ArgumentNullException.ThrowIfNull(error);
        return new ResourceException(
            Sentence(
                $"The folder {path}",
                "made",
                ReasonOf(Path.Combine(path, "."), error, "there can be no folder in that place"),
                advice
            ),
            error
        );
    }

    private static string Sentence(string what, string done, string reason, string advice) =>
        $"{what} cannot be {done}: {reason}.{(advice.Length > 0 ? " " : "")}{advice}";

    private static string ReasonOf(string path, Exception error, string missing) =>
        error switch
        {
            _ when Directory.Exists(path) => "a folder of that name is in the way",
            _ when FileAbove(path) is { } file => $"{file} is a file and no folder",
            DirectoryNotFoundException or FileNotFoundException => missing,
            PathTooLongException => "the path is too long",
            UnauthorizedAccessException => "permission is denied",
            IOException when (error.HResult & 0xFFFF) is NoSpaceUnix or NoSpaceWindows => "no space is left",
            // The system ends with the path, which may be that of a temporary file.
            _ => error.Message.Split(" : '")[0].TrimEnd('.'),
        };

    /// <summary>The part of a path that is a file where there should be a folder; null if there is none.</summary>
    private static string? FileAbove(string path)
    {
        var folder = Path.GetDirectoryName(path);
        while (!string.IsNullOrEmpty(folder) && !Path.Exists(folder))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return File.Exists(folder) ? folder : null;
    }
}

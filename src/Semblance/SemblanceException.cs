using Semblance.Text;

namespace Semblance;

/// <summary>
/// A fault that its reader can fix. The message is one sentence (or a list of them, one per line) that names the
/// file, prompt, seed or tensor and says what to do; it is shown as it is, without a stack trace. There are three kinds:
/// <see cref="UsageException"/>, <see cref="InputException"/> and <see cref="ResourceException"/>. Names of strangers are
/// in it: line ends and other control characters within a line become escapes.
/// </summary>
public abstract class SemblanceException : Exception
{
    private protected SemblanceException(string message, Exception? inner)
        : base(Shown(message), inner) { }

    private protected SemblanceException(IEnumerable<string> lines, Exception? inner)
        : base(string.Join('\n', lines.Select(Shown)), inner) { }

    /// <summary>What would help, any one of them; empty where the message is enough.</summary>
    public IReadOnlyList<Remedy> Remedies { get; init; } = [];

    /// <summary>A line without control characters; of one that a file made very long, beginning and end.</summary>
    private static string Shown(string line)
    {
        const int longest = 4000;
        const int end = 500;
        var shown = ControlCharacters.Escaped(line);
        return shown.Length <= longest
            ? shown
            : $"{shown[..(longest - end)]} [... {shown.Length - longest} characters ...] {shown[^end..]}";
    }
}

/// <summary>What was asked for does not go together, or names nothing known.</summary>
public sealed class UsageException(string message, Exception? inner = null) : SemblanceException(message, inner)
{
    /// <summary>Throws where a rule does not hold; the message is written the same in every culture.</summary>
    internal static void ThrowUnless(bool holds, FormattableString message)
    {
        if (!holds)
        {
            throw new UsageException(FormattableString.Invariant(message));
        }
    }
}

/// <summary>A file or a number that was given is bad.</summary>
public class InputException : SemblanceException
{
    /// <summary>With one sentence or more on a line.</summary>
    public InputException(string message, Exception? inner = null)
        : base(message, inner) { }

    /// <summary>With several lines, of which the first is a heading.</summary>
    public InputException(IEnumerable<string> lines, Exception? inner = null)
        : base(lines, inner) { }
}

/// <summary>A model, server or disk is not available.</summary>
public sealed class ResourceException(string message, Exception? inner = null) : SemblanceException(message, inner)
{
    /// <summary>For a file that could not be written.</summary>
    /// <param name="path">What should have been written, as its reader knows it: no temporary name.</param>
    /// <param name="error">What the system said.</param>
    /// <param name="note">A sentence that follows what fixes the place itself; if empty, nothing is advised.</param>
    /// <param name="remedies">How to do without that place.</param>
    public static ResourceException Unwritten(
        string path,
        Exception error,
        string note = "",
        params IReadOnlyList<Remedy> remedies
    )
    {
        ArgumentNullException.ThrowIfNull(error);
        return new ResourceException(
            Sentence(path, "written", WriteFault.Of(path, error, "its folder does not exist"), note),
            error
        )
        {
            Remedies = remedies,
        };
    }

    /// <summary>For a folder that could not be made.</summary>
    /// <inheritdoc cref="Unwritten"/>
    public static ResourceException Unmade(
        string path,
        Exception error,
        string note = "",
        params IReadOnlyList<Remedy> remedies
    )
    {
        ArgumentNullException.ThrowIfNull(error);
        return new ResourceException(
            Sentence(
                $"The folder {path}",
                "made",
                WriteFault.Of(Path.Combine(path, "."), error, "there can be no folder in that place"),
                note
            ),
            error
        )
        {
            Remedies = remedies,
        };
    }

    private static string Sentence(string what, string done, WriteFault fault, string note)
    {
        var sentence = $"{what} cannot be {done}: {fault.Reason}.";
        var fix = fault.Remedy is { } remedy ? $" {char.ToUpperInvariant(remedy[0])}{remedy[1..]}." : "";
        return note.Length == 0 ? sentence : $"{sentence}{fix} {note}";
    }
}

using Semblance.Text;

namespace Semblance.Cli.Terminal;

/// <summary>Sentences for the person at the keyboard, on standard error. Nothing here may fail a run.</summary>
/// <param name="Writer">Standard error.</param>
/// <param name="Width">Cells in a line, if it is a terminal; null to leave lines as they are.</param>
/// <param name="Quiet">Only errors are shown.</param>
internal sealed record Messages(TextWriter Writer, int? Width, bool Quiet = false)
{
    public void Error(string message) => Line("semblance: error: " + message);

    public void Warning(string message)
    {
        if (!Quiet)
        {
            Line("semblance: warning: " + ControlCharacters.Escaped(message));
        }
    }

    public void Warnings(IEnumerable<string> messages)
    {
        foreach (var message in messages)
        {
            Warning(message);
        }
    }

    public void Note(string message)
    {
        if (!Quiet)
        {
            Line(ControlCharacters.Escaped(message));
        }
    }

    /// <summary>Writes a line, even when quiet.</summary>
    public void Line(string message) => Write(WorkflowCommands.Disarm(Wrapped(Cells.Harmless(message), Width)));

    /// <summary>Writes a line that a CI server is to obey, even when quiet.</summary>
    public void Command(string line) => Write(line);

    private void Write(string text)
    {
        try
        {
            Writer.WriteLine(text);
        }
        catch (IOException)
        {
            // Standard error is closed or full; the exit code still says what happened.
        }
    }

    /// <summary>Each line broken at spaces, what goes on set in by two cells more than the line.</summary>
    internal static string Wrapped(string message, int? width) =>
        width is { } cells ? string.Join('\n', message.Split('\n').SelectMany(line => Wrap(line, cells))) : message;

    private static IEnumerable<string> Wrap(string line, int width)
    {
        if (Cells.Width(line) <= width)
        {
            return [line];
        }

        var text = line.TrimStart(' ');
        var indent = line.Length - text.Length;
        return Cells
            .Wrap(text, width - indent - 2)
            .Select((part, i) => new string(' ', indent + (i == 0 ? 0 : 2)) + part);
    }
}

namespace Semblance.Cli.Terminal;

/// <summary>Sentences for the person at the keyboard, on standard error. Nothing here may fail a run.</summary>
internal static class Messages
{
    /// <summary>Set by <c>--quiet</c>: only errors are told.</summary>
    public static bool Quiet { get; set; }

    /// <summary>Cells in a line of standard error where it is a terminal; null where lines are left as they are.</summary>
    public static int? Width { get; set; }

    public static void Error(string message) => Write("semblance: error: " + message);

    public static void Warning(string message)
    {
        if (!Quiet)
        {
            Write("semblance: warning: " + message);
        }
    }

    public static void Note(string message)
    {
        if (!Quiet)
        {
            Write(message);
        }
    }

    /// <summary>Written even under <c>--quiet</c>.</summary>
    public static void Line(string message) => Write(message);

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

    private static void Write(string message)
    {
        try
        {
            Console.Error.WriteLine(Wrapped(Cells.Harmless(message), Width));
        }
        catch (IOException)
        {
            // Standard error is closed or full; the exit code still tells.
        }
    }
}

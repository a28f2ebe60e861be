namespace Semblance.Cli.Output;

/// <summary>Sentences for the person at the keyboard, on standard error. Nothing here may fail a run.</summary>
internal static class Messages
{
    /// <summary>Set by <c>--quiet</c>: only errors are told.</summary>
    public static bool Quiet { get; set; }

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

    private static void Write(string message)
    {
        try
        {
            Console.Error.WriteLine(Cells.Harmless(message));
        }
        catch (IOException)
        {
            // Standard error is closed or full; the exit code still tells.
        }
    }
}

namespace Semblance.Cli.Terminal;

/// <summary>
/// What CI servers obey when a program prints it: lines that begin with <c>::error</c> and the like, and <c>##[error]</c>
/// anywhere. Names and prompts come from strangers' files.
/// </summary>
internal static class WorkflowCommands
{
    /// <summary>The text with a space within whatever would be obeyed.</summary>
    public static string Disarm(string text)
    {
        text = text.Replace("##[", "# #[", StringComparison.Ordinal);
        return text.Contains("::", StringComparison.Ordinal)
            ? string.Join('\n', text.Split('\n').Select(DisarmLine))
            : text;
    }

    private static string DisarmLine(string line)
    {
        var start = line.Length - line.AsSpan().TrimStart().Length;
        return line.AsSpan(start).StartsWith("::") ? line.Insert(start + 1, " ") : line;
    }
}

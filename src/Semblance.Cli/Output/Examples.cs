namespace Semblance.Cli.Output;

/// <summary>The examples under a command's help: two spaces, a command, and after two spaces or more what it does.</summary>
internal static class Examples
{
    private const string Gap = "  ";

    /// <summary>As they are where they fit into <paramref name="width"/>; else what a command does stands below it.</summary>
    public static string Fit(string examples, int width)
    {
        string[] lines = examples.ReplaceLineEndings("\n").Split('\n');
        return lines.All(line => Cells.Width(line) <= width)
            ? examples
            : string.Join('\n', lines.SelectMany(line => Stacked(line, width)));
    }

    private static IEnumerable<string> Stacked(string line, int width)
    {
        string text = line.TrimStart();
        int indent = line.Length - text.Length;
        int end = text.IndexOf(Gap, StringComparison.Ordinal);
        if (end < 0)
        {
            // A command stays whole, so that it can be copied where the terminal breaks it.
            return text.StartsWith("semblance ", StringComparison.Ordinal) ? [line] : Indented(text, indent, width);
        }

        return [line[..(indent + end)], .. Indented(text[end..].TrimStart(), indent + 4, width)];
    }

    private static IEnumerable<string> Indented(string text, int indent, int width) =>
        Cells.Wrap(text, width - indent).Select(line => new string(' ', indent) + line);
}

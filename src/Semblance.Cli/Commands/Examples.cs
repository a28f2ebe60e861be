using System.Text.RegularExpressions;
using Semblance.Cli.Terminal;

namespace Semblance.Cli.Commands;

/// <summary>The examples under a command's help: two spaces, a command, and after two spaces or more what it does.</summary>
internal static partial class Examples
{
    private const string Gap = "  ";

    /// <summary>As they are where they fit into <paramref name="width"/>; else what a command does stands below it.</summary>
    public static string Fit(string examples, int width)
    {
        var lines = examples.ReplaceLineEndings("\n").Split('\n');
        return lines.All(line => Cells.Width(line) <= width)
            ? examples
            : string.Join('\n', lines.SelectMany(line => Stacked(line, width)));
    }

    private static IEnumerable<string> Stacked(string line, int width)
    {
        var text = line.TrimStart();
        var indent = line.Length - text.Length;
        var end = text.IndexOf(Gap, StringComparison.Ordinal);
        if (end < 0)
        {
            return text.StartsWith("semblance ", StringComparison.Ordinal)
                ? Command(text, indent, width)
                : Indented(text, indent, width);
        }

        return [.. Command(text[..end], indent, width), .. Indented(text[end..].TrimStart(), indent + 4, width)];
    }

    /// <summary>
    /// A command line for POSIX shells, broken before options where it does not fit; for others whole, so that it can be
    /// copied where the terminal breaks it.
    /// </summary>
    public static IEnumerable<string> Command(string command, int indent, int width)
    {
        var line = new string(' ', indent);
        if (OperatingSystem.IsWindows() || indent + Cells.Width(command) <= width)
        {
            yield return line + command;
            yield break;
        }

        var parts = Options().Split(command);
        line += parts[0];
        foreach (var option in parts.Skip(1))
        {
            if (Cells.Width(line) + Cells.Width(option) + " \\".Length > width)
            {
                yield return line + " \\";
                line = new string(' ', indent + 5);
            }

            line += option;
        }

        yield return line;
    }

    /// <summary>The place before the space before an option.</summary>
    [GeneratedRegex("(?= --[a-z])", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Options();

    private static IEnumerable<string> Indented(string text, int indent, int width) =>
        Cells.Wrap(text, width - indent).Select(line => new string(' ', indent) + line);
}

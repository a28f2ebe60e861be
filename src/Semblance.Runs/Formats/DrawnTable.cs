using System.Buffers;

namespace Semblance.Runs.Formats;

/// <summary>Tables with rules of dashes, as terminals and Markdown show them: for people, and often cut to fit.</summary>
internal static class DrawnTable
{
    private static readonly SearchValues<char> Rules = SearchValues.Create("-=+|:─━═┼│┌┬┐├┤└┴┘╭╮╰╯┃╞╪╡┡╇┩┏┳┓ ");
    private static readonly SearchValues<char> Corners = SearchValues.Create("+|─━═┼┌├╭╞┡┏");

    /// <summary>Whether lines are those that such a table begins with: its header has a rule above or below.</summary>
    public static bool Begins(IReadOnlyList<string> lines) =>
        lines.Any(IsRule)
        || (
            lines is [var header, var below, ..] && below.Length == header.Length && below.Length > 2 && IsDashes(below)
        );

    private static bool IsRule(string line) =>
        line.AsSpan().TrimEnd() is { Length: >= 3 } rule
        && !rule.ContainsAnyExcept(Rules)
        && rule.ContainsAny("-─━═")
        && (rule.ContainsAny(Corners) || rule.Contains("- -", StringComparison.Ordinal));

    private static bool IsDashes(string line) => !line.AsSpan().ContainsAnyExcept('-');
}

using System.Text;
using Semblance.Reports.Figures;

namespace Semblance.Reports.Tables;

/// <summary>A table in the Markdown of GitHub.</summary>
internal static class MarkdownTable
{
    public static string Of(DataTable table)
    {
        var text = new StringBuilder();
        Line(text, table.Columns.Select(Escaped));
        Line(text, table.Columns.Select((_, i) => IsNumeric(table, i) ? "---:" : "---"));
        foreach (var row in table.Rows)
        {
            Line(text, row.Select(cell => Escaped(CellText.Of(cell))));
        }

        return text.ToString();
    }

    /// <summary>A text that Markdown does not read as anything else, on one line.</summary>
    public static string Escaped(string text)
    {
        var escaped = new StringBuilder();
        foreach (var c in text)
        {
            escaped.Append(
                c switch
                {
                    '<' => "&lt;",
                    '>' => "&gt;",
                    '&' => "&amp;",
                    '\r' or '\n' or '\t' => " ",
                    '@' => "&#64;",
                    '\\' or '`' or '*' or '_' or '[' or ']' or '|' or '#' or '~' or '!' or '$' => $"\\{c}",
                    _ => c.ToString(),
                }
            );
        }

        return escaped.ToString();
    }

    private static bool IsNumeric(DataTable table, int column) =>
        table.Rows.Count > 0 && table.Rows.All(row => row[column] is null or double or int);

    private static void Line(StringBuilder text, IEnumerable<string> cells) =>
        text.Append("| ").AppendJoin(" | ", cells).Append(" |\n");
}

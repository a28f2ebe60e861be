using System.Text;
using Semblance.Reports.Figures;

namespace Semblance.Reports.Tables;

/// <summary>A table for LaTeX, with the rules of the package booktabs.</summary>
internal static class LatexTable
{
    /// <summary>A table environment, to be put into a document.</summary>
    /// <param name="table">Its cells.</param>
    /// <param name="caption">Above the table.</param>
    /// <param name="label">To refer to it by, without <c>tab:</c>.</param>
    public static string Of(DataTable table, string caption, string label)
    {
        var text = new StringBuilder();
        text.Append("% needs \\usepackage{booktabs}\n\\begin{table}\n  \\centering\n");
        text.Append("  \\caption{").Append(Escaped(caption)).Append("}\n");
        text.Append("  \\label{tab:").Append(label).Append("}\n  \\begin{tabular}{");
        for (var i = 0; i < table.Columns.Count; i++)
        {
            text.Append(table.Rows.All(row => row[i] is null or double or int) ? 'r' : 'l');
        }

        text.Append("}\n    \\toprule\n");
        Line(text, table.Columns.Select(Escaped));
        text.Append("    \\midrule\n");
        foreach (var row in table.Rows)
        {
            Line(text, row.Select(cell => Number(cell) ?? Escaped(CellText.Of(cell))));
        }

        return text.Append("    \\bottomrule\n  \\end{tabular}\n\\end{table}\n").ToString();
    }

    /// <summary>A text in which no character is a command.</summary>
    public static string Escaped(string text)
    {
        var escaped = new StringBuilder();
        foreach (var c in text)
        {
            escaped.Append(
                c switch
                {
                    '\\' => "\\textbackslash{}",
                    '~' => "\\textasciitilde{}",
                    '^' => "\\textasciicircum{}",
                    '\u2212' => "$-$",
                    '"' => "''",
                    '<' => "\\textless{}",
                    '>' => "\\textgreater{}",
                    '|' => "\\textbar{}",
                    '\r' or '\n' or '\t' => " ",
                    '&' or '%' or '$' or '#' or '_' or '{' or '}' => $"\\{c}",
                    _ => c.ToString(),
                }
            );
        }

        return escaped.ToString();
    }

    private static string? Number(object? cell) =>
        cell is double number && double.IsFinite(number) && number < 0 ? $"${CellText.Of(cell)}$" : null;

    private static void Line(StringBuilder text, IEnumerable<string> cells) =>
        text.Append("    ").AppendJoin(" & ", cells).Append(" \\\\\n");
}

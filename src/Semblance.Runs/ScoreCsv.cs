using System.Buffers;
using System.Text;
using Semblance.Consistency;
using Semblance.Runs.Storage;

namespace Semblance.Runs;

/// <summary>The sets of a report as CSV (RFC 4180, UTF-8 without mark, LF): one line per model, prompt and encoder.</summary>
public static class ScoreCsv
{
    private static readonly SearchValues<char> Special = SearchValues.Create(",\"\r\n");

    /// <summary>The text with its header line.</summary>
    public static string Of(ScoreReport report) => Of(ScoreTable.Lines(report));

    internal static string Of(IEnumerable<ScoreLine> lines)
    {
        StringBuilder text = new();
        text.AppendJoin(',', ScoreLine.Columns.Select(column => column.Name)).Append('\n');
        foreach (ScoreLine line in lines)
        {
            text.AppendJoin(',', ScoreLine.Columns.Select(column => Quote(ScoreLine.Text(column.Of(line)))))
                .Append('\n');
        }

        return text.ToString();
    }

    private static string Quote(string cell) =>
        cell.AsSpan().ContainsAny(Special) ? $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : cell;
}

using Semblance.Consistency;
using Semblance.Runs.Folder;
using Semblance.Runs.Formats;

namespace Semblance.Runs.Scoring;

/// <summary>The sets of a report as Apache Parquet: one row per model, prompt and encoder, the columns of <see cref="ScoreCsv"/>.</summary>
public static class ScoreParquet
{
    /// <summary>Writes the table to <paramref name="stream"/>.</summary>
    public static Task WriteAsync(ScoreReport report, Stream stream) => WriteAsync(ScoreTable.Lines(report), stream);

    internal static Task WriteAsync(IReadOnlyList<ScoreLine> lines, Stream stream)
    {
        var table = new ParquetColumns();
        foreach ((var name, var type, var of) in ScoreLine.Columns)
        {
            _ =
                type == typeof(string) ? table.Text(name, [.. lines.Select(line => (string?)of(line))])
                : type == typeof(long) ? table.Number(name, [.. lines.Select(line => (long?)of(line))])
                : table.Number(name, [.. lines.Select(line => (double?)of(line))]);
        }

        return table.WriteAsync(stream);
    }
}

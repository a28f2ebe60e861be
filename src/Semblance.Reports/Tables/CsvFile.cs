using Semblance.Reports.Figures;
using Semblance.Runs.Formats;

namespace Semblance.Reports.Tables;

/// <summary>A table as CSV, numbers in the shortest form that reads back to the same bits.</summary>
internal static class CsvFile
{
    public static string Of(DataTable table) =>
        CsvText.Of(
            [.. table.Columns.Select((name, i) => (name, (Func<IReadOnlyList<object?>, object?>)(row => row[i])))],
            table.Rows
        );
}

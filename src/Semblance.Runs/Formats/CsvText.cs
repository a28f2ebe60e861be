using System.Buffers;
using System.Globalization;
using System.Text;

namespace Semblance.Runs.Formats;

/// <summary>CSV by RFC 4180: UTF-8 without byte order mark, LF, quotes only where they are needed, doubles that read back to the same bits.</summary>
public static class CsvText
{
    private static readonly SearchValues<char> Special = SearchValues.Create(",\"\r\n");

    /// <summary>A table that people may open in a spreadsheet: text is written as <see cref="SpreadsheetText"/> does.</summary>
    /// <inheritdoc cref="Of"/>
    public static string ForPeople<T>(IReadOnlyList<(string Name, Func<T, object?> Of)> columns, IEnumerable<T> rows) =>
        Of(
            [
                .. columns.Select(column =>
                    (
                        column.Name,
                        (Func<T, object?>)(
                            row => column.Of(row) is string text ? SpreadsheetText.Write(text) : column.Of(row)
                        )
                    )
                ),
            ],
            rows
        );

    /// <summary>A table with its header line.</summary>
    /// <param name="columns">Names and values; null is an empty cell.</param>
    /// <param name="rows">One line each.</param>
    public static string Of<T>(IReadOnlyList<(string Name, Func<T, object?> Of)> columns, IEnumerable<T> rows)
    {
        var text = new StringBuilder();
        text.AppendJoin(',', columns.Select(column => column.Name)).Append('\n');
        foreach (var row in rows)
        {
            text.AppendJoin(',', columns.Select(column => Quote(Text(column.Of(row))))).Append('\n');
        }

        return text.ToString();
    }

    private static string Text(object? value) => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";

    private static string Quote(string cell) =>
        cell.AsSpan().ContainsAny(Special) ? $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : cell;
}

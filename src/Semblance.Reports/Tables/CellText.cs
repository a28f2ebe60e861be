using System.Globalization;

namespace Semblance.Reports.Tables;

/// <summary>A cell of a table that is read and not computed with: two decimals, the same in every culture.</summary>
internal static class CellText
{
    public static string Of(object? cell) =>
        cell switch
        {
            null => "",
            double number when double.IsFinite(number) => number.ToString("F2", CultureInfo.InvariantCulture),
            double => "",
            _ => Convert.ToString(cell, CultureInfo.InvariantCulture) ?? "",
        };
}

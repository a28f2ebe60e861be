namespace Semblance.Reports.Figures;

/// <summary>Numbers and texts in rows and columns.</summary>
/// <param name="Columns">Names, as in a CSV file.</param>
/// <param name="Rows">Texts, numbers, or null where there is nothing.</param>
internal sealed record DataTable(IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<object?>> Rows);

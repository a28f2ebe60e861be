namespace Semblance.Runs.Formats;

/// <summary>Some columns of a table.</summary>
/// <param name="Columns">The cells of each column, null for none; null for a column that the table does not have.</param>
/// <param name="Count">Of the rows.</param>
/// <param name="Lines">The line that each row begins on; null where a file has no lines.</param>
internal sealed record TableRows(IReadOnlyList<IReadOnlyList<string?>?> Columns, int Count, IReadOnlyList<int>? Lines)
{
    /// <summary>The embeddings, where a column of them was asked for.</summary>
    public IReadOnlyList<VectorCell> Vectors { get; init; } = [];

    /// <summary>Whether the embeddings were stored in double precision.</summary>
    public bool Rounded { get; init; }

    /// <summary>Where each row is, for tables of several files; null for others.</summary>
    public IReadOnlyList<string>? Places { get; init; }

    /// <summary>A cell; null for none.</summary>
    public string? Cell(int column, int row) => Columns[column]?[row];

    /// <summary>Where a row is: <c>line 7</c>, or <c>row 6</c>.</summary>
    public string Place(int row) =>
        Places is not null ? Places[row]
        : Lines is null ? $"row {row + 1}"
        : $"line {Lines[row]}";
}

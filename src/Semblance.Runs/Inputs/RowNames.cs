using System.Globalization;
using Semblance.Runs.Formats;

namespace Semblance.Runs.Inputs;

/// <summary>
/// Which model, prompt and seed the rows of a table are of. Without a column <c>prompt</c> the table is one set that its
/// file names; where no row names a model, it is the file's name, or none for a table without prompts.
/// </summary>
internal sealed class RowNames
{
    /// <summary>The columns that say it.</summary>
    public static readonly string[] Columns = ["model", "prompt", "seed"];

    private readonly TableRows _rows;
    private readonly string _file;
    private readonly bool _hasModels;

    /// <summary>Looks at what the table says.</summary>
    /// <param name="name">Of the table.</param>
    /// <param name="rows">The first columns are <see cref="Columns"/>.</param>
    public RowNames(string name, TableRows rows)
    {
        _rows = rows;
        _file = name;
        _hasModels = rows.Columns[0]?.Any(model => !string.IsNullOrWhiteSpace(model)) ?? false;
        HasPrompts = rows.Columns[1] is not null;
    }

    /// <summary>Whether the table names prompts.</summary>
    public bool HasPrompts { get; }

    public string Model(int row) =>
        _hasModels ? _rows.Cell(0, row) ?? ""
        : HasPrompts ? _file
        : "";

    public string Prompt(int row) => HasPrompts ? _rows.Cell(1, row) ?? "" : _file;

    /// <summary>The seed; null where the row has none, which <c>NA</c> and the like mean too. Whole numbers lose the decimals that pandas gives them.</summary>
    public string? Seed(int row)
    {
        var seed = _rows.Cell(2, row)?.Trim() ?? "";
        return NumberText.IsNone(seed) ? null
            : seed.EndsWith(".0", StringComparison.Ordinal)
            && long.TryParse(
                seed.AsSpan(0, seed.Length - 2),
                NumberStyles.AllowLeadingSign,
                CultureInfo.InvariantCulture,
                out _
            )
                ? seed[..^2]
            : seed;
    }

    /// <summary>What a row lacks; null where it lacks nothing.</summary>
    /// <param name="row">From 0.</param>
    /// <param name="what">What the row is of, such as its path.</param>
    public string? FaultOf(int row, string what) =>
        HasPrompts && string.IsNullOrWhiteSpace(_rows.Cell(1, row)) ? $"the prompt of {what} is empty"
        : _hasModels && string.IsNullOrWhiteSpace(_rows.Cell(0, row)) ? $"the model of {what} is empty"
        : null;
}

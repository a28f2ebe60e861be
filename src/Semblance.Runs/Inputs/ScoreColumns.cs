using System.Globalization;
using Semblance.Runs.Formats;
using Semblance.Wording;

namespace Semblance.Runs.Inputs;

/// <summary>The columns of a table of scores: <c>model</c>, <c>prompt</c> and <c>scs</c> or <c>score</c>, and what else is known.</summary>
internal sealed class ScoreColumns
{
    private static readonly string[][] Known =
    [
        ["model"],
        ["prompt"],
        ["scs", "score"],
        ["seed_count", "images"],
        ["standard_error"],
        ["encoder"],
        ["encoder_key"],
    ];

    private readonly string _path;
    private readonly int[] _at;
    private readonly int _other;
    private readonly NumberText _numbers;

    private ScoreColumns(string path, IReadOnlyList<string> names, int[] at, int other)
    {
        _path = path;
        Used = names;
        _at = at;
        _other = other;
        _numbers = new NumberText(path);
    }

    /// <summary>Names of the columns that are read, in the order in which rows hold them.</summary>
    public IReadOnlyList<string> Used { get; }

    /// <summary>Whether these columns are those of a table of scores; the file may name the model.</summary>
    public static bool Fit(IReadOnlyList<string> header) =>
        Known.Skip(1).Take(2).All(names => ColumnNames.Find(header, names) >= 0);

    /// <summary>Finds the columns in a header.</summary>
    /// <exception cref="InputException">A column is missing, or given twice.</exception>
    public static ScoreColumns Of(string path, IReadOnlyList<string> header)
    {
        int[] places = [.. Known.Select(names => ColumnNames.Find(header, names))];
        ColumnNames.RequireOnce(path, header, Known.SelectMany(names => names));
        if (!Fit(header))
        {
            var missing = Array.FindIndex(places, place => place < 0);
            throw ColumnNames.Missing(
                path,
                header,
                Known[missing],
                "A table of scores has model, prompt and scs or score."
            );
        }

        var other = ColumnNames.Find(header, Known[2][1]);
        int[] used = [.. places.Append(other).Where(place => place >= 0).Distinct()];
        return new ScoreColumns(
            path,
            [.. used.Select(place => header[place].Trim())],
            [.. places.Select(place => Array.IndexOf(used, place))],
            other == places[2] ? -1 : Array.IndexOf(used, other)
        );
    }

    /// <summary>One row; its model may be empty.</summary>
    /// <param name="line">Its line or number, for messages.</param>
    /// <param name="cell">Text of a column by its place in <see cref="Used"/>; null for none.</param>
    /// <exception cref="InputException">An empty prompt, or a score that is not a number.</exception>
    public ScoreRow Row(string line, Func<int, string?> cell)
    {
        var place = $"{_path}, {line}";
        string? Text(int column) => _at[column] < 0 ? null : cell(_at[column]);
        var model = Text(0)?.Trim() ?? "";
        var prompt = Text(1) ?? "";
        if (string.IsNullOrWhiteSpace(prompt))
        {
            throw new InputException($"{place}: the prompt is empty.");
        }

        var score = _numbers.Read(Text(2), place);
        if (score is not { } scs || !double.IsFinite(scs))
        {
            throw new InputException(
                $"{place}: the score of model '{model}' for the prompt {QuotedPrompt.Of(prompt)} is {(string.IsNullOrWhiteSpace(Text(2)) ? "missing." : $"{Text(2)!.Trim()}, and must be a number from 0 to 100; score that set again or leave the line out.")}"
            );
        }

        if (_other >= 0 && _numbers.Read(cell(_other), place) is { } other && other != scs)
        {
            throw new InputException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{place}: scs is {scs} and score is {other}; keep the column that holds the Semantic Consistency Score, and leave the other out."
                )
            );
        }

        var seeds = _numbers.Read(Text(3), place);
        if (seeds is { } count && (count != Math.Floor(count) || count is < 1 or > int.MaxValue))
        {
            throw new InputException($"{place}: the number of images is '{Text(3)}', and must be a whole number.");
        }

        var standardError = _numbers.Read(Text(4), place);
        if (standardError is { } spread && !(spread >= 0 && double.IsFinite(spread)))
        {
            throw new InputException(
                $"{place}: the standard error is '{Text(4)}', and must be a number of at least 0; leave it empty where it is not known."
            );
        }

        return new ScoreRow(
            model,
            prompt,
            scs,
            (int?)seeds,
            standardError,
            NullIfEmpty(Text(5)),
            NullIfEmpty(Text(6)),
            place
        );
    }

    private static string? NullIfEmpty(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}

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
    private string? _pointAt;
    private string? _commaAt;

    private ScoreColumns(string path, int[] at, int other)
    {
        _path = path;
        _at = at;
        _other = other;
    }

    /// <summary>All names that a column may have.</summary>
    public static IEnumerable<string> Names => Known.SelectMany(names => names);

    /// <summary>Places in the header that are read.</summary>
    public IEnumerable<int> Used => _at.Append(_other).Where(column => column >= 0);

    /// <summary>Whether these columns are those of a table of scores.</summary>
    public static bool Fit(IReadOnlyList<string> header) => Find(header).Take(3).All(column => column >= 0);

    /// <summary>Finds the columns in a header.</summary>
    /// <exception cref="InputException">A column is missing, or given twice.</exception>
    public static ScoreColumns Of(string path, IReadOnlyList<string> header)
    {
        var at = Find(header);
        ColumnNames.RequireOnce(path, header, Names);
        var missing = Array.FindIndex(at, column => column < 0);
        return missing is < 0 or > 2
            ? new ScoreColumns(
                path,
                at,
                ColumnNames.Places(header, Known[2][1]).FirstOrDefault(column => column != at[2], -1)
            )
            : throw new InputException(
                $"{path} has no column {string.Join(" or ", Known[missing].Select(name => $"\"{name}\""))}; its columns are {string.Join(", ", header.Select(name => $"\"{name}\""))}. A table of scores has model, prompt and scs or score."
            );
    }

    /// <summary>One row; its model may be empty.</summary>
    /// <param name="line">Its line or number, for messages.</param>
    /// <param name="cell">Text of a column by its place in the header; null for none.</param>
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

        var score =
            Number(Text(2), place)
            ?? throw new InputException(
                $"{place}: the score of model '{model}' for the prompt {QuotedPrompt.Of(prompt)} is missing."
            );
        if (!double.IsFinite(score))
        {
            throw new InputException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{place}: the score of model '{model}' for the prompt {QuotedPrompt.Of(prompt)} is {score}, and must be a number from 0 to 100; score that set again or leave the line out."
                )
            );
        }

        if (_other >= 0 && Number(cell(_other), place) is { } other && other != score)
        {
            throw new InputException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{place}: scs is {score} and score is {other}; keep the column that holds the Semantic Consistency Score, and leave the other out."
                )
            );
        }

        var seeds = Number(Text(3), place);
        if (seeds is { } count && (count != Math.Floor(count) || count is < 1 or > int.MaxValue))
        {
            throw new InputException($"{place}: the number of images is '{Text(3)}', and must be a whole number.");
        }

        return new ScoreRow(
            model,
            prompt,
            score,
            (int?)seeds,
            Number(Text(4), place),
            NullIfEmpty(Text(5)),
            NullIfEmpty(Text(6)),
            place
        );
    }

    private static int[] Find(IReadOnlyList<string> header) =>
        [.. Known.Select(names => ColumnNames.Find(header, names))];

    private static string? NullIfEmpty(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();

    /// <summary>A number with a decimal point, or with a decimal comma where the whole table has them.</summary>
    private double? Number(string? text, string place)
    {
        var digits = text?.Trim() ?? "";
        if (digits.Length == 0)
        {
            return null;
        }

        var comma = digits.Contains(',', StringComparison.Ordinal);
        if (comma)
        {
            _commaAt ??= place;
        }
        else if (digits.Contains('.', StringComparison.Ordinal))
        {
            _pointAt ??= place;
        }

        if (_commaAt is not null && _pointAt is not null)
        {
            throw new InputException(
                $"{_path} has decimal commas ({_commaAt[(_path.Length + 2)..]}) and decimal points ({_pointAt[(_path.Length + 2)..]}); write all numbers one way."
            );
        }

        if (comma && digits.IndexOf(',', StringComparison.Ordinal) == digits.LastIndexOf(','))
        {
            digits = digits.Replace(',', '.');
        }

        return double.TryParse(digits, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new InputException($"{place}: '{text}' is not a number.");
    }
}

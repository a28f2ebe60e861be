using System.Text.RegularExpressions;
using Semblance.Runs.Formats;
using Semblance.Wording;

namespace Semblance.Runs.Inputs;

/// <summary>Wide tables of scores: a column <c>prompt</c>, and two or more columns of numbers, each of them the scores of one model.</summary>
internal static partial class WideScores
{
    /// <summary>Whether the names of the columns leave it open that the table is wide.</summary>
    public static bool MayBe(TableFile table) =>
        table.Has("prompt") && !table.Has("model", "scs", "score", "path", "embedding");

    /// <summary>The scores, and how they were read; null where there are not two columns of numbers. Cells without a number are no scores.</summary>
    public static (List<ScoreRow> Rows, string How)? Read(TableFile table)
    {
        int[] places =
        [
            .. Enumerable
                .Range(0, table.Names.Count)
                .Where(place => ColumnNames.Find([table.Names[place]], ColumnMap.Names) < 0),
        ];
        var cells = table.ReadAt([.. places, ColumnNames.Find(table.Names, "prompt")]);
        int[] models =
        [
            .. Enumerable
                .Range(0, places.Length)
                .Where(column =>
                    !IndexName().IsMatch(table.Names[places[column]]) && IsNumbers(cells.Columns[column]!)
                ),
        ];
        if (models.Length < 2)
        {
            return null;
        }

        string[] names = [.. models.Select(column => table.Names[places[column]].Trim())];
        ColumnNames.RequireOnce(table.Path, table.Names, names);
        var numbers = new NumberText(table.Path);
        List<ScoreRow> rows = [];
        for (var row = 0; row < cells.Count; row++)
        {
            var place = $"{table.Path}, {cells.Place(row)}";
            var prompt = cells.Cell(places.Length, row);
            if (string.IsNullOrWhiteSpace(prompt))
            {
                throw new InputException($"{place}: the prompt is empty.");
            }

            for (var i = 0; i < models.Length; i++)
            {
                if (numbers.Read(cells.Cell(models[i], row), place) is { } score)
                {
                    rows.Add(
                        double.IsFinite(score)
                            ? new ScoreRow(names[i], prompt, score, null, null, null, null, place)
                            : throw new InputException(
                                $"{place}: the score of model '{names[i]}' is {cells.Cell(models[i], row)}, and must be a number from 0 to 100."
                            )
                    );
                }
            }
        }

        string[] others =
        [
            .. places
                .Except(models.Select(column => places[column]))
                .Select(place => table.Names[place])
                .Where(name => name.Length > 0),
        ];
        return (
            rows,
            $"{table.Path} has no columns \"model\" and \"scs\": its columns of numbers are read as the scores of {Plural.Of(names.Length, "model")}, {Quoted(names)}"
                + (others.Length > 0 ? $"; not used: {Quoted(others)}." : ".")
        );
    }

    private static string Quoted(string[] names) => Listing.Joined([.. names.Select(QuotedPrompt.Of)], 10);

    private static bool IsNumbers(IReadOnlyList<string?> cells) =>
        cells.Any(cell => !NumberText.IsNone(cell))
        && cells.All(cell => NumberText.IsNone(cell) || NumberText.IsNumber(cell!));

    /// <summary>What pandas, R and databases call a column that numbers the rows.</summary>
    [GeneratedRegex(
        @"^\s*($|unnamed: \d+$|index$|id$|(row|prompt)[ _.]?(id|index|number|no)$|rowid$|row$|x$|\.\.\.\d+$|level_\d+$|n$)",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 2000
    )]
    private static partial Regex IndexName();
}

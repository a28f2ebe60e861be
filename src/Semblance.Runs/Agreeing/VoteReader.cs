using System.Globalization;
using Semblance.Agreement;
using Semblance.Runs.Formats;
using Semblance.Wording;

namespace Semblance.Runs.Agreeing;

/// <summary>Reads a table of votes in any of the formats of tables.</summary>
internal static class VoteReader
{
    /// <summary>All votes in the order of the file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="form">Where it comes from.</param>
    /// <param name="map">Columns that are named otherwise, as <c>field=column</c>.</param>
    /// <param name="models">Models of the scores: the pair of votes that do not name theirs.</param>
    /// <exception cref="InputException">There is no such file, it is not a table of votes, or a line of it cannot be used.</exception>
    /// <exception cref="UsageException">The map does not fit.</exception>
    public static IReadOnlyList<Vote> Read(
        string path,
        VoteForm form,
        IReadOnlyList<string> map,
        IReadOnlyList<string> models
    ) =>
        SourceFile.Guard(
            path,
            () =>
            {
                if (SourceFile.FaultOf(path) is { } fault)
                {
                    throw new InputException($"{path} {fault}.");
                }

                if (!TableFile.IsTable(path))
                {
                    throw new InputException(
                        $"{path} is not a table; votes are .csv, .tsv, .jsonl, .json or .parquet."
                    );
                }

                var table = TableFile.Open(path, ColumnMap.None);
                if (table.Names.Count == 0)
                {
                    throw new InputException(
                        $"{path} is empty; expected a line with the names of the columns (rater, prompt, left_model, right_model, answer)."
                    );
                }

                var columns = VoteColumns.Of(path, table.Names, form, map);
                var rows = table.ReadAt(columns.Places);
                if (rows.Count == 0)
                {
                    throw new InputException($"{path} has no votes: there is nothing below its header.");
                }

                var isOwn = VoteColumns.AreOwn(table.Names);
                VoteLine[] lines =
                [
                    .. Enumerable
                        .Range(0, rows.Count)
                        .Select(row => new VoteLine(
                            $"{path}, {rows.Place(row)}",
                            columns,
                            [
                                .. Enumerable
                                    .Range(0, columns.Places.Count)
                                    .Select(column => rows.Cell(column, row))
                                    .Select(cell => isOwn && cell is not null ? SpreadsheetText.Read(cell) : cell),
                            ],
                            models
                        )),
                ];
                Vote[] votes = [.. lines.Select(line => line.ToVote())];
                RequireOnce(votes, lines);
                return votes;
            }
        );

    /// <summary>One final vote of a rater on a page; a second one is a repeat, or a mistake.</summary>
    private static void RequireOnce(Vote[] votes, VoteLine[] lines)
    {
        Dictionary<object, string> seen = [];
        for (var i = 0; i < votes.Length; i++)
        {
            var vote = votes[i];
            if (lines[i].Id is { } id && !seen.TryAdd(id, lines[i].Place))
            {
                throw new InputException(
                    $"{lines[i].Place}: the vote_id '{id}' is also on {Short(seen[id])}; keep one of them."
                );
            }

            var (low, high) =
                string.CompareOrdinal(vote.Left, vote.Right) < 0 ? (vote.Left, vote.Right) : (vote.Right, vote.Left);
            if (
                vote.Check == CheckKind.None
                && (vote.Rater, vote.Prompt, low, high) is var page
                && !seen.TryAdd(page, lines[i].Place)
            )
            {
                throw new InputException(
                    $"{lines[i].Place}: rater '{vote.Rater}' has already voted on {QuotedPrompt.Of(vote.Prompt)} ({Short(seen[page])}); keep the final vote, or mark the second as a repeat (check = repeat)."
                );
            }
        }
    }

    private static string Short(string place) => place[(place.LastIndexOf(", ", StringComparison.Ordinal) + 2)..];

    /// <summary>A number with a decimal point.</summary>
    internal static double? Number(string? text, string place, string what) =>
        string.IsNullOrWhiteSpace(text) ? null
        : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
        && double.IsFinite(number)
        && number >= 0
            ? number
        : throw new InputException($"{place}: {what} is '{text}', and must be a number of at least 0.");
}

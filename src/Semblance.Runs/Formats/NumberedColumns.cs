using System.Globalization;
using System.Text.RegularExpressions;
using Semblance.Wording;

namespace Semblance.Runs.Formats;

/// <summary>An embedding in columns of its own, one for each number: <c>emb_0</c> to <c>emb_511</c>, or <c>0</c> to <c>511</c>.</summary>
/// <param name="Places">Of the columns, in the order of their numbers.</param>
/// <param name="First">Name of the first.</param>
/// <param name="Last">Name of the last.</param>
internal sealed partial record NumberedColumns(IReadOnlyList<int> Places, string First, string Last)
{
    /// <summary>So many columns of one stem are an embedding, whatever they are called; fewer may be models.</summary>
    private const int Many = 64;

    /// <summary>Of columns without a stem, or with one that says little.</summary>
    private const int Some = 8;

    /// <summary>The longest run of numbers from 0 or 1 without a gap after one stem; null where there is none that can be an embedding.</summary>
    public static NumberedColumns? In(IReadOnlyList<string> names) =>
        names
            .Select((name, place) => (Match: Numbered().Match(name.Trim()), Place: place))
            .Where(column => column.Match.Success)
            .GroupBy(column => column.Match.Groups["stem"].Value, StringComparer.OrdinalIgnoreCase)
            .Select(stem =>
                Of(stem.Key, [.. stem.Select(column => (NumberOf(column.Match), column.Place)).Order()], names)
            )
            .OfType<NumberedColumns>()
            .MaxBy(columns => columns.Places.Count);

    /// <summary>How the table was read.</summary>
    public string Note(string path) =>
        $"{path} has no column \"embedding\": its columns {QuotedPrompt.Of(First)} to {QuotedPrompt.Of(Last)} are read as embeddings of {Places.Count} numbers.";

    private static NumberedColumns? Of(string stem, (int Number, int Place)[] columns, IReadOnlyList<string> names)
    {
        var least =
            Sure().IsMatch(stem) ? 2
            : stem.Length <= 1 ? Some
            : Many;
        return
            columns.Length >= least
            && columns[0].Number is 0 or 1
            && columns[^1].Number - columns[0].Number == columns.Length - 1
            && columns.Select(column => column.Number).Distinct().Count() == columns.Length
            ? new NumberedColumns(
                [.. columns.Select(column => column.Place)],
                names[columns[0].Place],
                names[columns[^1].Place]
            )
            : null;
    }

    private static int NumberOf(Match match) =>
        int.Parse(match.Groups["number"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture);

    [GeneratedRegex(
        @"^(?<stem>.*?)[\[(]?(?<number>[0-9]{1,6})[\])]?$",
        RegexOptions.ExplicitCapture | RegexOptions.Singleline | RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 2000
    )]
    private static partial Regex Numbered();

    [GeneratedRegex(
        @"(^|[_. -])(emb|embs|embedding|embeddings|dim|vec|vector|feat|feature|features|component)[_. -]?$",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 2000
    )]
    private static partial Regex Sure();
}

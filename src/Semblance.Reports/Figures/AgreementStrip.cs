using Semblance.Reports.Scenes;
using static System.FormattableString;

namespace Semblance.Reports.Figures;

/// <summary>How good is the score, by what people say? Its agreement with them between that of a rule that needs no images and that of a single rater.</summary>
internal static class AgreementStrip
{
    private const string Title = "How often the score names the model that most people name";

    /// <summary>What an agreement is of.</summary>
    internal enum Kind
    {
        Score,

        Baseline,

        Ceiling,
    }

    /// <summary>One line of the strip, with its interval.</summary>
    /// <param name="Label">Of a score, a rule or a rater.</param>
    /// <param name="Kind">Which of these.</param>
    /// <param name="Share">Agreement on decided prompts, 0 to 1.</param>
    /// <param name="Low">Lower limit; null where there is none.</param>
    /// <param name="High">Upper limit; null where there is none.</param>
    internal sealed record Row(string Label, Kind Kind, double Share, double? Low, double? High);

    /// <summary>The figure of scores, then baselines, then the ceiling.</summary>
    /// <param name="rows">From the top; the first is the score of the report's encoder.</param>
    /// <param name="level">Of the intervals.</param>
    /// <param name="facts">For the caption: prompts, raters, votes, encoder.</param>
    public static Figure Of(IReadOnlyList<Row> rows, double level, string facts)
    {
        var finding = Finding(rows);
        return new Figure(
            "agreement",
            Title,
            Invariant(
                $"{finding} A symbol is the share of decided prompts, its line the {100 * level:0.##}% interval: a diamond for a score, a circle for what needs no look at the prompt's images, a square for a single rater against the others. The vertical line is a coin. {facts}."
            ),
            style =>
                IntervalRows.Draw(
                    Title,
                    finding,
                    new IntervalRows.Scaled("Agreement in % of decided prompts", Signed: false, Mark: 50, 0, 100),
                    [
                        .. rows.Select(
                            (row, i) =>
                                new IntervalRows.Row(
                                    row.Label,
                                    100 * row.Share,
                                    100 * row.Low,
                                    100 * row.High,
                                    Number(row),
                                    row.Kind switch
                                    {
                                        Kind.Score => Shape.Diamond,
                                        Kind.Baseline => Shape.Circle,
                                        _ => Shape.Square,
                                    },
                                    i == 0
                                )
                        ),
                    ],
                    style
                ),
            new DataTable(
                ["label", "kind", "share", "low", "high", "level"],
                [
                    .. rows.Select(row =>
                        (IReadOnlyList<object?>)
                            [
                                row.Label,
                                row.Kind switch
                                {
                                    Kind.Score => "score",
                                    Kind.Baseline => "baseline",
                                    _ => "ceiling",
                                },
                                row.Share,
                                row.Low,
                                row.High,
                                level,
                            ]
                    ),
                ]
            )
        );
    }

    private static string Finding(IReadOnlyList<Row> rows)
    {
        var score = Percent(rows[0].Share);
        var baseline = rows.FirstOrDefault(row => row.Kind == Kind.Baseline);
        var ceiling = rows.FirstOrDefault(row => row.Kind == Kind.Ceiling);
        string[] others =
        [
            .. baseline is null ? (string[])[] : [$"{baseline.Label} on {Percent(baseline.Share)}"],
            .. ceiling is null ? (string[])[] : [$"{ceiling.Label} on {Percent(ceiling.Share)}"],
        ];
        return $"The {rows[0].Label} agrees with most people on {score} of decided prompts{(others.Length > 0 ? "; " : "")}{string.Join(", ", others)}.";
    }

    private static string Percent(double share) => Invariant($"{100 * share:0.0}%");

    private static string Number(Row row) =>
        row is { Low: { } low, High: { } high }
            ? Invariant($"{100 * row.Share:0.0} [{100 * low:0.0}, {100 * high:0.0}]")
            : Invariant($"{100 * row.Share:0.0}");
}

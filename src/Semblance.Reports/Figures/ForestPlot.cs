using Semblance.Reports.Scenes;
using Semblance.Statistics;
using Semblance.Wording;

namespace Semblance.Reports.Figures;

/// <summary>Does the difference hold elsewhere? A mean difference with its interval for each encoder, pair of models or part of the prompts.</summary>
internal static class ForestPlot
{
    /// <summary>One line of a <see cref="ForestPlot"/>.</summary>
    /// <param name="Label">What the difference is of.</param>
    /// <param name="Difference">Mean with its interval, in points.</param>
    /// <param name="Prompts">How many prompts it is of.</param>
    /// <param name="IsMain">Whether the report is about it.</param>
    internal sealed record Row(string Label, Estimate Difference, int Prompts, bool IsMain = false);

    /// <summary>The figure of two rows or more.</summary>
    /// <param name="name">Of its files.</param>
    /// <param name="title">What the rows are.</param>
    /// <param name="what">What is subtracted from what, for the axis.</param>
    /// <param name="rows">From the top.</param>
    /// <param name="facts">For the caption.</param>
    public static Figure Of(string name, string title, string what, IReadOnlyList<Row> rows, StudyFacts facts)
    {
        var finding = Finding(rows);
        return new Figure(
            name,
            title,
            $"{finding} A dot is the mean difference, its line the {Axis.Value(100 * rows[0].Difference.Level, 0)}% interval; at the right, both as numbers. {facts}.",
            style =>
                IntervalRows.Draw(
                    title,
                    finding,
                    new IntervalRows.Scaled(what, Signed: true, Mark: 0),
                    [
                        .. rows.Select(row => new IntervalRows.Row(
                            row.Label,
                            row.Difference.Value,
                            row.Difference.Low,
                            row.Difference.High,
                            Number(row.Difference),
                            row.IsMain ? Shape.Diamond : Shape.Circle,
                            row.IsMain
                        )),
                    ],
                    style
                ),
            new DataTable(
                ["label", "difference", "low", "high", "level", "prompts"],
                [
                    .. rows.Select(row =>
                        (IReadOnlyList<object?>)
                            [
                                row.Label,
                                row.Difference.Value,
                                row.Difference.Low,
                                row.Difference.High,
                                row.Difference.Level,
                                row.Prompts,
                            ]
                    ),
                ]
            )
        );
    }

    private static string Finding(IReadOnlyList<Row> rows)
    {
        var above = rows.Count(row => row.Difference.Low > 0);
        var below = rows.Count(row => row.Difference.High < 0);
        var open = rows.Count - above - below;
        return above == rows.Count ? $"All {rows.Count} differences are above 0, with their intervals."
            : below == rows.Count ? $"All {rows.Count} differences are below 0, with their intervals."
            : $"Of {rows.Count} differences, {above} {(above == 1 ? "lies" : "lie")} above 0 with {(above == 1 ? "its" : "their")} whole interval and {below} below; {(open == 0 ? "no" : open)} interval{(open == 1 ? " contains" : "s contain")} 0.";
    }

    private static string Number(Estimate estimate)
    {
        var decimals = SignedPoints.Decimals(estimate);
        string Text(double value) => Axis.Value(value, decimals, signed: true);
        return $"{Text(estimate.Value)} [{Text(estimate.Low)}, {Text(estimate.High)}]";
    }
}

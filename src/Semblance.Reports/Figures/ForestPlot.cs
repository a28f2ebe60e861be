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
            style => Draw(title, what, rows, style, finding),
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
            : $"Of {rows.Count} differences {above} are above 0 with their interval, {below} below, and the interval of {open} contains 0.";
    }

    private static Scene Draw(string title, string what, IReadOnlyList<Row> rows, FigureStyle style, string finding)
    {
        var em = style.FontSize;
        var numbers = rows.Select(row => Number(row.Difference)).ToArray();
        var narrow = style.Width < em * 36;
        var right = narrow ? 0 : numbers.Max(text => FontFace.Width(text, em * 0.92)) + (em * 1.2);
        var widest = rows.Max(row => FontFace.Width(row.Label, em, row.IsMain)) + (em * 1.2);
        var left = narrow ? em * 0.8 : Math.Min(style.Width * 0.36, widest);
        var step =
            em
            * (
                narrow ? 3
                : rows.Count > 25 ? 1.5
                : 1.9
            );
        var bottom = (em * 0.4) + (rows.Count * step);
        var scale = LinearScale.Of(
            [0, .. rows.SelectMany(row => (double[])[row.Difference.Low, row.Difference.Value, row.Difference.High])],
            left,
            style.Width - right - (em * 0.8)
        );
        List<Mark> marks =
        [
            .. Axis.Bottom(scale, 0, bottom, style, what, signed: true),
            LineMark.Between(scale.At(0), 0, scale.At(0), bottom, Tone.Ink),
        ];
        for (var i = 0; i < rows.Count; i++)
        {
            var y = (em * 0.2) + ((i + (narrow ? 0.7 : 0.5)) * step);
            var difference = rows[i].Difference;
            marks.Add(
                new TextMark(
                    narrow ? new Spot(em * 0.2, y - (em * 0.75)) : new Spot(left - (em * 0.9), y + (em * 0.34)),
                    FontFace.Fit(rows[i].Label, em, narrow ? style.Width * 0.6 : left - em, rows[i].IsMain),
                    em,
                    Tone.Ink,
                    narrow ? Anchor.Start : Anchor.End,
                    rows[i].IsMain
                )
            );
            marks.Add(LineMark.Between(scale.At(difference.Low), y, scale.At(difference.High), y, Tone.Ink, 1.5));
            marks.Add(
                new DotMark(
                    new Spot(scale.At(difference.Value), y),
                    style.Dot * (rows[i].IsMain ? 1.6 : 1.2),
                    Tone.Ink,
                    rows[i].IsMain ? Shape.Diamond : Shape.Circle
                )
            );
            marks.Add(
                new TextMark(
                    new Spot(style.Width - (em * 0.1), narrow ? y - (em * 0.75) : y + (em * 0.34)),
                    numbers[i],
                    em * 0.92,
                    Tone.Muted,
                    Anchor.End
                )
            );
        }

        return new Scene(style.Width, bottom + Axis.Height(style), title, finding, marks);
    }

    private static string Number(Estimate estimate)
    {
        var decimals = SignedPoints.Decimals(estimate);
        string Text(double value) => Axis.Value(value, decimals, signed: true);
        return $"{Text(estimate.Value)} [{Text(estimate.Low)}, {Text(estimate.High)}]";
    }
}

using Semblance.Reports.Scenes;
using Semblance.Statistics;
using Semblance.Wording;
using static System.FormattableString;

namespace Semblance.Reports.Figures;

/// <summary>On which prompts is which model more consistent? Every difference, sorted, with the mean and its interval.</summary>
internal static class PairedDifferences
{
    /// <summary>Up to this many prompts each has a line with its text.</summary>
    private const int MostNamed = 40;

    /// <summary>Beyond this many the differences are drawn as one line.</summary>
    private const int MostDots = 1500;

    /// <summary>One prompt of a <see cref="PairedDifferences"/>.</summary>
    /// <param name="Prompt">Its text.</param>
    /// <param name="Difference">Second - first, in points.</param>
    /// <param name="StandardError">That seeds cause; null where it is not known.</param>
    internal sealed record Row(string Prompt, double Difference, double? StandardError);

    /// <summary>The figure of two models.</summary>
    /// <param name="first">Whose scores are subtracted.</param>
    /// <param name="second">The other.</param>
    /// <param name="rows">One per prompt, in any order.</param>
    /// <param name="mean">Mean difference with its interval.</param>
    /// <param name="facts">For the caption.</param>
    public static Figure Of(
        ModelScores first,
        ModelScores second,
        IReadOnlyList<Row> rows,
        Estimate mean,
        StudyFacts facts
    )
    {
        Row[] sorted =
        [
            .. rows.OrderByDescending(row => row.Difference).ThenBy(row => row.Prompt, StringComparer.Ordinal),
        ];
        var finding = Finding(first.Model, second.Model, sorted, mean);
        return new Figure(
            "differences",
            $"Difference on each prompt, {second.Model} − {first.Model}",
            $"{finding} {Legend(sorted)} {facts}.",
            style => Draw(first, second, sorted, mean, style, finding),
            new DataTable(
                ["prompt", "difference", "standard_error"],
                [.. sorted.Select(row => (IReadOnlyList<object?>)[row.Prompt, row.Difference, row.StandardError])]
            )
        );
    }

    private static string Finding(string first, string second, Row[] rows, Estimate mean)
    {
        var higher = rows.Count(row => row.Difference > 0);
        var lower = rows.Count(row => row.Difference < 0);
        var decimals = SignedPoints.Decimals(mean);
        string Text(double value) => Axis.Value(value, decimals, signed: true);
        return Invariant(
            $"{second} is higher on {higher} of {rows.Length} prompts and {first} on {lower}; the mean difference is {Text(mean.Value)} points ({100 * mean.Level:0.##}% interval {Text(mean.Low)} to {Text(mean.High)})."
        );
    }

    private static string Legend(Row[] rows) =>
        rows.Length > MostDots
            ? "The line is every prompt's difference, sorted; the band is the interval of the mean."
            : "Each dot is a prompt, its line two standard errors from the seeds to either side; the band is the interval of the mean.";

    private static Scene Draw(
        ModelScores first,
        ModelScores second,
        Row[] rows,
        Estimate mean,
        FigureStyle style,
        string finding
    )
    {
        var em = style.FontSize;
        var named = rows.Length <= MostNamed;
        var step = named ? style.Line : Math.Min(em * 0.8, em * 30 / rows.Length);
        var top = em * 3;
        var bottom = top + (rows.Length * step) + (em * 0.3);
        var left = named
            ? Math.Min(style.Width * 0.42, rows.Max(row => FontFace.Width(row.Prompt, em * 0.92)) + (em * 1.2))
            : em * 0.8;
        var scale = LinearScale.Of(
            [0, mean.Low, mean.High, .. rows.SelectMany(row => Ends(row))],
            left,
            style.Width - (em * 0.8)
        );
        var zero = scale.At(0);
        List<Mark> marks =
        [
            new RectMark(
                scale.At(mean.Low),
                top,
                Math.Max(0.75, scale.At(mean.High) - scale.At(mean.Low)),
                bottom - top,
                Tone.Rule
            ),
            .. Axis.Bottom(scale, top, bottom, style, $"Difference in points", signed: true),
            LineMark.Between(zero, top, zero, bottom, Tone.Ink, 1),
            .. Sides(first, second, zero, style),
        ];
        if (rows.Length > MostDots)
        {
            marks.Add(
                new LineMark(
                    [.. Thinned(rows, (row, i) => new Spot(scale.At(row.Difference), top + ((i + 0.5) * step)))],
                    Tone.Ink,
                    1.5
                )
            );
        }
        else
        {
            for (var i = 0; i < rows.Length; i++)
            {
                marks.Add(Line(rows[i], first, second, scale, top + ((i + 0.5) * step), left, named, style));
            }
        }

        marks.Add(
            new LineMark(
                [new Spot(scale.At(mean.Value), top), new Spot(scale.At(mean.Value), bottom)],
                Tone.Ink,
                1,
                Dashed: true
            )
        );
        return new Scene(
            style.Width,
            bottom + Axis.Height(style),
            $"Difference on each prompt, {second.Model} − {first.Model}",
            finding,
            marks
        );
    }

    private static GroupMark Line(
        Row row,
        ModelScores first,
        ModelScores second,
        LinearScale scale,
        double y,
        double left,
        bool named,
        FigureStyle style
    )
    {
        var em = style.FontSize;
        var place = row.Difference < 0 ? first.Place : second.Place;
        List<Mark> marks = [];
        if (named)
        {
            marks.Add(
                new TextMark(
                    new Spot(left - (em * 0.8), y + (em * 0.32)),
                    FontFace.Fit(row.Prompt, em * 0.92, left - (em * 1)),
                    em * 0.92,
                    Tone.Ink,
                    Anchor.End
                )
            );
        }

        if (Ends(row) is [var low, var high])
        {
            marks.Add(LineMark.Between(scale.At(low), y, scale.At(high), y, Tone.Model(place), named ? 1.25 : 0.5));
        }

        marks.Add(
            new DotMark(
                new Spot(scale.At(row.Difference), y),
                named ? style.Dot * 1.15 : Math.Max(1, style.Dot * 0.7),
                Tone.Model(place),
                Tone.ShapeOf(place)
            )
        );
        return new GroupMark(
            Invariant($"{Raincloud.Short(row.Prompt)}: {Axis.Value(row.Difference, 2, signed: true)}"),
            marks
        );
    }

    /// <summary>Above the figure, on which side of zero which model is the more consistent one; each on a line of its own where there is little room.</summary>
    private static IEnumerable<Mark> Sides(ModelScores first, ModelScores second, double zero, FigureStyle style)
    {
        var em = style.FontSize;
        yield return Side(first, $"\u2190 {first.Model} higher", em * 1.0, Anchor.End);
        yield return Side(second, $"{second.Model} higher \u2192", em * 2.3, Anchor.Start);

        TextMark Side(ModelScores model, string text, double y, Anchor anchor)
        {
            var fitted = FontFace.Fit(text, em, style.Width - (em * 0.4), strong: true);
            var width = FontFace.Width(fitted, em, strong: true);
            var x = anchor == Anchor.End ? zero - (em * 0.5) - width : zero + (em * 0.5);
            x = Math.Clamp(x, em * 0.2, Math.Max(em * 0.2, style.Width - width - (em * 0.2)));
            return new TextMark(new Spot(x, y), fitted, em, Tone.Model(model.Place), Strong: true);
        }
    }

    private static double[] Ends(Row row) =>
        row.StandardError is { } error
            ? [row.Difference - (2 * error), row.Difference + (2 * error)]
            : [row.Difference];

    private static IEnumerable<Spot> Thinned(Row[] rows, Func<Row, int, Spot> spot)
    {
        var every = Math.Max(1, rows.Length / 500);
        return rows.Select((row, i) => (row, i))
            .Where(one => one.i % every == 0 || one.i == rows.Length - 1)
            .Select(one => spot(one.row, one.i));
    }
}

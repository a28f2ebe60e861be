using Semblance.Reports.Scenes;

namespace Semblance.Reports.Figures;

/// <summary>Values with their intervals below one another on one axis, and both as numbers at the right.</summary>
internal static class IntervalRows
{
    /// <summary>One line with its interval and label.</summary>
    /// <param name="Label">What the value is of.</param>
    /// <param name="Value">Where the symbol is.</param>
    /// <param name="Low">Lower limit; null where there is none.</param>
    /// <param name="High">Upper limit; null where there is none.</param>
    /// <param name="Number">Value and interval in writing.</param>
    /// <param name="Shape">Of the symbol.</param>
    /// <param name="IsMain">Whether the report is about it.</param>
    internal sealed record Row(
        string Label,
        double Value,
        double? Low,
        double? High,
        string Number,
        Shape Shape,
        bool IsMain = false
    );

    /// <summary>The axis of the values.</summary>
    /// <param name="Name">What they are, with their unit.</param>
    /// <param name="Signed">Whether they are differences.</param>
    /// <param name="Mark">The value that they are held against, as a line.</param>
    /// <param name="Least">No value is below; null for no limit.</param>
    /// <param name="Most">No value is above; null for no limit.</param>
    internal sealed record Scaled(string Name, bool Signed, double Mark, double? Least = null, double? Most = null);

    /// <summary>The drawing, as wide as the style says.</summary>
    /// <param name="title">Of the scene.</param>
    /// <param name="finding">For those who do not see it.</param>
    /// <param name="axis">What the values are.</param>
    /// <param name="rows">From the top.</param>
    /// <param name="style">Width and font size.</param>
    public static Scene Draw(string title, string finding, Scaled axis, IReadOnlyList<Row> rows, FigureStyle style)
    {
        var em = style.FontSize;
        var narrow = style.Width < em * 36;
        var right = narrow ? 0 : rows.Max(row => FontFace.Width(row.Number, em * 0.92)) + (em * 1.2);
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
            [axis.Mark, .. rows.SelectMany(row => (double[])[row.Low ?? row.Value, row.Value, row.High ?? row.Value])],
            left,
            style.Width - right - (em * 0.8),
            axis.Least,
            axis.Most
        );
        List<Mark> marks =
        [
            .. Axis.Bottom(scale, 0, bottom, style, axis.Name, axis.Signed),
            LineMark.Between(scale.At(axis.Mark), 0, scale.At(axis.Mark), bottom, Tone.Ink),
        ];
        for (var i = 0; i < rows.Count; i++)
        {
            var y = (em * 0.2) + ((i + (narrow ? 0.7 : 0.5)) * step);
            var number = new TextMark(
                new Spot(style.Width - (em * 0.1), narrow ? y - (em * 0.75) : y + (em * 0.34)),
                rows[i].Number,
                em * 0.92,
                Tone.Muted,
                Anchor.End
            );
            var room = narrow ? FontFace.Behind(number).X - (em * 0.6) : left - em;
            var label = new TextMark(
                narrow ? new Spot(em * 0.2, y - (em * 0.75)) : new Spot(left - (em * 0.9), y + (em * 0.34)),
                FontFace.Fit(rows[i].Label, em, room, rows[i].IsMain),
                em,
                Tone.Ink,
                narrow ? Anchor.Start : Anchor.End,
                rows[i].IsMain
            );
            if (narrow)
            {
                // The lines of the axis do not run through the texts, which stand between them here.
                marks.AddRange([FontFace.Behind(label), FontFace.Behind(number)]);
            }

            marks.AddRange([label, number]);
            if (rows[i] is { Low: { } low, High: { } high })
            {
                marks.Add(LineMark.Between(scale.At(low), y, scale.At(high), y, Tone.Ink, 1.5));
            }

            marks.Add(
                new DotMark(
                    new Spot(scale.At(rows[i].Value), y),
                    style.Dot * (rows[i].IsMain ? 1.6 : 1.2),
                    Tone.Ink,
                    rows[i].Shape
                )
            );
        }

        return new Scene(style.Width, bottom + Axis.Height(style), title, finding, marks);
    }
}

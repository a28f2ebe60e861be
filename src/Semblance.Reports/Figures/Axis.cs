using System.Globalization;
using Semblance.Reports.Scenes;

namespace Semblance.Reports.Figures;

/// <summary>The marks of an axis.</summary>
internal static class Axis
{
    /// <summary>How high ticks and name are, below the line.</summary>
    public static double Height(FigureStyle style) => style.FontSize * 3.1;

    /// <summary>A horizontal axis: light lines upwards, values and a name below.</summary>
    /// <param name="scale">From left to right.</param>
    /// <param name="top">Where the lines of the grid end.</param>
    /// <param name="bottom">Where the axis is.</param>
    /// <param name="style">Font size.</param>
    /// <param name="name">What the values are, with their unit.</param>
    /// <param name="signed">Whether values are differences.</param>
    public static IEnumerable<Mark> Bottom(
        LinearScale scale,
        double top,
        double bottom,
        FigureStyle style,
        string name,
        bool signed = false
    )
    {
        var ticks = scale.Ticks(style.FontSize * 4);
        var decimals = LinearScale.Decimals(ticks);
        foreach (var tick in ticks)
        {
            yield return LineMark.Between(scale.At(tick), top, scale.At(tick), bottom, Tone.Rule, 0.75);
        }

        yield return LineMark.Between(scale.From, bottom, scale.To, bottom, Tone.Muted, 0.75);
        foreach (var tick in ticks)
        {
            var value = Value(tick, decimals, signed);
            // Long values stay within the figure, a little beside their line.
            var half = FontFace.Width(value, style.FontSize * 0.92) / 2;
            yield return new TextMark(
                new Spot(
                    Math.Max(half, Math.Min(scale.At(tick), style.Width - half)),
                    bottom + (style.FontSize * 1.25)
                ),
                value,
                style.FontSize * 0.92,
                Tone.Muted,
                Anchor.Middle
            );
        }

        yield return new TextMark(
            new Spot((scale.From + scale.To) / 2, bottom + (style.FontSize * 2.7)),
            name,
            style.FontSize,
            Tone.Muted,
            Anchor.Middle
        );
    }

    /// <summary>A vertical axis: light lines to the right, values at the left, and a name that reads upwards.</summary>
    public static IEnumerable<Mark> Left(
        LinearScale scale,
        double left,
        double right,
        FigureStyle style,
        string name,
        bool signed = false
    )
    {
        var ticks = scale.Ticks(style.FontSize * 2.2);
        var decimals = LinearScale.Decimals(ticks);
        foreach (var tick in ticks)
        {
            yield return LineMark.Between(left, scale.At(tick), right, scale.At(tick), Tone.Rule, 0.75);
            yield return new TextMark(
                new Spot(left - (style.FontSize * 0.5), scale.At(tick) + (style.FontSize * 0.33)),
                Value(tick, decimals, signed),
                style.FontSize * 0.92,
                Tone.Muted,
                Anchor.End
            );
        }

        yield return new TextMark(
            new Spot(style.FontSize, (scale.From + scale.To) / 2),
            name,
            style.FontSize,
            Tone.Muted,
            Anchor.Middle,
            Upright: true
        );
    }

    /// <summary>How far from the left edge a vertical axis is.</summary>
    public static double Width(LinearScale scale, FigureStyle style)
    {
        var ticks = scale.Ticks(style.FontSize * 2.2);
        var decimals = LinearScale.Decimals(ticks);
        return (style.FontSize * 2.3)
            + ticks
                .Select(tick => FontFace.Width(Value(tick, decimals, signed: true), style.FontSize * 0.92))
                .DefaultIfEmpty(0)
                .Max();
    }

    /// <summary>With a true minus, and a plus where signs matter.</summary>
    public static string Value(double value, int decimals, bool signed = false)
    {
        var text = Math.Abs(value)
            .ToString("F" + decimals.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        var zero = text.All(c => c is '0' or '.');
        return zero ? text
            : value < 0 ? "\u2212" + text
            : signed ? "+" + text
            : text;
    }
}

using System.Globalization;
using Semblance.Wording;

namespace Semblance.Reports;

/// <summary>Widths of figures: a length, or the column of a template by its name.</summary>
public static class FigureWidth
{
    private const double Inch = 72;
    private const double Millimetre = 72 / 25.4;

    /// <summary>A point of TeX, in which the classes of LaTeX give their widths.</summary>
    private const double TexPoint = 72 / 72.27;

    /// <summary>Column and text width of the usual templates, in points of 1/72 inch.</summary>
    public static IReadOnlyDictionary<string, double> Names { get; } =
        new OrderedDictionary<string, double>
        {
            ["cvpr"] = 3.28125 * Inch,
            ["cvpr-wide"] = 6.875 * Inch,
            ["icml"] = 3.25 * Inch,
            ["icml-wide"] = 6.75 * Inch,
            ["neurips"] = 5.5 * Inch,
            ["iclr"] = 5.5 * Inch,
            ["acl"] = 77 * Millimetre,
            ["acl-wide"] = 160 * Millimetre,
            ["acm"] = 241.14749 * TexPoint,
            ["acm-wide"] = 506.295 * TexPoint,
            ["ieee"] = 252 * TexPoint,
            ["ieee-wide"] = 516 * TexPoint,
            ["lncs"] = 122 * Millimetre,
            ["nature"] = 89 * Millimetre,
            ["nature-wide"] = 183 * Millimetre,
        };

    /// <summary>Reads <c>84mm</c>, <c>8.4cm</c>, <c>3.3in</c>, <c>238pt</c> (1/72 inch) or a name.</summary>
    /// <returns>Points of 1/72 inch, 85 to 2,880.</returns>
    /// <exception cref="UsageException">It is none of these, or too narrow or wide.</exception>
    public static double Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (Names.TryGetValue(text, out var named))
        {
            return named;
        }

        (string Unit, double Points)[] units = [("mm", Millimetre), ("cm", 10 * Millimetre), ("in", Inch), ("pt", 1)];
        foreach (var (unit, points) in units)
        {
            if (
                text.EndsWith(unit, StringComparison.Ordinal)
                && double.TryParse(text[..^2].Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            )
            {
                return number * points is >= 85 and <= 2880
                    ? number * points
                    : throw new UsageException($"A figure is between 30mm and 1016mm wide, not {text}.");
            }
        }

        throw new UsageException(
            $"'{text}' is not a width; give a length such as 84mm, 8.4cm, 3.3in or 238pt, or one of {Listing.Joined([.. Names.Keys])}."
        );
    }
}

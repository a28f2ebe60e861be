using SkiaSharp;

namespace Semblance.Reports.Scenes;

/// <summary>The font that is shipped: Inter, regular and semibold, for Latin, Greek and Cyrillic.</summary>
internal static class FontFace
{
    /// <summary>Measured at this size, all advances are whole numbers, the same on every machine.</summary>
    private const int Em = 2816;

    private static readonly Lazy<SKTypeface> Regular = new(() => Load("Inter-Regular.ttf"));
    private static readonly Lazy<SKTypeface> SemiBold = new(() => Load("Inter-SemiBold.ttf"));
    private static readonly Lazy<SKFont> RegularEm = new(() => Font(Em, strong: false));
    private static readonly Lazy<SKFont> SemiBoldEm = new(() => Font(Em, strong: true));

    public static SKFont Font(double size, bool strong) =>
        new(strong ? SemiBold.Value : Regular.Value, (float)size)
        {
            Hinting = SKFontHinting.None,
            LinearMetrics = true,
            Subpixel = true,
            Edging = SKFontEdging.Antialias,
        };

    /// <summary>The width of a text, in the unit of the size.</summary>
    public static double Width(string text, double size, bool strong = false)
    {
        var font = (strong ? SemiBoldEm : RegularEm).Value;
        lock (font)
        {
            return font.MeasureText(text) * size / Em;
        }
    }

    /// <summary>Paper behind a level text, so that what was drawn before does not run through it.</summary>
    public static RectMark Behind(TextMark text)
    {
        var (width, space) = (Width(text.Text, text.Size, text.Strong), text.Size * 0.15);
        var left = text.Anchor switch
        {
            Anchor.Start => text.At.X,
            Anchor.Middle => text.At.X - (width / 2),
            _ => text.At.X - width,
        };
        return new RectMark(
            left - space,
            text.At.Y - (text.Size * 0.85),
            width + (2 * space),
            text.Size * 1.1,
            Tone.Paper
        );
    }

    /// <summary>The characters of a text that the font does not have, each once.</summary>
    public static IEnumerable<string> Missing(string text) =>
        text.EnumerateRunes()
            .Where(rune => RegularEm.Value.GetGlyph(rune.Value) == 0)
            .Select(rune => rune.ToString())
            .Distinct(StringComparer.Ordinal);

    /// <summary>The text, cut at the end where it is wider than allowed.</summary>
    public static string Fit(string text, double size, double width, bool strong = false)
    {
        if (Width(text, size, strong) <= width)
        {
            return text;
        }

        var elements = System.Globalization.StringInfo.ParseCombiningCharacters(text);
        var (low, high) = (0, elements.Length - 1);
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            if (Width(string.Concat(text.AsSpan(0, elements[middle]).TrimEnd(), "…"), size, strong) <= width)
            {
                low = middle;
            }
            else
            {
                high = middle - 1;
            }
        }

        return string.Concat(text.AsSpan(0, elements.Length == 0 ? 0 : elements[low]).TrimEnd(), "…");
    }

    private static SKTypeface Load(string name)
    {
        using var data = SKData.Create(typeof(FontFace).Assembly.GetManifestResourceStream(name));
        return SKTypeface.FromData(data);
    }
}

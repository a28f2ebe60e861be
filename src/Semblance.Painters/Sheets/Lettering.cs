using System.Text;
using SkiaSharp;

namespace Semblance.Painters.Sheets;

/// <summary>
/// A single-stroke alphabet of our own, since a machine may have no fonts. Capitals are 10 units high above the
/// baseline at y = 10; each letter is SVG path data with its width.
/// </summary>
internal static class Lettering
{
    private const float CapHeight = 10;
    private const float Gap = 2.1f;
    private const string Bowl = "M0.2 6.7 A2.9 3.3 0 1 1 6 6.7 A2.9 3.3 0 1 1 0.2 6.7 Z";

    private static readonly Dictionary<char, (string Path, float Width)> Letters = new()
    {
        [' '] = ("", 2.2f),
        ['A'] = ("M0 10 L3.8 0 L7.6 10 M1.3 6.6 H6.3", 7.6f),
        ['B'] = ("M0.4 4.6 H3.2 A2.3 2.3 0 0 0 3.2 0 H0.4 V10 H3.6 A2.7 2.7 0 0 0 3.6 4.6", 6.4f),
        ['C'] = ("M8.2 2 A4.6 5 0 1 0 8.2 8", 8.2f),
        ['D'] = ("M0.4 0 V10 H3 A5 5 0 0 0 3 0 Z", 8),
        ['E'] = ("M6 0 H0.4 V10 H6 M0.4 4.8 H5.2", 6),
        ['F'] = ("M6 0 H0.4 V10 M0.4 4.9 H5.2", 5.8f),
        ['G'] = ("M8.2 2 A4.6 5 0 1 0 8.6 7.4 V5.4 H5.4", 8.8f),
        ['H'] = ("M0.4 0 V10 M7.2 0 V10 M0.4 4.8 H7.2", 7.6f),
        ['I'] = ("M0.4 0 V10", 0.8f),
        ['J'] = ("M4.4 0 V7.4 A2.2 2.6 0 0 1 0.1 8", 4.8f),
        ['K'] = ("M0.4 0 V10 M6.4 0 L0.4 6 M2.8 3.8 L6.8 10", 6.8f),
        ['L'] = ("M0.4 0 V10 H5.6", 5.4f),
        ['M'] = ("M0.4 10 V0 L4.6 7 L8.8 0 V10", 9.2f),
        ['N'] = ("M0.4 10 V0 L7.2 10 V0", 7.6f),
        ['O'] = ("M0.2 5 A4.6 5 0 1 1 9.4 5 A4.6 5 0 1 1 0.2 5 Z", 9.6f),
        ['P'] = ("M0.4 10 V0 H3.6 A2.7 2.7 0 0 1 3.6 5.4 H0.4", 6.3f),
        ['Q'] = ("M0.2 5 A4.6 5 0 1 1 9.4 5 A4.6 5 0 1 1 0.2 5 Z M6 7.2 L9.2 10.6", 9.6f),
        ['R'] = ("M0.4 10 V0 H3.6 A2.7 2.7 0 0 1 3.6 5.4 H0.4 M3.4 5.4 L6.6 10", 6.8f),
        ['S'] = (
            "M6.2 1.6 C5.4 0.4 4.4 0 3.4 0 C1.6 0 0.5 1 0.5 2.5 C0.5 5.8 6.6 4.2 6.6 7.4 C6.6 9 5.3 10 3.4 10 C2 10 0.8 9.4 0.1 8.2",
            6.8f
        ),
        ['T'] = ("M0 0 H7.2 M3.6 0 V10", 7.2f),
        ['U'] = ("M0.4 0 V6.6 A3.3 3.4 0 0 0 7 6.6 V0", 7.4f),
        ['V'] = ("M0 0 L3.6 10 L7.2 0", 7.2f),
        ['W'] = ("M0 0 L2.8 10 L5.4 1.5 L8 10 L10.8 0", 10.8f),
        ['X'] = ("M0.2 0 L6.6 10 M6.6 0 L0.2 10", 6.8f),
        ['Y'] = ("M0 0 L3.4 5 L6.8 0 M3.4 5 V10", 6.8f),
        ['Z'] = ("M0.4 0 H6.4 L0.2 10 H6.6", 6.8f),
        ['a'] = (Bowl + "M6 3.5 V10", 6.3f),
        ['b'] = (Bowl + "M0.2 0 V10", 6.2f),
        ['c'] = ("M5.2 4.9 A2.9 3.3 0 1 0 5.2 8.5", 5.3f),
        ['d'] = (Bowl + "M6 0 V10", 6.3f),
        ['e'] = ("M0.3 6.6 H5.8 A2.75 3.2 0 1 0 4.9 9", 5.9f),
        ['f'] = ("M3.8 0.3 C2.2 -0.3 1.4 0.6 1.4 2.2 V10 M0 3.6 H3.4", 3.4f),
        ['g'] = (Bowl + "M6 3.5 V10.2 A2.8 2.8 0 0 1 0.7 11.4", 6.3f),
        ['h'] = ("M0.4 0 V10 M0.4 6 A2.5 2.6 0 0 1 5.4 6 V10", 5.8f),
        ['i'] = ("M0.4 3.6 V10 M0.4 1 V1.1", 0.8f),
        ['j'] = ("M1.6 3.6 V11 A1.6 1.8 0 0 1 0 12.6 M1.6 1 V1.1", 2),
        ['k'] = ("M0.4 0 V10 M4.8 3.6 L0.4 7.4 M2.2 6 L5 10", 5),
        ['l'] = ("M0.4 0 V10", 0.8f),
        ['m'] = ("M0.4 3.6 V10 M0.4 5.8 A2.1 2.4 0 0 1 4.6 5.8 V10 M4.6 5.8 A2.1 2.4 0 0 1 8.8 5.8 V10", 9.2f),
        ['n'] = ("M0.4 3.6 V10 M0.4 6 A2.5 2.6 0 0 1 5.4 6 V10", 5.8f),
        ['o'] = (Bowl, 6.2f),
        ['p'] = (Bowl + "M0.2 3.5 V13", 6.2f),
        ['q'] = (Bowl + "M6 3.5 V13", 6.3f),
        ['r'] = ("M0.4 3.6 V10 M0.4 6.2 C0.6 4.4 1.8 3.3 3.4 3.6", 3.3f),
        ['s'] = (
            "M4.5 4.6 C4 3.7 3.3 3.4 2.5 3.4 C1.2 3.4 0.4 4.1 0.4 5.1 C0.4 7.3 4.8 6.1 4.8 8.3 C4.8 9.4 3.8 10 2.5 10 C1.5 10 0.6 9.6 0.1 8.7",
            5
        ),
        ['t'] = ("M1.4 1.4 V8.2 C1.4 9.6 2.2 10.2 3.6 9.8 M0 3.6 H3.4", 3.6f),
        ['u'] = ("M0.4 3.6 V7.4 A2.5 2.6 0 0 0 5.4 7.4 M5.4 3.6 V10", 5.8f),
        ['v'] = ("M0 3.6 L2.6 10 L5.2 3.6", 5.2f),
        ['w'] = ("M0 3.6 L2 10 L4 4.4 L6 10 L8 3.6", 8),
        ['x'] = ("M0.2 3.6 L4.8 10 M4.8 3.6 L0.2 10", 5),
        ['y'] = ("M0 3.6 L2.6 10 M5.2 3.6 L2 11.6 C1.6 12.6 1 13 0 12.8", 5.2f),
        ['z'] = ("M0.3 3.6 H4.7 L0.2 10 H4.9", 5),
        ['0'] = ("M0.2 5 A2.9 5 0 1 1 6 5 A2.9 5 0 1 1 0.2 5 Z", 6.2f),
        ['1'] = ("M1.4 1.8 L3.6 0 V10", 6.2f),
        ['2'] = ("M0.5 2.6 A2.7 2.6 0 1 1 5.3 4.2 L0.4 10 H6", 6.2f),
        ['3'] = (
            "M0.6 1.4 C1.2 0.5 2 0 3 0 C4.6 0 5.6 1 5.6 2.4 C5.6 3.8 4.6 4.7 2.8 4.7 C4.8 4.7 6 5.8 6 7.3 C6 9 4.8 10 3 10 C1.7 10 0.7 9.4 0.2 8.3",
            6.2f
        ),
        ['4'] = ("M4.6 10 V0 L0 7 H6.2", 6.2f),
        ['5'] = (
            "M5.4 0 H1.2 L0.8 4.6 C1.5 4.1 2.2 3.9 3 3.9 C4.8 3.9 6 5.1 6 6.9 C6 8.8 4.7 10 2.9 10 C1.6 10 0.7 9.5 0.1 8.6",
            6.2f
        ),
        ['6'] = ("M4.8 0 L1 5.2 M0.2 6.9 A2.9 3.1 0 1 1 6 6.9 A2.9 3.1 0 1 1 0.2 6.9 Z", 6.2f),
        ['7'] = ("M0.2 0 H6 L2 10", 6.2f),
        ['8'] = (
            "M0.7 2.4 A2.4 2.4 0 1 1 5.5 2.4 A2.4 2.4 0 1 1 0.7 2.4 Z M0.2 7.4 A2.9 2.6 0 1 1 6 7.4 A2.9 2.6 0 1 1 0.2 7.4 Z",
            6.2f
        ),
        ['9'] = ("M1.4 10 L5.2 4.8 M0.2 3.1 A2.9 3.1 0 1 1 6 3.1 A2.9 3.1 0 1 1 0.2 3.1 Z", 6.2f),
        ['.'] = ("M0.4 9.8 V9.9", 0.8f),
        [','] = ("M0.9 9.6 L0.2 11.8", 1.2f),
        [';'] = ("M0.9 9.6 L0.2 11.8 M0.8 4.4 V4.5", 1.2f),
        [':'] = ("M0.4 4.4 V4.5 M0.4 9.8 V9.9", 0.8f),
        ['!'] = ("M0.4 0 V6.8 M0.4 9.8 V9.9", 0.8f),
        ['?'] = ("M0.3 2.4 A2.4 2.4 0 1 1 3.6 4.7 C2.8 5.2 2.6 5.8 2.6 7 M2.6 9.8 V9.9", 5),
        ['\''] = ("M0.4 0 V2.8", 0.8f),
        ['"'] = ("M0.4 0 V2.8 M2.6 0 V2.8", 3),
        ['('] = ("M2.4 -0.6 C-0.4 3 -0.4 8 2.4 11.6", 2.4f),
        [')'] = ("M0 -0.6 C2.8 3 2.8 8 0 11.6", 2.4f),
        ['['] = ("M2.2 -0.6 H0.4 V11.6 H2.2", 2.4f),
        [']'] = ("M0 -0.6 H1.8 V11.6 H0", 2.4f),
        ['-'] = ("M0.2 6.4 H3.4", 3.6f),
        ['\u2013'] = ("M0.2 6.4 H5.6", 5.8f),
        ['_'] = ("M0 11.4 H6", 6),
        ['+'] = ("M0.2 6 H5.8 M3 3.2 V8.8", 6),
        ['\u00B1'] = ("M0.2 5 H5.8 M3 2.2 V7.8 M0.2 9.8 H5.8", 6),
        ['='] = ("M0.2 4.8 H5.8 M0.2 7.6 H5.8", 6),
        ['/'] = ("M4.4 -0.6 L0 11.4", 4.4f),
        ['\\'] = ("M0 -0.6 L4.4 11.4", 4.4f),
        ['|'] = ("M0.4 -1 V12", 0.8f),
        ['*'] = ("M2 0 V4 M0.3 1 L3.7 3 M3.7 1 L0.3 3", 4),
        ['#'] = ("M2.2 0.6 L1 10 M5.4 0.6 L4.2 10 M0.4 3.8 H6.2 M0 6.8 H5.8", 6.2f),
        ['%'] = (
            "M0.2 2.2 A1.7 2.1 0 1 1 3.6 2.2 A1.7 2.1 0 1 1 0.2 2.2 Z M5.2 7.8 A1.7 2.1 0 1 1 8.6 7.8 A1.7 2.1 0 1 1 5.2 7.8 Z M7.2 0 L1.6 10",
            8.8f
        ),
        ['&'] = ("M7.4 10 L1.7 3.2 A1.9 1.9 0 1 1 4.9 2.4 C4.6 4.2 0.3 5 0.3 7.4 C0.3 11 6.2 11 7 5.6", 7.4f),
        ['<'] = ("M5 2.8 L0.2 6 L5 9.2", 5.2f),
        ['>'] = ("M0.2 2.8 L5 6 L0.2 9.2", 5.2f),
        ['~'] = ("M0.2 6.6 C1.4 4.8 2.6 5.4 3.2 6 C4 6.8 5 7 6 5.4", 6.2f),
        ['\u00B7'] = ("M0.4 6 V6.1", 0.8f),
        ['\u2026'] = ("M0.4 9.8 V9.9 M3.6 9.8 V9.9 M6.8 9.8 V9.9", 7.2f),
    };

    /// <summary>A small open square for what the alphabet does not have.</summary>
    private static readonly (string Path, float Width) Unknown = ("M0.4 3.4 H5 V10 H0.4 Z", 5.4f);

    public static float Measure(string text, float capHeight) =>
        Glyphs(text).Sum(g => g.Width + Gap) * capHeight / CapHeight;

    /// <summary>Draws with the baseline at <paramref name="y"/>.</summary>
    public static void Draw(
        SKCanvas canvas,
        string text,
        float x,
        float y,
        float capHeight,
        SKColor ink,
        float weight = 1
    )
    {
        using var pen = new SKPaint
        {
            IsAntialias = true,
            Color = ink,
            Style = SKPaintStyle.Stroke,
            StrokeWidth = weight,
            StrokeCap = SKStrokeCap.Round,
            StrokeJoin = SKStrokeJoin.Round,
        };
        var scale = capHeight / CapHeight;
        pen.StrokeWidth /= scale;
        canvas.Save();
        canvas.Translate(x, y - capHeight);
        canvas.Scale(scale);
        foreach (var (path, width) in Glyphs(text))
        {
            if (path.Length > 0)
            {
                using var letter = SKPath.ParseSvgPathData(path);
                canvas.DrawPath(letter, pen);
            }

            canvas.Translate(width + Gap, 0);
        }

        canvas.Restore();
    }

    /// <summary>The text, cut with an ellipsis where it is wider than <paramref name="width"/>.</summary>
    public static string Fit(string text, float capHeight, float width)
    {
        if (Measure(text, capHeight) <= width)
        {
            return text;
        }

        var cut = text.Length;
        while (cut > 0 && Measure(text[..cut].TrimEnd() + "\u2026", capHeight) > width)
        {
            cut--;
        }

        return text[..cut].TrimEnd() + "\u2026";
    }

    private static IEnumerable<(string Path, float Width)> Glyphs(string text)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            var plain = rune.Value switch
            {
                0x2018 or 0x2019 => '\'',
                0x201C or 0x201D => '"',
                0x2014 => '\u2013',
                '\t' or '\n' or '\r' or 0xA0 => ' ',
                < 0x10000 => Base((char)rune.Value),
                _ => '\0',
            };
            yield return Letters.TryGetValue(plain, out var glyph) ? glyph : Unknown;
        }
    }

    /// <summary>The letter without its accents.</summary>
    private static char Base(char letter)
    {
        if (letter < 0x80 || char.IsSurrogate(letter))
        {
            return letter;
        }

        var parts = letter.ToString().Normalize(NormalizationForm.FormD);
        return char.IsAscii(parts[0]) ? parts[0] : letter;
    }
}

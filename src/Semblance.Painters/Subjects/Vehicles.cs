using Semblance.Painters.Canvas;
using Semblance.Painters.Scenes;
using SkiaSharp;

namespace Semblance.Painters.Subjects;

internal static class Vehicles
{
    public static void Boat(Easel easel, SKColor? colour)
    {
        var paint = easel.Tone(colour ?? SKColor.Parse("9C4A36"));
        var sail = easel.Tone("F8F0E0");
        easel.Line(2, -10, 2, -100, easel.Tone("5A4232"), 1.8f);
        easel.Round("M4 -98 C26 -72 38 -42 41 -18 C28 -15 14 -15 4 -17 Z", sail, 0.22f);
        easel.Round("M0 -92 C-12 -66 -24 -40 -36 -19 C-24 -16 -10 -16 0 -18 Z", paint, 0.3f);
        easel.Line(
            "M4 -74 C14 -72 22 -71 28 -71 M4 -52 C16 -50 28 -49 37 -49 M4 -33 C18 -31 30 -31 40 -31",
            Tints.Clear(easel.Tone("B8A88E"), 0.7f),
            0.7f
        );
        easel.Fill("M2 -100 Q9 -103 15 -99 Q9 -97 2 -95 Z", paint);
        easel.Round("M-42 -11 C-20 -7 22 -7 46 -13 C43 -1 36 8 26 9 L-26 9 C-35 8 -40 0 -42 -11 Z", paint, 0.45f);
        easel.Line("M-41.5 -9.5 C-20 -5.5 22 -5.5 45.5 -11.5", easel.Tone("FBF3E4"), 1.8f);
        easel.Fill("M-38 1 C-20 4 20 4 42 0 C39 5 34 9 26 9 L-26 9 C-33 8 -36 5 -38 1 Z", Tints.Darker(paint, 0.45f));
        easel.Soft(0, 10, 52, 4, SKColors.White, 0.6f);
    }

    public static void Bicycle(Easel easel, SKColor? colour)
    {
        var frame = easel.Tone(colour ?? SKColor.Parse("2F7F86"));
        var black = easel.Tone("2A2A30");
        foreach (var x in (ReadOnlySpan<float>)[-36, 36])
        {
            for (var i = 0; i < 9; i++)
            {
                var (sin, cos) = MathF.SinCos((i * MathF.PI / 9) + 0.2f);
                easel.Line(
                    x - (cos * 24),
                    -26 - (sin * 24),
                    x + (cos * 24),
                    -26 + (sin * 24),
                    Tints.Clear(easel.Tone("C9CCD0"), 0.75f),
                    0.6f
                );
            }

            easel.Ring(x, -26, 24.5f, black, 3.2f);
            easel.Ring(x, -26, 22.4f, easel.Tone("C9CCD0"), 0.9f);
            easel.Dot(x, -26, 2.6f, black);
        }

        easel.Line("M-36 -26 L-4 -26 L-14 -64 Z M-4 -26 L26 -62 L-12.5 -60 M24 -70 L36 -26", frame, 4.2f);
        easel.Line("M-36 -26 L-4 -26 L-14 -64", Tints.Lighter(frame, 0.25f), 1.1f);
        easel.Line("M-64 -34 A28 28 0 0 1 -16 -45", frame, 2.4f);
        easel.Line("M-14 -64 L-16 -71 M24 -70 L22 -80 C26 -84 31 -84 36 -81", black, 2.8f);
        easel.Round(
            "M-27 -71 C-22 -76 -10 -75 -3 -72 C-4 -69 -10 -69 -14 -68 C-20 -67 -26 -68 -27 -71 Z",
            easel.Tone("6B4630"),
            0.3f
        );
        easel.Ring(-4, -26, 6.4f, black, 2);
        easel.Line("M-4 -26 L2 -15 M-1 -15 H6", black, 2.2f);
        easel.Round("M29 -76 H55 L51 -57 H33 Z", easel.Tone("B98A55"), 0.3f);
        easel.Line(
            "M30 -71 H54 M31.5 -66 H52.7 M32.5 -61 H51.7 M37 -76 L38.5 -57 M43 -76 V-57 M48.5 -76 L46.5 -57",
            easel.Tone("8A6238"),
            0.8f
        );
        ReadOnlySpan<string> petals = ["E8556B", "F7F2E8", "F4C94C", "D98BC0"];
        for (var i = 0; i < 9; i++)
        {
            var (x, y) = (31 + (i * 2.7f), -78 - easel.Dice.Between(0, 8));
            easel.Line(x, -75, x, y, easel.Tone("4F7F45"), 1);
            easel.Dot(x, y, 3, easel.Tone(petals[i % petals.Length]));
        }
    }

    public static void Balloon(Easel easel, SKColor? colour)
    {
        var cloth = easel.Tone(colour ?? SKColor.Parse("D2473C"));
        var other = easel.Tone("F6DFA4");
        const string Envelope =
            "M0 -112 C34 -112 47 -86 43 -64 C39 -46 18 -30 9 -18 L-9 -18 C-18 -30 -39 -46 -43 -64 C-47 -86 -34 -112 0 -112 Z";
        easel.Round(Envelope, cloth, 0.45f);
        foreach (var half in (ReadOnlySpan<float>)[0.78f, 0.52f, 0.22f])
        {
            var stripe =
                $"M0 -112 C{34 * half} -112 {47 * half} -86 {43 * half} -64 C{39 * half} -46 {18 * half} -30 {9 * half} -18 L{-9 * half} -18 C{-18 * half} -30 {-39 * half} -46 {-43 * half} -64 C{-47 * half} -86 {-34 * half} -112 0 -112 Z";
            easel.Round(stripe, half is > 0.7f or < 0.3f ? other : cloth, 0.3f);
        }

        easel.Canvas.Save();
        using (var clip = SKPath.ParseSvgPathData(Envelope))
        {
            easel.Canvas.ClipPath(clip, SKClipOperation.Intersect, true);
        }

        easel.Fill("M-50 -66 Q0 -54 50 -66 V-57 Q0 -45 -50 -57 Z", easel.Tone("33507E"));
        easel.Soft(26, -60, 42, 66, SKColor.Parse("1B1530"), 0.55f);
        easel.Soft(-18, -88, 22, 26, easel.Palette.Glow, 0.6f);
        easel.Canvas.Restore();
        easel.Glow(0, -18, 12, Buildings.WindowLight, 0.9f);
        easel.Line("M-9 -18 L-6.5 -6 M9 -18 L6.5 -6 M-3 -18 L-2.5 -6 M3 -18 L2.5 -6", easel.Tone("5A4232"), 0.8f);
        easel.Round("M-7.5 -6 H7.5 L6 5 H-6 Z", easel.Tone("9A6B3F"), 0.4f);
        easel.Line("M-7.5 -6 H7.5", easel.Tone("5A3A22"), 1.6f);
    }
}

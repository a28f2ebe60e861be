using Semblance.Painters.Canvas;
using Semblance.Painters.Scenes;
using SkiaSharp;

namespace Semblance.Painters.Subjects;

internal static class Buildings
{
    public static readonly SKColor WindowLight = SKColor.Parse("FFD67A");

    public static void Lighthouse(Easel easel, SKColor? colour)
    {
        var band = easel.Tone(colour ?? SKColor.Parse("C23B34"));
        var wall = easel.Tone("F4EEE2");
        const string Tower = "M-11.5 0 L-7 -72 L7 -72 L11.5 0 Z";
        var glow = 0.35f + (0.6f * easel.Palette.Dark);
        Beam(easel, glow);
        easel.Round(Tower, wall, 0.45f);
        easel.Round("M-10.6 -14 L-9.75 -28 L9.75 -28 L10.6 -14 Z", band, 0.45f);
        easel.Round("M-8.9 -42 L-8 -56 L8 -56 L8.9 -42 Z", band, 0.45f);
        easel.Fill("M-2.6 0 V-7.5 A2.6 2.6 0 0 1 2.6 -7.5 V0 Z", easel.Tone("4B372C"));
        easel.Box(-1.4f, -37, 2.8f, 5, easel.Tone("4B4A55"));
        easel.Box(-1.2f, -64, 2.4f, 4.4f, easel.Tone("4B4A55"));
        easel.Box(-10, -74.5f, 20, 2.6f, easel.Tone("3D3B45"));
        easel.Line("M-9.5 -79 H9.5 M-9 -74 V-79 M-4.5 -74 V-79 M4.5 -74 V-79 M9 -74 V-79", easel.Tone("3D3B45"), 0.7f);
        easel.Box(-5, -86, 10, 11.5f, Tints.Mix(easel.Tone("BFD3DA"), WindowLight, glow));
        easel.Line("M-5 -86 V-74.5 M0 -86 V-74.5 M5 -86 V-74.5", easel.Tone("3D3B45"), 0.8f);
        easel.Round("M-7 -86 C-6 -92 -2 -95 0 -96 C2 -95 6 -92 7 -86 Z", band, 0.45f);
        easel.Line(0, -96, 0, -101, easel.Tone("3D3B45"), 0.9f);
        easel.Glow(0, -80, 26, WindowLight, glow);
        Annexe(easel, wall, band);
    }

    private static void Annexe(Easel easel, SKColor wall, SKColor roof)
    {
        easel.Round("M10 0 V-12 H31 V0 Z", wall, 0.3f);
        easel.Round("M7.5 -11.5 L13 -20 H28 L33.5 -11.5 Z", roof, 0.3f);
        easel.Box(15, -8.5f, 4, 5, Lamp(easel));
        easel.Box(23, -8.5f, 4, 5, Lamp(easel));
    }

    private static void Beam(Easel easel, float glow)
    {
        using var builder = new SKPathBuilder();
        builder.MoveTo(0, -80);
        builder.LineTo(-190, -112);
        builder.LineTo(-190, -68);
        builder.Close();
        using var beam = builder.Detach();
        using var shader = SKShader.CreateLinearGradient(
            new SKPoint(0, -80),
            new SKPoint(-170, -88),
            [Tints.Clear(WindowLight, glow * 0.65f), Tints.Clear(WindowLight, 0)],
            SKShaderTileMode.Clamp
        );
        using var paint = new SKPaint { IsAntialias = true, Shader = shader };
        easel.Canvas.DrawPath(beam, paint);
    }

    public static void House(Easel easel, SKColor? colour)
    {
        var snowy = easel.Palette.Ground.Red > 0xE0 && easel.Palette.Ground.Blue > 0xE0;
        var roof = snowy ? easel.Tone("F3F6FB") : easel.Tone("8A4B3A");
        var wall = easel.Tone(colour ?? SKColor.Parse("E6D3B3"));
        easel.Round("M14 -62 V-92 H25 V-62 Z", easel.Tone("8C6656"), 0.4f);
        easel.Box(12.5f, -95, 14, 4, easel.Tone("6D4D42"));
        for (var i = 0; i < 7; i++)
        {
            easel.Soft(
                20 + (i * 2.4f) + easel.Dice.Around(4),
                -99 - (i * 8),
                6 + (i * 2f),
                5 + i,
                Tints.Lighter(easel.Palette.Haze, 0.4f),
                0.5f
            );
        }

        easel.Round("M-42 0 V-44 H42 V0 Z", wall, 0.3f);
        easel.Line("M-42 -12 H42 M-42 -24 H42 M-42 -36 H42", Tints.Clear(easel.Tone("8F7358"), 0.35f), 0.8f);
        easel.Round("M-52 -40 L-30 -80 H30 L52 -40 Z", roof, 0.3f);
        easel.Line("M-52 -40 H52", Tints.Darker(roof, 0.3f), 2.4f);
        easel.Fill("M-8 0 V-24 A8 8 0 0 1 8 -24 V0 Z", easel.Tone("5B3A2B"));
        easel.Dot(4.5f, -13, 1.1f, WindowLight);
        Window(easel, -31, -31);
        Window(easel, 16, -31);
        easel.Fill("M-9 -50 V-58 A9 9 0 0 1 9 -58 V-50 Z", easel.Tone("F3EBDD"));
        easel.Fill("M-7 -51 V-57.5 A7 7 0 0 1 7 -57.5 V-51 Z", Lamp(easel));
    }

    private static void Window(Easel easel, float x, float y)
    {
        easel.Box(x - 1.5f, y - 1.5f, 18, 18, easel.Tone("F3EBDD"));
        easel.Box(x, y, 15, 15, Lamp(easel));
        easel.Line($"M{x + 7.5f} {y} V{y + 15} M{x} {y + 7.5f} H{x + 15}", easel.Tone("F3EBDD"), 1.3f);
        easel.Glow(x + 7.5f, y + 8, 24, WindowLight, 0.55f * easel.Palette.Dark);
    }

    public static void Windmill(Easel easel, SKColor? colour)
    {
        easel.Round("M-19 0 L-11 -62 H11 L19 0 Z", easel.Tone(colour ?? SKColor.Parse("EFE4CF")), 0.42f);
        easel.Fill("M-4.5 0 V-11 A4.5 4.5 0 0 1 4.5 -11 V0 Z", easel.Tone("5B3A2B"));
        easel.Box(-2.5f, -32, 5, 7, Lamp(easel));
        easel.Box(-2.2f, -52, 4.4f, 6, Lamp(easel));
        easel.Line("M-15.5 -26 H15.5", easel.Tone("7A5A44"), 1.6f);
        easel.Round("M-13 -61 C-13 -74 -5 -79 0 -79 C5 -79 13 -74 13 -61 Z", easel.Tone("7A4534"), 0.42f);
        easel.Canvas.Save();
        easel.Canvas.Translate(0, -67);
        easel.Canvas.RotateDegrees(easel.Dice.Between(12, 78));
        for (var i = 0; i < 4; i++)
        {
            easel.Fill("M1.5 -7 H9.5 V-46 H1.5 Z", Tints.Clear(easel.Tone("F7F0E2"), 0.9f));
            easel.Line(
                "M1.5 -7 H9.5 V-46 H1.5 M1.5 -16 H9.5 M1.5 -26 H9.5 M1.5 -36 H9.5 M5.5 -7 V-46",
                easel.Tone("6A4A36"),
                0.7f
            );
            easel.Line(0, 0, 0, -48, easel.Tone("4E3628"), 1.9f);
            easel.Canvas.RotateDegrees(90);
        }

        easel.Canvas.Restore();
        easel.Dot(0, -67, 3, easel.Tone("3F2C22"));
    }

    public static SKColor Lamp(Easel easel) =>
        Tints.Mix(easel.Tone("5D7282"), WindowLight, 0.1f + (0.9f * easel.Palette.Dark));
}

using Semblance.Painters.Canvas;
using Semblance.Painters.Scenes;
using SkiaSharp;

namespace Semblance.Painters.Subjects;

internal static class Things
{
    public static void Teapot(Easel easel, SKColor? colour)
    {
        var glaze = easel.Tone(colour ?? SKColor.Parse("4F7D8C"));
        var rim = Tints.Lighter(glaze, 0.45f);
        easel.Line("M36 -52 C66 -62 68 -20 34 -18", glaze, 7);
        easel.Round("M-34 -22 C-50 -26 -50 -46 -64 -58 L-54 -62 C-42 -52 -40 -42 -30 -44 Z", glaze, 0.3f);
        easel.Round(
            "M0 -70 C30 -70 44 -52 44 -34 C44 -14 30 0 18 0 H-18 C-30 0 -44 -14 -44 -34 C-44 -52 -30 -70 0 -70 Z",
            glaze,
            0.5f
        );
        easel.Round("M-24 -66 C-20 -80 20 -80 24 -66 C14 -61 -14 -61 -24 -66 Z", Tints.Lighter(glaze, 0.08f), 0.45f);
        easel.Line("M-25 -65 C-12 -59 12 -59 25 -65", rim, 1.8f);
        easel.Round("M0 -88 A5.5 5.5 0 1 1 0 -77 A5.5 5.5 0 1 1 0 -88 Z", rim, 0.4f);
        easel.Line("M-42 -30 C-20 -22 20 -22 42 -30", rim, 1.5f);
        for (var i = -3; i <= 3; i++)
        {
            var (x, y) = (i * 11f, -38 + (i * i * -0.5f));
            easel.Dot(x, y, 2.9f, rim);
            easel.Dot(x, y, 1.2f, easel.Tone("E8BA55"));
        }

        easel.Soft(-20, -50, 9, 15, SKColors.White, 0.75f);
        Cup(easel, glaze, rim);
        for (var i = 0; i < 8; i++)
        {
            easel.Soft(
                -62 - (i * 1.5f) + easel.Dice.Around(5),
                -66 - (i * 7),
                4 + (i * 1.4f),
                6 + i,
                SKColors.White,
                0.32f
            );
        }
    }

    private static void Cup(Easel easel, SKColor glaze, SKColor rim)
    {
        easel.Oval(76, 8, 27, 5.5f, Tints.Darker(glaze, 0.2f));
        easel.Oval(76, 6.8f, 27, 5.2f, rim);
        easel.Ring(96, -10, 6.5f, glaze, 3);
        easel.Round("M57 -22 H95 C95 -4 87 6 76 6 C65 6 57 -4 57 -22 Z", glaze, 0.42f);
        easel.Oval(76, -22, 19, 4.2f, rim);
        easel.Oval(76, -21.6f, 16.4f, 3.1f, easel.Tone("9A5B2A"));
    }

    public static void Robot(Easel easel, SKColor? colour)
    {
        var shell = easel.Tone(colour ?? SKColor.Parse("8FB0B8"));
        var joint = easel.Tone("4A4F58");
        var lamp = SKColor.Parse("7FF0E0");
        easel.Line("M-9 -22 V-5 M9 -22 V-5", joint, 6);
        easel.Round("M-19 0 C-19 -8 -3 -8 -3 0 Z M3 0 C3 -8 19 -8 19 0 Z", easel.Tone("D06A3E"), 0.3f);
        easel.Line("M-20 -52 C-32 -48 -32 -36 -30 -28 M20 -52 C32 -50 36 -58 37 -66", joint, 5);
        easel.Line(
            "M-30 -28 C-36 -26 -35 -20 -32 -19 M-30 -28 C-25 -26 -25 -21 -27 -19 M37 -66 C32 -70 33 -76 35 -76 M37 -66 C43 -69 43 -75 40 -76",
            joint,
            2.6f
        );
        easel.Round(
            "M-17 -60 H17 Q22 -60 22 -54 V-28 Q22 -20 14 -20 H-14 Q-22 -20 -22 -28 V-54 Q-22 -60 -17 -60 Z",
            shell,
            0.45f
        );
        easel.Fill("M-13 -53 H13 V-36 H-13 Z", easel.Tone("33424F"));
        easel.Line("M-10 -44 H-5 L-2 -49 L2 -39 L5 -44 H10", lamp, 1.4f);
        easel.Dot(-10, -29, 2.6f, easel.Tone("E0533F"));
        easel.Dot(0, -29, 2.6f, easel.Tone("F0BE45"));
        easel.Dot(10, -29, 2.6f, easel.Tone("62B36A"));
        easel.Box(-5, -66, 10, 7, joint);
        easel.Line(0, -94, 0, -103, joint, 2);
        easel.Glow(0, -105, 9, SKColor.Parse("FF8A5C"), 0.8f);
        easel.Dot(0, -105, 3.2f, easel.Tone("E8623F"));
        easel.Round(
            "M-20 -94 H20 Q26 -94 26 -88 V-71 Q26 -65 20 -65 H-20 Q-26 -65 -26 -71 V-88 Q-26 -94 -20 -94 Z",
            shell,
            0.4f
        );
        easel.Box(-29, -85, 4, 11, joint);
        easel.Box(25, -85, 4, 11, joint);
        easel.Fill(
            "M-17 -89 H17 Q20 -89 20 -86 V-73 Q20 -70 17 -70 H-17 Q-20 -70 -20 -73 V-86 Q-20 -89 -17 -89 Z",
            easel.Tone("2C3742")
        );
        foreach (var x in (ReadOnlySpan<float>)[-9, 9])
        {
            easel.Glow(x, -81, 9, lamp, 0.6f);
            easel.Dot(x, -81, 4.2f, lamp);
            easel.Dot(x - 1.2f, -82.2f, 1.3f, SKColors.White);
        }

        easel.Line("M-5 -74.5 Q0 -71.5 5 -74.5", lamp, 1.3f);
        easel.Line("M36 -76 C38 -86 36 -92 38 -98", easel.Tone("4F7F45"), 1.5f);
        for (var i = 0; i < 6; i++)
        {
            var (sin, cos) = MathF.SinCos(i * MathF.PI / 3);
            easel.Dot(38 + (cos * 4.2f), -100 + (sin * 4.2f), 3.2f, easel.Tone("E8556B"));
        }

        easel.Dot(38, -100, 2.8f, easel.Tone("F4C94C"));
    }

    public static void Tree(Easel easel, SKColor? colour)
    {
        var leaf = colour ?? easel.Palette.Leaf;
        easel.Round("M-8 2 C-4 -16 -5 -30 -4 -48 H4 C4 -30 5 -14 9 2 Z", easel.Tone("5E4331"), 0.45f);
        easel.Line("M-2 -36 C-10 -46 -16 -50 -22 -56 M2 -40 C10 -50 15 -54 21 -60", easel.Tone("5E4331"), 3.4f);
        for (var i = 0; i < 46; i++)
        {
            var lift = i / 46f;
            var tone = easel.Tone(Tints.Mix(Tints.Darker(leaf, 0.42f), Tints.Lighter(leaf, 0.26f), lift));
            easel.Dot(
                easel.Dice.Around(36) - (lift * 6),
                -66 - (lift * 10) + easel.Dice.Around(26),
                easel.Dice.Between(6, 13) * (1.15f - (lift * 0.4f)),
                tone
            );
        }
    }
}

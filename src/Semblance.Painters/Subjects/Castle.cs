using Semblance.Painters.Canvas;
using Semblance.Painters.Scenes;
using SkiaSharp;

namespace Semblance.Painters.Subjects;

internal static class Castle
{
    public static void Draw(Easel easel, SKColor? colour)
    {
        var stone = easel.Tone(colour ?? SKColor.Parse("B5A896"));
        var roof = easel.Tone("5A5F86");
        Tower(easel, -16, 66, 11, Tints.Darker(stone, 0.12f), roof);
        Tower(easel, 18, 76, 12, Tints.Darker(stone, 0.06f), roof);
        Wall(easel, -14, 16, 58, stone);
        Wall(easel, -54, 54, 30, stone);
        Tower(easel, -50, 44, 11, stone, roof);
        Tower(easel, 50, 48, 11, stone, roof);
        easel.Fill("M-8 0 V-14 A8 9 0 0 1 8 -14 V0 Z", easel.Tone("3B2E2A"));
        easel.Line("M-4 0 V-20 M0 0 V-22 M4 0 V-20 M-8 -8 H8 M-8 -15 H8", easel.Tone("6B5747"), 0.8f);
        foreach (var x in (ReadOnlySpan<float>)[-32, -22, 22, 32])
        {
            easel.Fill($"M{x - 1.5f} -12 V-17 A1.5 2 0 0 1 {x + 1.5f} -17 V-12 Z", Buildings.Lamp(easel));
        }

        foreach (var x in (ReadOnlySpan<float>)[-7, 7])
        {
            easel.Fill($"M{x - 2} -40 V-46 A2 2.5 0 0 1 {x + 2} -46 V-40 Z", Buildings.Lamp(easel));
        }
    }

    private static void Wall(Easel easel, float left, float right, float height, SKColor stone)
    {
        using var builder = new SKPathBuilder();
        builder.MoveTo(left, 0);
        builder.LineTo(left, -height);
        for (var x = left; x < right - 2; x += 6)
        {
            builder.LineTo(x, -height - 4);
            builder.LineTo(x + 3, -height - 4);
            builder.LineTo(x + 3, -height);
            builder.LineTo(x + 6, -height);
        }

        builder.LineTo(right, -height);
        builder.LineTo(right, 0);
        builder.Close();
        using var wall = builder.Detach();
        easel.Round(wall, stone, 0.3f);
        for (var i = 0; i < 24; i++)
        {
            var (x, y) = (easel.Dice.Between(left + 1, right - 5), -easel.Dice.Between(2, height - 3));
            easel.Line(x, y, x + 3.4f, y, Tints.Clear(Tints.Darker(stone, 0.5f), 0.3f), 0.7f);
        }
    }

    private static void Tower(Easel easel, float x, float height, float half, SKColor stone, SKColor roof)
    {
        easel.Round($"M{x - half} 0 V{-height} H{x + half} V0 Z", stone, 0.48f);
        easel.Round(
            $"M{x - half - 2} {-height} V{-height - 5} H{x + half + 2} V{-height} Z",
            Tints.Lighter(stone, 0.08f),
            0.48f
        );
        easel.Round(
            $"M{x - half - 2.5f} {-height - 5} L{x} {-height - 31} L{x + half + 2.5f} {-height - 5} Z",
            roof,
            0.5f
        );
        easel.Line(x, -height - 30, x, -height - 40, easel.Tone("3F3A3C"), 0.8f);
        easel.Fill(
            $"M{x} {-height - 40} Q{x + 6} {-height - 41} {x + 11} {-height - 37} Q{x + 6} {-height - 36} {x} {-height - 34} Z",
            easel.Tone("C2413B")
        );
        easel.Fill(
            $"M{x - 1.8f} {-height + 16} V{-height + 9} A1.8 2.4 0 0 1 {x + 1.8f} {-height + 9} V{-height + 16} Z",
            Buildings.Lamp(easel)
        );
    }
}

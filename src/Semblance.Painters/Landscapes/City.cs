using Semblance.Painters.Canvas;
using Semblance.Painters.Scenes;
using SkiaSharp;

namespace Semblance.Painters.Landscapes;

/// <summary>Blocks of houses in three depths and a street.</summary>
internal static class City
{
    public static void Paint(Easel easel, Composition view, float horizon)
    {
        Blocks(easel, horizon, 250, 46, 0.74f);
        Blocks(easel, horizon, 190, 60, 0.5f);
        Blocks(easel, horizon, 135, 78, 0.2f);
        var palette = easel.Palette;
        using var builder = new SKPathBuilder();
        builder.AddRect(new SKRect(-easel.Width, horizon, 2 * easel.Width, 2 * easel.Height));
        using var street = builder.Detach();
        easel.Down(street, palette.Lit(palette.Ground), palette.Lit(palette.Deep), horizon, easel.Height);
        easel.Box(-easel.Width, horizon, 3 * easel.Width, 9, palette.Lit(Tints.Lighter(palette.Ground, 0.2f)));
        if (view.Scene.Weather is Weather.Rain or Weather.Storm)
        {
            Puddles(easel, horizon);
        }
        else if (view.Scene.SnowyGround)
        {
            easel.Box(
                -easel.Width,
                horizon,
                3 * easel.Width,
                easel.Height,
                Tints.Clear(palette.Lit(SKColor.Parse("F4F7FB")), 0.6f)
            );
        }
    }

    private static void Blocks(Easel easel, float ground, float tall, float wide, float distance)
    {
        ReadOnlySpan<string> walls = ["C9A58A", "B98270", "D8C7A8", "93A0A8", "A88F86", "8E9C8A"];
        var x = -0.25f * easel.Width;
        while (x < easel.Width * 1.25f)
        {
            var width = wide * easel.Dice.Between(0.7f, 1.3f);
            var height = tall * easel.Dice.Between(0.55f, 1.1f);
            var wall = easel.Palette.Far(SKColor.Parse(walls[easel.Dice.Below(walls.Length)]), distance);
            using var builder = new SKPathBuilder();
            builder.MoveTo(x, ground + 4);
            builder.LineTo(x, ground - height);
            if (easel.Dice.Chance(0.5f))
            {
                builder.LineTo(x + (width / 2), ground - height - (width * 0.4f));
            }

            builder.LineTo(x + width, ground - height);
            builder.LineTo(x + width, ground + 4);
            builder.Close();
            using var house = builder.Detach();
            easel.Round(house, wall, 0.22f);
            Windows(easel, x, ground, width, height, distance);
            x += width + (easel.Dice.Chance(0.2f) ? wide * 0.4f : 1);
        }
    }

    private static void Windows(Easel easel, float x, float ground, float width, float height, float distance)
    {
        const float Pitch = 21;
        var dark = easel.Palette.Far(SKColor.Parse("42505E"), distance);
        var lit = Tints.Mix(SKColor.Parse("FFD98A"), easel.Palette.Haze, distance * 0.5f);
        var chance = 0.12f + (0.5f * easel.Palette.Dark);
        for (var wy = ground - height + 12; wy < ground - 20; wy += Pitch * 1.2f)
        {
            for (var wx = x + 9; wx < x + width - 14; wx += Pitch)
            {
                easel.Box(wx, wy, 9, 14, easel.Dice.Chance(chance) ? lit : dark);
            }
        }
    }

    private static void Puddles(Easel easel, float horizon)
    {
        for (var i = 0; i < 16; i++)
        {
            var depth = easel.Dice.Unit();
            var (x, y) = (easel.Dice.Unit() * easel.Width, horizon + 24 + (depth * (easel.Height - horizon)));
            var rx = 24 + (depth * 60);
            easel.Oval(x, y, rx, rx * 0.14f, Tints.Clear(easel.Palette.Skyline, 0.5f));
            easel.Soft(x, y, rx * 0.5f, rx * 0.1f, SKColor.Parse("FFD98A"), 0.55f);
        }
    }
}

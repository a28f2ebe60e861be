using Semblance.Painters.Canvas;
using Semblance.Painters.Scenes;
using SkiaSharp;

namespace Semblance.Painters.Landscapes;

/// <summary>Air and light: gradient, sun or moon, stars, clouds. Indoors, a wall.</summary>
internal static class Sky
{
    public static void Paint(Easel easel, Composition view)
    {
        var (w, h) = (easel.Width, easel.Height);
        var ground = view.Horizon * h;
        var palette = easel.Palette;
        using var all = Rectangle(-w, -h, 3 * w, (2 * h) + 40);
        if (view.Scene.Setting == Setting.Table)
        {
            Wall(easel, view, all);
            return;
        }

        easel.Down(all, palette.Zenith, palette.Skyline, 0, ground);
        var (x, y) = (view.LightX * w, view.LightY * ground);
        var dim = view.Scene.Weather is Weather.Storm or Weather.Rain or Weather.Fog or Weather.Snow ? 0.35f : 1f;
        if (view.Scene.Hour == Hour.Night)
        {
            Stars(easel, ground, dim);
            easel.Glow(x, y, 150, palette.Glow, 0.55f * dim);
            easel.Dot(x, y, 25, Tints.Clear(Tints.Lighter(palette.Glow, 0.4f), 0.35f + (0.65f * dim)));
            easel.Dot(x - 8, y - 5, 5, Tints.Clear(palette.Zenith, 0.13f));
            easel.Dot(x + 7, y + 7, 7, Tints.Clear(palette.Zenith, 0.11f));
            easel.Dot(x + 5, y - 11, 3.5f, Tints.Clear(palette.Zenith, 0.12f));
        }
        else
        {
            easel.Glow(x, y, 300, palette.Glow, 0.75f * dim);
            easel.Dot(
                x,
                y,
                view.Scene.Hour == Hour.Day ? 21 : 31,
                Tints.Clear(Tints.Lighter(palette.Glow, 0.5f), 0.92f * dim)
            );
        }

        Clouds(easel, view, ground);
    }

    private static void Wall(Easel easel, Composition view, SKPath all)
    {
        var palette = easel.Palette;
        var wall = Tints.Mix(palette.Skyline, SKColor.Parse("E9D9C3"), 0.62f);
        easel.Down(all, Tints.Darker(palette.Lit(wall), 0.3f), palette.Lit(wall), 0, view.Horizon * easel.Height);
        var (x, y, w, h) = ((view.LightX * easel.Width) - 65, 40f, 130f, 165f);
        easel.Box(x - 9, y - 9, w + 18, h + 18, palette.Lit(SKColor.Parse("F2E8D8")));
        using var pane = Rectangle(x, y, x + w, y + h);
        easel.Down(pane, palette.Zenith, palette.Skyline);
        easel.Glow(x + (w * 0.6f), y + (h * 0.55f), 60, palette.Glow, 0.9f);
        easel.Box(x + (w / 2) - 3, y, 6, h, palette.Lit(SKColor.Parse("F2E8D8")));
        easel.Box(x, y + (h / 2) - 3, w, 6, palette.Lit(SKColor.Parse("F2E8D8")));
        easel.Soft(x + (w / 2), view.Horizon * easel.Height, 220, 150, palette.Glow, 0.5f);
    }

    private static void Stars(Easel easel, float ground, float dim)
    {
        for (var i = 0; i < 110; i++)
        {
            var (x, y) = (easel.Dice.Between(-0.2f, 1.2f) * easel.Width, easel.Dice.Between(-0.3f, 0.95f) * ground);
            easel.Dot(
                x,
                y,
                easel.Dice.Between(0.4f, 1.4f),
                Tints.Clear(SKColors.White, easel.Dice.Between(0.2f, 0.9f) * dim)
            );
        }
    }

    private static void Clouds(Easel easel, Composition view, float ground)
    {
        var weather = view.Scene.Weather;
        var count = weather switch
        {
            Weather.Clear => 3,
            Weather.Cloudy => 8,
            Weather.Fog => 4,
            _ => 13,
        };
        var heavy = weather is Weather.Rain or Weather.Storm;
        var body = heavy
            ? Tints.Darker(easel.Palette.Skyline, weather == Weather.Storm ? 0.55f : 0.3f)
            : Tints.Mix(easel.Palette.Lit(SKColors.White), easel.Palette.Skyline, 0.3f);
        for (var i = 0; i < count; i++)
        {
            var depth = (i + easel.Dice.Unit()) / count;
            var y = ground * (0.9f - (depth * 0.85f));
            var size = 26 + (depth * 60);
            Cloud(easel, easel.Dice.Between(-0.15f, 1.15f) * easel.Width, y, size, body, heavy ? 0.75f : 0.6f);
        }
    }

    private static void Cloud(Easel easel, float x, float y, float size, SKColor body, float strength)
    {
        var puffs = 5 + easel.Dice.Below(4);
        var shade = Tints.Darker(body, 0.16f);
        for (var i = 0; i < puffs; i++)
        {
            var dx = easel.Dice.Around(size * 2.1f);
            var radius = size * easel.Dice.Between(0.6f, 1f) * (1 - (Math.Abs(dx) / size / 3.2f));
            easel.Soft(x + dx, y + (size * 0.12f), radius * 1.5f, radius * 0.62f, shade, strength);
            easel.Soft(x + dx, y - (radius * 0.22f), radius * 1.3f, radius * 0.6f, body, strength);
        }

        easel.Soft(x - (size * 0.5f), y - (size * 0.35f), size, size * 0.3f, easel.Palette.Glow, strength * 0.6f);
    }

    private static SKPath Rectangle(float left, float top, float right, float bottom)
    {
        using var builder = new SKPathBuilder();
        builder.AddRect(new SKRect(left, top, right, bottom));
        return builder.Detach();
    }
}

using Semblance.Painters.Canvas;
using Semblance.Painters.Scenes;
using SkiaSharp;

namespace Semblance.Painters.Landscapes;

/// <summary>Water that mirrors the sky, with swell by the weather and a path of light.</summary>
internal static class Sea
{
    public static void Paint(Easel easel, Composition view, float horizon)
    {
        var (w, h, palette) = (easel.Width, easel.Height, easel.Palette);
        if (easel.Dice.Chance(0.55f))
        {
            using var coast = Ridge.Path(easel, horizon + 4, 22, 0.45f, easel.Dice);
            easel.Fill(coast, palette.Far(SKColor.Parse("4E6378"), 0.62f));
        }

        using var builder = new SKPathBuilder();
        builder.AddRect(new SKRect(-w, horizon, 2 * w, 2 * h));
        using var water = builder.Detach();
        var near = palette.Lit(palette.Deep);
        easel.Down(water, Tints.Mix(palette.Lit(palette.Ground), palette.Skyline, 0.6f), near, horizon, h * 1.02f);

        var rough = view.Scene.Weather switch
        {
            Weather.Storm => 1f,
            Weather.Rain => 0.45f,
            _ => 0.12f,
        };
        var light = view.LightX * w;
        var dim = view.Scene.Weather is Weather.Storm or Weather.Rain or Weather.Fog ? 0.2f : 0.85f;
        for (var i = 0; i < 300; i++)
        {
            var depth = (i + easel.Dice.Unit()) / 300;
            var y = horizon + 2 + (depth * depth * (h - horizon) * 1.1f);
            var x = easel.Dice.Between(-0.2f, 1.2f) * w;
            var length = 8 + (depth * 55);
            var tone = easel.Dice.Chance(0.5f) ? palette.Skyline : Tints.Darker(near, 0.2f);
            easel.Line(
                x,
                y,
                x + length,
                y + easel.Dice.Around(1 + (rough * 7)),
                Tints.Clear(tone, 0.26f),
                0.7f + (depth * 2.2f)
            );
            if (i % 2 == 0)
            {
                var glint = light + easel.Dice.Around(12 + (depth * 90));
                easel.Line(
                    glint,
                    y,
                    glint + (length * 0.5f),
                    y,
                    Tints.Clear(palette.Glow, 0.75f * dim),
                    0.8f + (depth * 2)
                );
            }
        }

        Swell(easel, horizon, rough);
    }

    private static void Swell(Easel easel, float horizon, float rough)
    {
        var palette = easel.Palette;
        var waves = (int)(rough * 9);
        for (var i = 0; i < waves; i++)
        {
            var depth = (i + 1f) / (waves + 1);
            var y = horizon + (depth * (easel.Height - horizon));
            using var builder = new SKPathBuilder();
            var step = 40 + (depth * 60);
            var x = -step * 2 * easel.Dice.Unit();
            builder.MoveTo(x, y + 60);
            builder.LineTo(x, y);
            while (x < easel.Width * 1.2f)
            {
                var crest = (8 + (depth * 20)) * easel.Dice.Between(0.5f, 1.2f);
                builder.CubicTo(x + (step * 0.4f), y, x + (step * 0.5f), y - crest, x + (step * 0.72f), y - crest);
                builder.QuadTo(x + (step * 0.8f), y - (crest * 0.2f), x + step, y);
                easel.Soft(x + (step * 0.7f), y - crest, step * 0.3f, 4 + (depth * 3), SKColors.White, 0.7f);
                x += step;
            }

            builder.LineTo(x, y + 60);
            builder.Close();
            using var wave = builder.Detach();
            var tone = palette.Lit(Tints.Mix(palette.Ground, palette.Deep, 0.35f + (0.5f * depth)));
            easel.Down(
                wave,
                Tints.Mix(tone, palette.Skyline, 0.3f),
                Tints.Clear(palette.Lit(palette.Deep), 0.2f),
                y - 24,
                y + 55
            );
        }
    }
}

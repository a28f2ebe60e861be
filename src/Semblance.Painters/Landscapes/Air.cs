using Semblance.Painters.Canvas;
using Semblance.Painters.Scenes;
using SkiaSharp;

namespace Semblance.Painters.Landscapes;

/// <summary>What hangs or falls between the viewer and the scene.</summary>
internal static class Air
{
    public static void Paint(Easel easel, Composition view)
    {
        if (view.Scene.Setting == Setting.Table)
        {
            return;
        }

        switch (view.Scene.Weather)
        {
            case Weather.Rain:
                Rain(easel, 240, 5);
                break;
            case Weather.Storm:
                Lightning(easel, view);
                Rain(easel, 330, 14);
                break;
            case Weather.Snow:
                Snow(easel);
                break;
            case Weather.Fog:
                Mist(easel, view);
                break;
            default:
                break;
        }
    }

    private static void Rain(Easel easel, int drops, float slant)
    {
        for (var i = 0; i < drops; i++)
        {
            var (x, y) = (easel.Dice.Between(-0.1f, 1.1f) * easel.Width, easel.Dice.Between(-0.1f, 1) * easel.Height);
            var length = easel.Dice.Between(9, 30);
            var tone = Tints.Clear(SKColors.White, easel.Dice.Between(0.12f, 0.42f));
            easel.Line(x, y, x - (slant * length / 24), y + length, tone, easel.Dice.Between(0.6f, 1.4f));
        }
    }

    private static void Snow(Easel easel)
    {
        for (var i = 0; i < 260; i++)
        {
            var near = easel.Dice.Unit();
            var radius = 0.8f + (near * near * 3.6f);
            easel.Dot(
                easel.Dice.Unit() * easel.Width,
                easel.Dice.Unit() * easel.Height,
                radius,
                Tints.Clear(SKColors.White, 0.85f - (near * 0.4f))
            );
        }
    }

    private static void Mist(Easel easel, Composition view)
    {
        var horizon = view.Horizon * easel.Height;
        for (var i = 0; i < 9; i++)
        {
            easel.Soft(
                easel.Dice.Unit() * easel.Width,
                horizon + easel.Dice.Around(110),
                easel.Dice.Between(190, 340),
                easel.Dice.Between(24, 62),
                Tints.Lighter(easel.Palette.Haze, 0.25f * (1 - easel.Palette.Dark)),
                0.42f
            );
        }
    }

    private static void Lightning(Easel easel, Composition view)
    {
        var (x, y) = (view.LightX * easel.Width, 30f);
        easel.Glow(x, 90, 210, SKColor.Parse("DCE6FF"), 0.5f);
        while (y < view.Horizon * easel.Height)
        {
            var (nx, ny) = (x + easel.Dice.Around(32), y + easel.Dice.Between(14, 34));
            easel.Line(x, y, nx, ny, SKColor.Parse("F4F7FF"), 2.4f);
            if (easel.Dice.Chance(0.3f))
            {
                easel.Line(
                    nx,
                    ny,
                    nx + easel.Dice.Around(50),
                    ny + 26,
                    Tints.Clear(SKColor.Parse("F4F7FF"), 0.7f),
                    1.1f
                );
            }

            (x, y) = (nx, ny);
        }
    }
}

using Semblance.Painters.Canvas;
using Semblance.Painters.Scenes;
using SkiaSharp;

namespace Semblance.Painters.Landscapes;

/// <summary>The ground under the sky, from the far ridges to what grows at the feet of the viewer.</summary>
internal static class Landscape
{
    public static void Paint(Easel easel, Composition view)
    {
        var horizon = view.Horizon * easel.Height;
        switch (view.Scene.Setting)
        {
            case Setting.Sea:
                Sea.Paint(easel, view, horizon);
                break;
            case Setting.City:
                City.Paint(easel, view, horizon);
                break;
            case Setting.Table:
                Table(easel, horizon);
                break;
            case Setting.Desert:
                Ridges(easel, horizon, 3, 30, 0.32f);
                Ground(easel, horizon, 10, 0.3f);
                Dunes(easel, horizon);
                break;
            case Setting.Mountains:
                Mountains(easel, horizon);
                Ground(easel, horizon, 16, 0.5f);
                Woods.Row(easel, horizon + 6, 26, 0.45f, view.Scene);
                Blades(easel, horizon, view.Scene, 0.25f);
                break;
            case Setting.Forest:
                Ridges(easel, horizon - 70, 1, 50, 0.5f);
                Woods.Row(easel, horizon - 34, 120, 0.72f, view.Scene);
                Woods.Row(easel, horizon - 12, 165, 0.5f, view.Scene);
                Ground(easel, horizon, 10, 0.5f);
                Woods.Row(easel, horizon + 8, 210, 0.24f, view.Scene);
                Blades(easel, horizon, view.Scene, 0.5f);
                break;
            default:
                Ridges(easel, horizon, 3, 42, 0.42f);
                Woods.Row(easel, horizon + 2, 24, 0.55f, view.Scene);
                Ground(easel, horizon, 12, 0.45f);
                Blades(easel, horizon, view.Scene, 1);
                break;
        }
    }

    private static void Ridges(Easel easel, float horizon, int count, float rise, float rough)
    {
        for (var i = 0; i < count; i++)
        {
            var distance = 0.82f - (i * 0.62f / count);
            using var ridge = Ridge.Path(easel, horizon - ((count - i) * rise * 0.55f), rise, rough, easel.Dice);
            var tone = easel.Palette.Far(Tints.Mix(easel.Palette.Deep, easel.Palette.Zenith, 0.25f), distance);
            easel.Down(
                ridge,
                tone,
                easel.Palette.Far(easel.Palette.Ground, distance),
                horizon - (rise * 2),
                horizon + 60
            );
        }
    }

    private static void Mountains(Easel easel, float horizon)
    {
        for (var i = 0; i < 3; i++)
        {
            var distance = 0.72f - (i * 0.2f);
            var level = horizon - 190 + (i * 66);
            using var ridge = Ridge.Path(easel, level, 104 - (i * 12), 0.54f, easel.Dice);
            var rock = easel.Palette.Far(SKColor.Parse("566480"), distance);
            easel.Down(ridge, rock, easel.Palette.Haze, level - 40, horizon + 30);
            if (i < 2)
            {
                Snowcaps(easel, ridge, level, distance);
            }
        }
    }

    /// <summary>Snow lies where the ridge is high: the ridge itself, cut off below by a ragged line.</summary>
    private static void Snowcaps(Easel easel, SKPath ridge, float level, float distance)
    {
        easel.Canvas.Save();
        easel.Canvas.ClipPath(ridge, SKClipOperation.Intersect, true);
        using var builder = new SKPathBuilder();
        builder.MoveTo(-0.3f * easel.Width, -easel.Height);
        for (var x = -0.3f; x <= 1.31f; x += 0.02f)
        {
            builder.LineTo(x * easel.Width, level - 26 + easel.Dice.Around(22));
        }

        builder.LineTo(1.3f * easel.Width, -easel.Height);
        builder.Close();
        using var snow = builder.Detach();
        easel.Fill(snow, Tints.Clear(easel.Palette.Far(SKColor.Parse("F6F8FC"), distance * 0.55f), 0.9f));
        easel.Canvas.Restore();
    }

    private static void Ground(Easel easel, float horizon, float rise, float rough)
    {
        using var ground = Ridge.Path(easel, horizon + (rise * 0.3f), rise, rough, easel.Dice);
        var palette = easel.Palette;
        easel.Down(
            ground,
            palette.Far(palette.Ground, 0.28f),
            palette.Lit(palette.Deep),
            horizon,
            easel.Height * 1.08f
        );
        for (var i = 0; i < 9; i++)
        {
            var depth = easel.Dice.Unit();
            var y = horizon + 14 + (depth * (easel.Height - horizon));
            var tone = easel.Dice.Chance(0.5f) ? palette.Lit(palette.Ground) : palette.Lit(palette.Deep);
            easel.Soft(easel.Dice.Unit() * easel.Width, y, 60 + (depth * 150), 7 + (depth * 20), tone, 0.5f);
        }
    }

    private static void Dunes(Easel easel, float horizon)
    {
        for (var i = 0; i < 3; i++)
        {
            var level = horizon + 26 + (i * 52);
            using var dune = Ridge.Path(easel, level, 34, 0.26f, easel.Dice);
            var palette = easel.Palette;
            easel.Down(
                dune,
                palette.Far(Tints.Lighter(palette.Ground, 0.18f), 0.2f - (i * 0.08f)),
                palette.Lit(palette.Deep),
                level - 22,
                level + 130
            );
        }
    }

    private static void Blades(Easel easel, float horizon, Scene scene, float flowers)
    {
        var palette = easel.Palette;
        var rows = easel.Height - horizon;
        for (var i = 0; i < 240; i++)
        {
            var depth = (i + easel.Dice.Unit()) / 240;
            var (x, y) = (easel.Dice.Between(-0.05f, 1.05f) * easel.Width, horizon + 12 + (depth * depth * rows));
            var length = 3 + (depth * 17);
            var tone = palette.Lit(Tints.Mix(palette.Ground, palette.Deep, easel.Dice.Unit()));
            easel.Line(x, y, x + easel.Dice.Around(length * 0.6f), y - length, Tints.Clear(tone, 0.75f), 0.6f + depth);
        }

        if (scene.SnowyGround)
        {
            return;
        }

        ReadOnlySpan<string> petals = scene.Autumn
            ? ["C8602B", "E0A13A", "9C4A26"]
            : ["E8556B", "F4C94C", "F7F2E8", "8F7BD0"];
        var hue = SKColor.Parse(petals[easel.Dice.Below(petals.Length)]);
        for (var i = 0; i < 90 * flowers; i++)
        {
            var depth = easel.Dice.Unit();
            var (x, y) = (easel.Dice.Unit() * easel.Width, horizon + 20 + (depth * depth * rows));
            var petal = easel.Dice.Chance(0.6f) ? hue : SKColor.Parse(petals[easel.Dice.Below(petals.Length)]);
            var radius = 1.1f + (depth * 3);
            easel.Dot(x, y, radius, palette.Lit(petal));
            easel.Dot(x, y, radius * 0.4f, palette.Lit(SKColor.Parse("FBE7A0")));
        }
    }

    private static void Table(Easel easel, float horizon)
    {
        var palette = easel.Palette;
        using var builder = new SKPathBuilder();
        builder.AddRect(new SKRect(-easel.Width, horizon, 2 * easel.Width, 2 * easel.Height));
        using var table = builder.Detach();
        easel.Down(
            table,
            palette.Lit(Tints.Lighter(palette.Ground, 0.12f)),
            palette.Lit(palette.Deep),
            horizon,
            easel.Height
        );
        for (var i = 0; i < 26; i++)
        {
            var depth = easel.Dice.Unit();
            var y = horizon + 6 + (depth * (easel.Height - horizon));
            var x = easel.Dice.Between(-0.2f, 1) * easel.Width;
            easel.Line(
                x,
                y,
                x + 80 + (depth * 160),
                y + easel.Dice.Around(2),
                Tints.Clear(palette.Lit(palette.Deep), 0.3f),
                1.2f
            );
        }

        easel.Box(-easel.Width, horizon - 1, 3 * easel.Width, 3, Tints.Clear(palette.Glow, 0.5f));
    }
}

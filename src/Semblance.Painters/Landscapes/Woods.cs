using Semblance.Painters.Canvas;
using Semblance.Painters.Scenes;
using SkiaSharp;

namespace Semblance.Painters.Landscapes;

/// <summary>Rows of trees: conifers, or round crowns in autumn.</summary>
internal static class Woods
{
    public static void Row(Easel easel, float ground, float size, float distance, Scene scene)
    {
        var x = -0.2f * easel.Width;
        while (x < easel.Width * 1.2f)
        {
            var height = size * easel.Dice.Between(0.6f, 1.25f);
            var y = ground + easel.Dice.Around(size * 0.06f);
            if (scene.Autumn || easel.Dice.Chance(scene.Setting == Setting.Meadow ? 0.7f : 0.06f))
            {
                Crown(easel, x, y, height, distance, scene);
            }
            else
            {
                Conifer(easel, x, y, height, distance, scene.SnowyGround);
            }

            // Clearings let the eye through; the nearer the row, the wider.
            x += size * easel.Dice.Between(0.2f, 0.42f) * (easel.Dice.Chance(0.2f) ? 2.2f : 1);
        }
    }

    public static void Conifer(Easel easel, float x, float y, float height, float distance, bool snowy)
    {
        var leaf = Tints.Turn(easel.Palette.Leaf, easel.Dice.Around(14), easel.Dice.Around(0.14f) - 0.08f);
        var tone = easel.Palette.Far(leaf, distance);
        easel.Box(
            x - (height * 0.02f),
            y - (height * 0.12f),
            height * 0.04f,
            height * 0.13f,
            easel.Palette.Far(SKColor.Parse("4A3526"), distance)
        );
        for (var i = 0; i < 4; i++)
        {
            var low = y - (height * (0.08f + (i * 0.2f)));
            var top = low - (height * 0.36f);
            var half = height * (0.2f - (i * 0.042f));
            using var builder = new SKPathBuilder();
            builder.MoveTo(x, top);
            builder.QuadTo(x + (half * 0.35f), low - (height * 0.1f), x + half, low);
            builder.QuadTo(x, low + (height * 0.035f), x - half, low);
            builder.QuadTo(x - (half * 0.35f), low - (height * 0.1f), x, top);
            using var tier = builder.Detach();
            easel.Down(
                tier,
                snowy ? easel.Palette.Far(SKColor.Parse("F3F6FA"), distance) : Tints.Lighter(tone, 0.1f),
                Tints.Darker(tone, 0.16f)
            );
        }
    }

    public static void Crown(Easel easel, float x, float y, float height, float distance, Scene scene)
    {
        var trunk = easel.Palette.Far(SKColor.Parse("5A4030"), distance);
        easel.Line(x, y, x + easel.Dice.Around(height * 0.03f), y - (height * 0.6f), trunk, height * 0.055f);
        var leaf = Tints.Turn(
            easel.Palette.Leaf,
            scene.Autumn ? easel.Dice.Around(26) : easel.Dice.Around(12),
            easel.Dice.Around(0.1f)
        );
        for (var i = 0; i < 11; i++)
        {
            var lift = i / 11f;
            var tone = easel.Palette.Far(
                Tints.Mix(Tints.Darker(leaf, 0.34f), Tints.Lighter(leaf, 0.2f), lift),
                distance
            );
            var (dx, dy) = (easel.Dice.Around(height * 0.26f), easel.Dice.Around(height * 0.16f));
            easel.Dot(
                x + dx - (lift * height * 0.05f),
                y - (height * (0.62f + (lift * 0.14f))) + dy,
                height * easel.Dice.Between(0.1f, 0.17f),
                tone
            );
        }
    }
}

using Semblance.Painters.Canvas;
using Semblance.Painters.Scenes;
using Semblance.Painters.Subjects;
using SkiaSharp;

namespace Semblance.Painters.Landscapes;

/// <summary>Puts the subjects into the landscape: on the ground, on a rock in the sea, on the water, in the air.</summary>
internal static class Cast
{
    public static void Paint(Easel easel, Composition view)
    {
        var subjects = view.Scene.Subjects;
        for (var i = subjects.Count - 1; i >= 0; i--)
        {
            // Later subjects stand aside, smaller and farther.
            var aside = i == 0 ? 0 : (i % 2 == 0 ? 0.27f : -0.27f) * (view.SubjectX < 0.5f ? -1 : 1);
            Place(
                easel.At(i * 0.16f, easel.Dice.Branch()),
                view,
                subjects[i],
                view.SubjectX + aside,
                view.SubjectDepth * (i == 0 ? 1 : 0.5f),
                view.SubjectScale * (i == 0 ? 1 : 0.6f),
                i == 0 ? view.Scene.Colour : null
            );
        }
    }

    private static void Place(
        Easel easel,
        Composition view,
        Subject subject,
        float across,
        float depth,
        float scale,
        SKColor? colour
    )
    {
        var horizon = view.Horizon * easel.Height;
        var figure = Gallery.Of(subject);
        var size = figure.Size * scale / 100;
        var x = across * easel.Width;
        var y = horizon + (depth * (easel.Height - horizon) * 0.72f);
        var canvas = easel.Canvas;
        if (figure.Stance == Stance.Air)
        {
            y = MathF.Max(horizon * (0.6f + (0.5f * depth)), MathF.Min(size * 118, easel.Height * 0.9f));
        }
        else if (view.Scene.Setting == Setting.Sea && figure.Stance == Stance.Ground)
        {
            y = horizon + (depth * (easel.Height - horizon) * 0.3f);
            Rock(easel, x, y, figure.Breadth * size);
        }
        else if (figure.Stance == Stance.Ground)
        {
            easel.Soft(
                x + (figure.Breadth * size * 0.25f),
                y,
                figure.Breadth * size,
                figure.Breadth * size * 0.16f,
                SKColor.Parse("14121E"),
                0.55f
            );
        }

        canvas.Save();
        canvas.Translate(x, y);
        canvas.Scale(view.Mirrored ? -size : size, size);
        if (figure.Stance == Stance.Water && view.Scene.Setting == Setting.Sea)
        {
            Reflection(easel, figure, colour);
        }

        figure.Draw(easel, colour);
        canvas.Restore();
    }

    private static void Reflection(Easel easel, Figure figure, SKColor? colour)
    {
        using var faint = new SKPaint { Color = SKColors.White.WithAlpha(70) };
        easel.Canvas.SaveLayer(faint);
        easel.Canvas.Translate(0, 9);
        easel.Canvas.Scale(1, -0.55f);
        figure.Draw(easel.At(easel.Distance, new Dice(1)), colour);
        easel.Canvas.Restore();
    }

    private static void Rock(Easel easel, float x, float y, float half)
    {
        using var builder = new SKPathBuilder();
        var wide = half * 2.3f;
        builder.MoveTo(x - wide, y + (half * 0.55f));
        for (var i = 0; i <= 14; i++)
        {
            var t = (i / 7f) - 1;
            var flat = Math.Abs(t) < 0.5f ? 0 : (Math.Abs(t) - 0.5f) * half * 1.05f;
            builder.LineTo(x + (t * wide), y + flat + easel.Dice.Around(half * 0.09f));
        }

        builder.LineTo(x + wide, y + (half * 0.6f));
        builder.Close();
        using var rock = builder.Detach();
        easel.Round(rock, easel.Tone("6E6259"), 0.5f);
        for (var i = 0; i < 22; i++)
        {
            var dx = easel.Dice.Around(wide * 0.9f);
            easel.Line(
                x + dx,
                y + (half * 0.25f),
                x + dx + easel.Dice.Around(half * 0.2f),
                y + (half * easel.Dice.Between(0.35f, 0.55f)),
                Tints.Clear(easel.Tone("3C3632"), 0.55f),
                1.4f
            );
        }

        for (var i = 0; i < 16; i++)
        {
            easel.Soft(x + easel.Dice.Around(wide * 1.1f), y + (half * 0.58f), 22, 4.5f, SKColors.White, 0.6f);
        }
    }
}

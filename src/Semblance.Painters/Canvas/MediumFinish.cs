using Semblance.Painters.Scenes;
using SkiaSharp;

namespace Semblance.Painters.Canvas;

/// <summary>What the medium does to the whole sheet: brush marks, paper, print.</summary>
internal static class MediumFinish
{
    public static void Paint(Easel easel, Medium medium)
    {
        switch (medium)
        {
            case Medium.Watercolour:
                Grain.Lay(easel, Grain.Wash, 0.4f);
                Lighten(easel, new SKColor(0xFF, 0xFB, 0xF0), 0.2f);
                Grain.Lay(easel, Grain.Paper, 0.22f);
                Border(easel, new SKColor(0xFB, 0xF7, 0xEC), 20, 5);
                break;
            case Medium.Poster:
                Lighten(easel, new SKColor(0xF4, 0xDF, 0xB8), 0.16f);
                Grain.Lay(easel, Grain.Fine, 0.14f);
                Border(easel, new SKColor(0xF6, 0xEC, 0xD6), 18, 0);
                break;
            case Medium.Ink:
                Desaturate(easel);
                Hatch(easel);
                Grain.Lay(easel, Grain.Paper, 0.16f);
                break;
            case Medium.Pastel:
                Lighten(easel, new SKColor(0xFF, 0xF1, 0xEA), 0.24f);
                Grain.Lay(easel, Grain.Fine, 0.42f);
                Grain.Lay(easel, Grain.Brush, 0.1f);
                break;
            default:
                Grain.Lay(easel, Grain.Brush, 0.15f);
                Grain.Lay(easel, Grain.Fine, 0.12f);
                Vignette(easel);
                break;
        }
    }

    private static void Lighten(Easel easel, SKColor paper, float share) =>
        easel.Box(0, 0, easel.Width, easel.Height, Tints.Clear(paper, share));

    private static void Desaturate(Easel easel)
    {
        using var paint = new SKPaint { Color = new SKColor(0x86, 0x80, 0x78), BlendMode = SKBlendMode.Color };
        easel.Canvas.DrawRect(0, 0, easel.Width, easel.Height, paint);
        using var paper = new SKPaint { Color = new SKColor(0x62, 0x5E, 0x56), BlendMode = SKBlendMode.ColorDodge };
        easel.Canvas.DrawRect(0, 0, easel.Width, easel.Height, paper);
    }

    private static void Hatch(Easel easel)
    {
        using var pen = new SKPaint
        {
            IsAntialias = true,
            Color = new SKColor(0x20, 0x1C, 0x1A, 46),
            Style = SKPaintStyle.Stroke,
            StrokeWidth = 0.8f,
            BlendMode = SKBlendMode.Multiply,
        };
        for (var x = -easel.Height; x < easel.Width; x += 5)
        {
            var start = x + easel.Dice.Around(2);
            easel.Canvas.DrawLine(start, easel.Height, start + easel.Height, easel.Dice.Around(12), pen);
        }
    }

    private static void Vignette(Easel easel)
    {
        var centre = new SKPoint(easel.Width / 2, easel.Height * 0.48f);
        using var shader = SKShader.CreateRadialGradient(
            centre,
            Math.Max(easel.Width, easel.Height) * 0.75f,
            [new SKColor(0, 0, 0, 0), new SKColor(0, 0, 0, 0), new SKColor(10, 8, 24, 70)],
            [0, 0.55f, 1],
            SKShaderTileMode.Clamp
        );
        using var paint = new SKPaint { Shader = shader };
        easel.Canvas.DrawRect(0, 0, easel.Width, easel.Height, paint);
    }

    /// <summary>Bare paper around the image; <paramref name="wobble"/> gives it the edge of a wash.</summary>
    private static void Border(Easel easel, SKColor paper, float margin, float wobble)
    {
        using var builder = new SKPathBuilder { FillType = SKPathFillType.EvenOdd };
        builder.AddRect(new SKRect(-2, -2, easel.Width + 2, easel.Height + 2));
        var dice = easel.Dice;
        var first = true;
        void Run(float x1, float y1, float x2, float y2)
        {
            const int Steps = 24;
            for (var i = 0; i < Steps; i++)
            {
                var t = (float)i / Steps;
                var x = x1 + ((x2 - x1) * t) + dice.Around(wobble);
                var y = y1 + ((y2 - y1) * t) + dice.Around(wobble);
                if (first)
                {
                    builder.MoveTo(x, y);
                }
                else
                {
                    builder.LineTo(x, y);
                }

                first = false;
            }
        }

        var (right, bottom) = (easel.Width - margin, easel.Height - margin);
        Run(margin, margin, right, margin);
        Run(right, margin, right, bottom);
        Run(right, bottom, margin, bottom);
        Run(margin, bottom, margin, margin);
        builder.Close();
        using var path = builder.Detach();
        easel.Fill(path, paper);
    }
}

using Semblance.Painters.Scenes;
using SkiaSharp;

namespace Semblance.Painters.Canvas;

/// <summary>A canvas with the few strokes that landscapes and subjects are made of. Shapes are SVG path data.</summary>
internal sealed class Easel(SKCanvas canvas, Palette palette, Dice dice, float width, float height)
{
    public SKCanvas Canvas { get; } = canvas;

    public Palette Palette { get; } = palette;

    public Dice Dice { get; } = dice;

    /// <summary>In units of height / 512, not pixels.</summary>
    public float Width { get; } = width;

    public float Height { get; } = height;

    /// <summary>How far the thing being drawn is: its colours fade towards the haze. 0 to 1.</summary>
    public float Distance { get; private init; }

    public Easel At(float distance, Dice dice) => new(Canvas, Palette, dice, Width, Height) { Distance = distance };

    public SKColor Tone(SKColor local) => Palette.Far(local, Distance);

    public SKColor Tone(string local) => Tone(SKColor.Parse(local));

    public void Fill(string shape, SKColor colour)
    {
        using var path = SKPath.ParseSvgPathData(shape);
        using var paint = Flat(colour);
        Canvas.DrawPath(path, paint);
    }

    public void Fill(SKPath path, SKColor colour)
    {
        using var paint = Flat(colour);
        Canvas.DrawPath(path, paint);
    }

    /// <summary>Light from the left, shade to the right: gives a flat shape a body.</summary>
    public void Round(string shape, SKColor colour, float depth = 0.38f)
    {
        using var path = SKPath.ParseSvgPathData(shape);
        Round(path, colour, depth);
    }

    public void Round(SKPath path, SKColor colour, float depth = 0.38f)
    {
        var box = path.TightBounds;
        using var shader = SKShader.CreateLinearGradient(
            new SKPoint(box.Left, box.Top),
            new SKPoint(box.Right, box.Top + (box.Height * 0.35f)),
            [Tints.Mix(colour, Palette.Glow, depth * 0.35f), colour, Tints.Darker(colour, depth)],
            [0, 0.4f, 1],
            SKShaderTileMode.Clamp
        );
        using var paint = Flat(SKColors.White);
        paint.Shader = shader;
        Canvas.DrawPath(path, paint);
    }

    public void Down(SKPath path, SKColor top, SKColor bottom)
    {
        var box = path.TightBounds;
        Down(path, top, bottom, box.Top, box.Bottom);
    }

    /// <summary>Fills with a gradient from above to below.</summary>
    public void Down(SKPath path, SKColor top, SKColor bottom, float from, float to)
    {
        using var shader = SKShader.CreateLinearGradient(
            new SKPoint(0, from),
            new SKPoint(0, to),
            [top, bottom],
            SKShaderTileMode.Clamp
        );
        using var paint = Flat(SKColors.White);
        paint.Shader = shader;
        Canvas.DrawPath(path, paint);
    }

    public void Line(string shape, SKColor colour, float thickness)
    {
        using var path = SKPath.ParseSvgPathData(shape);
        using var paint = Pen(colour, thickness);
        Canvas.DrawPath(path, paint);
    }

    public void Line(float x1, float y1, float x2, float y2, SKColor colour, float thickness)
    {
        using var paint = Pen(colour, thickness);
        Canvas.DrawLine(x1, y1, x2, y2, paint);
    }

    public void Dot(float x, float y, float radius, SKColor colour) => Oval(x, y, radius, radius, colour);

    public void Oval(float x, float y, float rx, float ry, SKColor colour)
    {
        using var paint = Flat(colour);
        Canvas.DrawOval(x, y, rx, ry, paint);
    }

    public void Ring(float x, float y, float radius, SKColor colour, float thickness)
    {
        using var paint = Pen(colour, thickness);
        Canvas.DrawCircle(x, y, radius, paint);
    }

    public void Box(float x, float y, float width, float height, SKColor colour)
    {
        using var paint = Flat(colour);
        Canvas.DrawRect(x, y, width, height, paint);
    }

    /// <summary>A soft light that fades to nothing at <paramref name="radius"/>.</summary>
    public void Glow(float x, float y, float radius, SKColor colour, float strength)
    {
        using var shader = SKShader.CreateRadialGradient(
            new SKPoint(x, y),
            radius,
            [Tints.Clear(colour, strength), Tints.Clear(colour, strength * 0.35f), Tints.Clear(colour, 0)],
            [0, 0.35f, 1],
            SKShaderTileMode.Clamp
        );
        using var paint = Flat(SKColors.White);
        paint.Shader = shader;
        Canvas.DrawCircle(x, y, radius, paint);
    }

    /// <summary>A soft spot without a hard edge, flattened: clouds, mist, shadows.</summary>
    public void Soft(float x, float y, float rx, float ry, SKColor colour, float strength)
    {
        Canvas.Save();
        Canvas.Translate(x, y);
        Canvas.Scale(1, ry / rx);
        Glow(0, 0, rx, colour, strength);
        Canvas.Restore();
    }

    private static SKPaint Flat(SKColor colour) => new() { IsAntialias = true, Color = colour };

    private static SKPaint Pen(SKColor colour, float thickness) =>
        new()
        {
            IsAntialias = true,
            Color = colour,
            Style = SKPaintStyle.Stroke,
            StrokeWidth = thickness,
            StrokeCap = SKStrokeCap.Round,
            StrokeJoin = SKStrokeJoin.Round,
        };
}

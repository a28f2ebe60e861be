using Semblance.Painters.Canvas;
using Semblance.Painters.Landscapes;
using Semblance.Painters.Scenes;
using SkiaSharp;

namespace Semblance.Painters;

/// <summary>Paints a composition from the back to the front.</summary>
internal static class PaintedImage
{
    /// <summary>8-bit RGB, [height, width, 3].</summary>
    public static byte[] Paint(Composition view, int width, int height)
    {
        using var surface = SKSurface.Create(
            new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque, SKColorSpace.CreateSrgb())
        );
        var canvas = surface.Canvas;
        var unit = height / 512f;
        canvas.Clear(view.Palette.Haze);
        canvas.Scale(unit);
        var easel = new Easel(canvas, view.Palette, view.Dice, width / unit, 512);

        // Each stage rolls its own dice, so that all of them differ by the seed and none depends on another.
        var (sky, land, cast, air, finish) = (
            Branch(easel),
            Branch(easel),
            Branch(easel),
            Branch(easel),
            Branch(easel)
        );
        canvas.Save();
        Look(easel, view);
        Sky.Paint(sky, view);
        Landscape.Paint(land, view);
        Cast.Paint(cast, view);
        Air.Paint(air, view);
        canvas.Restore();
        MediumFinish.Paint(finish, view.Scene.Medium);
        canvas.Flush();
        return Rgb(surface, width, height);
    }

    private static Easel Branch(Easel easel) => easel.At(0, easel.Dice.Branch());

    /// <summary>Leans the view and comes closer to the subject.</summary>
    private static void Look(Easel easel, Composition view)
    {
        var lean = Math.Abs(view.Tilt) / 45f;
        var zoom = view.Zoom + lean;
        var x = view.SubjectX * easel.Width;
        var y = view.Horizon * easel.Height;
        easel.Canvas.Translate(x, y);
        easel.Canvas.RotateDegrees(view.Tilt);
        easel.Canvas.Scale(zoom);
        easel.Canvas.Translate(-x, -y);
    }

    private static byte[] Rgb(SKSurface surface, int width, int height)
    {
        using var pixmap = surface.PeekPixels();
        var source = pixmap.GetPixelSpan();
        var rgb = new byte[width * height * 3];
        for (var y = 0; y < height; y++)
        {
            var row = source.Slice(y * pixmap.RowBytes, width * 4);
            var target = rgb.AsSpan(y * width * 3, width * 3);
            for (int from = 0, to = 0; to < target.Length; from += 4, to += 3)
            {
                target[to] = row[from];
                target[to + 1] = row[from + 1];
                target[to + 2] = row[from + 2];
            }
        }

        return rgb;
    }
}

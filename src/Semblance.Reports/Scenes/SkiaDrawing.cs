using SkiaSharp;

namespace Semblance.Reports.Scenes;

/// <summary>A scene as PNG or PDF, in the light theme, with the shipped font.</summary>
internal static class SkiaDrawing
{
    /// <summary>A PNG file at a number of dots per inch, which it states.</summary>
    public static byte[] Png(Scene scene, int dpi, Func<string, byte[]?> sheets)
    {
        var scale = dpi / 72.0;
        var info = new SKImageInfo(
            Math.Max(1, (int)Math.Round(scene.Width * scale)),
            Math.Max(1, (int)Math.Round(scene.Height * scale)),
            SKColorType.Rgba8888,
            SKAlphaType.Opaque,
            SKColorSpace.CreateSrgb()
        );
        using var surface = SKSurface.Create(info);
        surface.Canvas.Clear(Colour(Tone.Paper));
        surface.Canvas.Scale((float)scale);
        Draw(surface.Canvas, scene, sheets);
        using var image = surface.Snapshot();
        using var data = image.Encode(SKEncodedImageFormat.Png, 100);
        return PngDensity.Add(data.ToArray(), dpi);
    }

    /// <summary>A PDF file of one page: lines as lines, text as text. Without a date, so that the same scene gives the same bytes.</summary>
    public static byte[] Pdf(Scene scene, Func<string, byte[]?> sheets)
    {
        using var stream = new MemoryStream();
        var metadata = new SKDocumentPdfMetadata
        {
            Title = scene.Title,
            Subject = scene.Description,
            Creator = "Semblance",
            Producer = "Semblance",
            RasterDpi = 300,
            EncodingQuality = 95,
        };
        using (var document = SKDocument.CreatePdf(stream, metadata))
        {
            var canvas = document.BeginPage((float)scene.Width, (float)scene.Height);
            Draw(canvas, scene, sheets);
            document.EndPage();
            document.Close();
        }

        return stream.ToArray();
    }

    private static void Draw(SKCanvas canvas, Scene scene, Func<string, byte[]?> sheets)
    {
        var decoded = new Dictionary<string, SKImage?>(StringComparer.Ordinal);
        SKImage? Sheet(string name)
        {
            if (!decoded.TryGetValue(name, out var image))
            {
                decoded[name] = image = sheets(name) is { } bytes ? SKImage.FromEncodedData(bytes) : null;
            }

            return image;
        }

        foreach (var mark in scene.Marks)
        {
            Draw(canvas, mark, Sheet);
        }

        foreach (var image in decoded.Values)
        {
            image?.Dispose();
        }
    }

    private static void Draw(SKCanvas canvas, Mark mark, Func<string, SKImage?> sheet)
    {
        switch (mark)
        {
            case LineMark line:
                using (var path = PathOf(line.Spots, close: false))
                using (var paint = Stroke(line.Tone, line.Width))
                using (var dash = line.Dashed ? SKPathEffect.CreateDash([3, 2.5f], 0) : null)
                {
                    paint.PathEffect = dash;
                    canvas.DrawPath(path, paint);
                }

                break;
            case AreaMark area:
                using (var path = PathOf(area.Spots, close: true))
                using (var paint = Fill(area.Tone))
                {
                    canvas.DrawPath(path, paint);
                }

                break;
            case RectMark rect:
                using (var paint = Fill(rect.Tone))
                {
                    canvas.DrawRect((float)rect.X, (float)rect.Y, (float)rect.Width, (float)rect.Height, paint);
                }

                break;
            case DotMark dot:
                Dot(canvas, dot);
                break;
            case TextMark words:
                Words(canvas, words);
                break;
            case ImageMark image:
                Thumbnail(canvas, image, sheet(image.Image.Sheet));
                break;
            case GroupMark group:
                foreach (var inner in group.Marks)
                {
                    Draw(canvas, inner, sheet);
                }

                break;
        }
    }

    private static void Dot(SKCanvas canvas, DotMark dot)
    {
        using var paint = dot.Hollow ? Stroke(dot.Tone, 1) : Fill(dot.Tone);
        if (dot.Shape == Shape.Circle)
        {
            canvas.DrawCircle((float)dot.Centre.X, (float)dot.Centre.Y, (float)dot.Radius, paint);
            return;
        }

        using var path = PathOf(Shapes.Corners(dot), close: true);
        canvas.DrawPath(path, paint);
    }

    private static void Words(SKCanvas canvas, TextMark words)
    {
        using var font = FontFace.Font(words.Size, words.Strong);
        using var paint = Fill(words.Tone);
        canvas.Save();
        canvas.Translate((float)words.At.X, (float)words.At.Y);
        if (words.Upright)
        {
            canvas.RotateDegrees(-90);
        }

        var width = FontFace.Width(words.Text, words.Size, words.Strong);
        var start = words.Anchor switch
        {
            Anchor.Middle => -width / 2,
            Anchor.End => -width,
            _ => 0,
        };
        canvas.DrawText(words.Text, (float)start, 0, SKTextAlign.Left, font, paint);
        canvas.Restore();
    }

    private static void Thumbnail(SKCanvas canvas, ImageMark mark, SKImage? sheet)
    {
        var place = SKRect.Create((float)mark.X, (float)mark.Y, (float)mark.Side, (float)mark.Side);
        if (sheet is null)
        {
            using var paint = Fill(Tone.Rule);
            canvas.DrawRect(place, paint);
            return;
        }

        var part = SKRect.Create(mark.Image.X, mark.Image.Y, mark.Image.Side, mark.Image.Side);
        canvas.DrawImage(sheet, part, place, new SKSamplingOptions(SKCubicResampler.Mitchell));
    }

    private static SKPath PathOf(IReadOnlyList<Spot> spots, bool close)
    {
        using var builder = new SKPathBuilder();
        builder.AddPoly([.. spots.Select(spot => new SKPoint((float)spot.X, (float)spot.Y))], close);
        return builder.Detach();
    }

    private static SKPaint Fill(Tone tone) => new() { Color = Colour(tone), IsAntialias = true };

    private static SKPaint Stroke(Tone tone, double width) =>
        new()
        {
            Color = Colour(tone),
            IsAntialias = true,
            Style = SKPaintStyle.Stroke,
            StrokeWidth = (float)width,
            StrokeJoin = SKStrokeJoin.Round,
        };

    private static SKColor Colour(Tone tone) => SKColor.Parse(Theme.Light[tone]);
}

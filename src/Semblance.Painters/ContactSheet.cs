using Semblance.Painters.Sheets;
using SkiaSharp;

namespace Semblance.Painters;

/// <summary>The images that one model made from the prompt.</summary>
/// <param name="Label">Name of the model.</param>
/// <param name="Note">Said beside it, for example its score; may be empty.</param>
/// <param name="Images">In the order of their seeds.</param>
public sealed record ContactRow(string Label, string Note, IReadOnlyList<PixelImage> Images);

/// <summary>One sheet with the images that several models made from one prompt. Needs no fonts on the machine.</summary>
public static class ContactSheet
{
    private const int Margin = 48;
    private const int Thumbnail = 184;
    private const int Space = 12;
    private const int Columns = 8;
    private const int HeadHeight = 96;
    private const int LabelHeight = 46;
    private const int BlockSpace = 30;

    private static readonly SKColor Page = new(0xFA, 0xF8, 0xF4);
    private static readonly SKColor Ink = new(0x26, 0x28, 0x2E);
    private static readonly SKColor Quiet = new(0x7B, 0x7A, 0x78);
    private static readonly SKColor Rule = new(0xDD, 0xD8, 0xCE);

    /// <summary>Draws the sheet: the prompt as its title, then each model's name, note and thumbnails, eight to a line.</summary>
    /// <param name="prompt">Cut with an ellipsis where it is too long for one line.</param>
    /// <param name="rows">One for each model; a model without images has its name alone.</param>
    /// <returns>The bytes of a PNG file.</returns>
    /// <exception cref="ArgumentException">An image's pixels are not width x height x 3.</exception>
    public static byte[] Draw(string prompt, IReadOnlyList<ContactRow> rows)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        ArgumentNullException.ThrowIfNull(rows);
        var columns = Math.Clamp(rows.Select(r => r.Images.Count).DefaultIfEmpty(0).Max(), 4, Columns);
        var width = (2 * Margin) + (columns * Thumbnail) + ((columns - 1) * Space);
        var height = Margin + HeadHeight + rows.Sum(r => BlockHeight(r, columns)) + Margin - BlockSpace;
        using var surface = SKSurface.Create(
            new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque, SKColorSpace.CreateSrgb())
        );
        var canvas = surface.Canvas;
        canvas.Clear(Page);
        var inner = width - (2f * Margin);
        Lettering.Draw(canvas, "PROMPT", Margin, Margin + 9, 8, Quiet, 1.1f);
        Lettering.Draw(canvas, Lettering.Fit(prompt, 20, inner), Margin, Margin + 48, 20, Ink, 2f);
        var y = (float)Margin + HeadHeight;
        foreach (var row in rows)
        {
            Block(canvas, row, columns, y, inner);
            y += BlockHeight(row, columns);
        }

        using var image = surface.Snapshot();
        using var png = image.Encode(SKEncodedImageFormat.Png, 100);
        return png.ToArray();
    }

    private static int Lines(ContactRow row, int columns) => (row.Images.Count + columns - 1) / columns;

    private static int BlockHeight(ContactRow row, int columns) =>
        LabelHeight + (Lines(row, columns) * (Thumbnail + Space)) + BlockSpace;

    private static void Block(SKCanvas canvas, ContactRow row, int columns, float top, float width)
    {
        using var rule = new SKPaint { Color = Rule, StrokeWidth = 1 };
        canvas.DrawLine(Margin, top, Margin + width, top, rule);
        var note = Lettering.Fit(row.Note, 11, width * 0.6f);
        var noteWidth = Lettering.Measure(note, 11);
        var label = Lettering.Fit(row.Label, 13, width - noteWidth - 24);
        Lettering.Draw(canvas, label, Margin, top + 31, 13, Ink, 1.9f);
        Lettering.Draw(canvas, note, Margin + width - noteWidth, top + 31, 11, Quiet, 1.3f);
        for (var i = 0; i < row.Images.Count; i++)
        {
            var x = Margin + (i % columns * (Thumbnail + Space));
            var y = top + LabelHeight + (i / columns * (Thumbnail + Space));
            Place(canvas, row.Images[i], x, y);
        }
    }

    /// <summary>Shrinks the image into its square, whole, with rounded corners and a hairline.</summary>
    private static void Place(SKCanvas canvas, PixelImage source, float x, float y)
    {
        if (source.Pixels.Length != source.Width * source.Height * 3)
        {
            throw new ArgumentException(
                $"An image of {source.Width} x {source.Height} has {source.Width * source.Height * 3} bytes, not {source.Pixels.Length}.",
                nameof(source)
            );
        }

        using var image = Image(source);
        var scale = Thumbnail / (float)Math.Max(source.Width, source.Height);
        var (w, h) = (source.Width * scale, source.Height * scale);
        var box = SKRect.Create(x + ((Thumbnail - w) / 2), y + ((Thumbnail - h) / 2), w, h);
        using var frame = new SKRoundRect(box, 4);
        canvas.Save();
        canvas.ClipRoundRect(frame, SKClipOperation.Intersect, true);
        canvas.DrawImage(image, box, new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear));
        canvas.Restore();
        using var hairline = new SKPaint
        {
            IsAntialias = true,
            IsStroke = true,
            Color = new SKColor(0, 0, 0, 40),
        };
        canvas.DrawRoundRect(frame, hairline);
    }

    private static SKImage Image(PixelImage source)
    {
        var rgba = new byte[source.Width * source.Height * 4];
        for (int from = 0, to = 0; to < rgba.Length; from += 3, to += 4)
        {
            rgba[to] = source.Pixels[from];
            rgba[to + 1] = source.Pixels[from + 1];
            rgba[to + 2] = source.Pixels[from + 2];
            rgba[to + 3] = 255;
        }

        var info = new SKImageInfo(source.Width, source.Height, SKColorType.Rgba8888, SKAlphaType.Opaque);
        return SKImage.FromPixelCopy(info, rgba);
    }
}

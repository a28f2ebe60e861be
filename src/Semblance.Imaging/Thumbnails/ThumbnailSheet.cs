using System.Runtime.CompilerServices;
using NetVips;
using Semblance.Imaging.Formats;
using Semblance.Imaging.Resizing;
using VipsImage = NetVips.Image;

namespace Semblance.Imaging.Thumbnails;

/// <summary>How a sheet of thumbnails is stored.</summary>
public enum SheetFormat
{
    /// <summary>AVIF, small: for web pages.</summary>
    Avif,

    /// <summary>JPEG, at a quality for print: for figures that other programs open.</summary>
    Jpeg,
}

/// <summary>Small copies of several images in one file, row by row, each fitted into a square.</summary>
public static class ThumbnailSheet
{
    /// <summary>How many images a row has; the last row may have fewer.</summary>
    public const int Columns = 20;

    /// <summary>What lies beside images that are not square, and in the place of those that cannot be shown.</summary>
    private const byte Gray = 136;

    private const int Channels = 3;

    private const int Quality = 50;
    private const int PrintQuality = 90;

    /// <summary>The media type of a sheet.</summary>
    public static string MediaType(SheetFormat format) => format == SheetFormat.Avif ? "image/avif" : "image/jpeg";

    /// <summary>Rows and columns of a sheet in pixels.</summary>
    /// <param name="images">How many, at least 1.</param>
    /// <param name="side">Of a thumbnail.</param>
    public static (int Width, int Height) SizeOf(int images, int side) =>
        (Math.Min(images, Columns) * side, (((images - 1) / Columns) + 1) * side);

    /// <summary>A file with all thumbnails. The same files give the same bytes.</summary>
    /// <param name="files">Whole image files; null for one that is gone.</param>
    /// <param name="side">Width and height of a thumbnail, in pixels.</param>
    /// <param name="format">Of the sheet.</param>
    /// <param name="shown">For each file, whether it could be shown, [n].</param>
    public static byte[] Write(IReadOnlyList<byte[]?> files, int side, SheetFormat format, out bool[] shown)
    {
        ArgumentNullException.ThrowIfNull(files);
        ArgumentOutOfRangeException.ThrowIfLessThan(files.Count, 1, nameof(files));
        var (width, height) = SizeOf(files.Count, side);
        var pixels = new byte[width * height * Channels];
        Array.Fill(pixels, Gray);
        shown = new bool[files.Count];
        for (var i = 0; i < shown.Length; i++)
        {
            if (files[i] is { } file && Fitted(file, side) is { } small)
            {
                var left = (i % Columns * side) + ((side - small.Width) / 2);
                var top = (i / Columns * side) + ((side - small.Height) / 2);
                Place(small, pixels, (top * width) + left, width);
                shown[i] = true;
            }
        }

        return Encoded(pixels, width, height, format);
    }

    private static byte[] Encoded(byte[] pixels, int width, int height, SheetFormat format)
    {
        RuntimeHelpers.RunClassConstructor(typeof(VipsReader).TypeHandle);
        using var raw = VipsImage.NewFromMemory(pixels, width, height, Channels, Enums.BandFormat.Uchar);
        using var sheet = raw.Copy(interpretation: Enums.Interpretation.Srgb);
        return format == SheetFormat.Avif
            ? sheet.HeifsaveBuffer(
                q: Quality,
                compression: Enums.ForeignHeifCompression.Av1,
                effort: 0,
                keep: Enums.ForeignKeep.None
            )
            : sheet.JpegsaveBuffer(q: PrintQuality, keep: Enums.ForeignKeep.None);
    }

    /// <summary>The image as large as it fits into the square, RGB; null for a file that is not an image that is read, or is damaged.</summary>
    private static DecodedImage? Fitted(byte[] file, int side)
    {
        try
        {
            var image = ImageDecoder.DecodeSmall(file, side);
            var scale = (double)side / Math.Max(image.Width, image.Height);
            return PillowResize.Resize(
                new DecodedImage(PixelMode.RGB, image.Width, image.Height, ColourConversion.OnWhite(image)),
                Math.Max(1, (int)Math.Round(image.Width * scale)),
                Math.Max(1, (int)Math.Round(image.Height * scale)),
                ResizeFilter.Lanczos
            );
        }
        catch (InputException)
        {
            return null;
        }
    }

    private static void Place(DecodedImage image, byte[] pixels, int corner, int width)
    {
        var line = image.Width * Channels;
        for (var y = 0; y < image.Height; y++)
        {
            image.Samples.AsSpan(y * line, line).CopyTo(pixels.AsSpan((corner + (y * width)) * Channels));
        }
    }
}

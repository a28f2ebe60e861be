using System.Runtime.CompilerServices;
using NetVips;
using Semblance.Imaging.Formats;
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
    private const double Gray = 136;

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
        RuntimeHelpers.RunClassConstructor(typeof(VipsReader).TypeHandle);
        shown = new bool[files.Count];
        var cells = new VipsImage[files.Count];
        try
        {
            for (var i = 0; i < cells.Length; i++)
            {
                var cell = files[i] is { } file ? Thumbnail(file, side) : null;
                shown[i] = cell is not null;
                cells[i] = cell ?? (VipsImage.Black(side, side, bands: 3) + Gray).Cast(Enums.BandFormat.Uchar);
            }

            using var sheet = VipsImage.Arrayjoin(cells, across: Math.Min(cells.Length, Columns), background: [Gray]);
            return format == SheetFormat.Avif
                ? sheet.HeifsaveBuffer(
                    q: Quality,
                    compression: Enums.ForeignHeifCompression.Av1,
                    effort: 0,
                    keep: Enums.ForeignKeep.None
                )
                : sheet.JpegsaveBuffer(q: PrintQuality, keep: Enums.ForeignKeep.None);
        }
        finally
        {
            foreach (var cell in cells)
            {
                cell?.Dispose();
            }
        }
    }

    /// <summary>Null for a file that is not an image that is read, or is damaged.</summary>
    private static VipsImage? Thumbnail(byte[] file, int side)
    {
        using var share = ImageLimits.Default.Memory.Begin();
        try
        {
            var format = ImageFormats.Sniff(file);
            if (format is ImageFormat.JPEG or ImageFormat.WebP or ImageFormat.PNG)
            {
                VipsReader.CheckHeader(file, format, ImageLimits.Default with { Share = share });
            }

            using var small = format switch
            {
                ImageFormat.JPEG => Jpeg(file, side),
                // These loaders make the image small while they decode it.
                ImageFormat.WebP or ImageFormat.PNG => VipsImage.ThumbnailBuffer(
                    file,
                    side,
                    height: side,
                    noRotate: true,
                    failOn: Enums.FailOn.Error
                ),
                _ => Decoded(file, side),
            };
            using var flat = small.HasAlpha() ? small.Flatten(background: [255]) : small.Copy();
            using var colour = flat.Colourspace(Enums.Interpretation.Srgb);
            using var bytes = colour.Cast(Enums.BandFormat.Uchar);
            using var cell = bytes.Gravity(
                Enums.CompassDirection.Centre,
                side,
                side,
                extend: Enums.Extend.Background,
                background: [Gray]
            );
            return cell.CopyMemory();
        }
        catch (Exception error) when (error is VipsException or InputException)
        {
            return null;
        }
    }

    /// <summary>
    /// Made as small as the decoder can, and the rest by resizing: libvips' own thumbnail decodes twice as many rows and
    /// columns, which cannot be seen at this size and takes a third longer.
    /// </summary>
    private static VipsImage Jpeg(byte[] file, int side)
    {
        using var header = VipsImage.JpegloadBuffer(file);
        var factor = (double)Math.Max(header.Width, header.Height) / side;
        var shrink = factor switch
        {
            >= 8 => 8,
            >= 4 => 4,
            >= 2 => 2,
            _ => 1,
        };
        using var small = VipsImage.JpegloadBuffer(file, shrink: shrink, failOn: Enums.FailOn.Error);
        return small.ThumbnailImage(side, height: side, noRotate: true);
    }

    private static VipsImage Decoded(byte[] file, int side)
    {
        var image = ImageDecoder.Decode(file);
        using var raw = VipsImage.NewFromMemory(
            ColourConversion.OnWhite(image),
            image.Width,
            image.Height,
            3,
            Enums.BandFormat.Uchar
        );
        using var colours = raw.Copy(interpretation: Enums.Interpretation.Srgb);
        return colours.ThumbnailImage(side, height: side).CopyMemory();
    }
}

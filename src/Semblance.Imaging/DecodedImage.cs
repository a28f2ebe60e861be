namespace Semblance.Imaging;

/// <summary>How the samples of an image are to be read: the modes of Pillow that image files are opened in.</summary>
public enum PixelMode
{
    /// <summary>One bit, held as 0 or 255 (Pillow's <c>1</c>).</summary>
    One,

    /// <summary>Gray, one byte a pixel.</summary>
    L,

    /// <summary>Gray and alpha, two bytes a pixel.</summary>
    LA,

    /// <summary>Red, green and blue, three bytes a pixel.</summary>
    RGB,

    /// <summary>Red, green, blue, alpha (not premultiplied).</summary>
    RGBA,

    /// <summary>One byte a pixel, an index into <see cref="DecodedImage.Palette"/>.</summary>
    P,

    /// <summary>Cyan, magenta, yellow, black; 0 means no ink.</summary>
    CMYK,

    /// <summary>16-bit gray, two bytes each, low byte first (Pillow's <c>I;16</c>).</summary>
    I16,
}

/// <summary>An image as its file holds it, in the file's own mode, top row first, samples interleaved.</summary>
/// <param name="Mode">What the samples mean.</param>
/// <param name="Width">Columns, at least 1.</param>
/// <param name="Height">Rows, at least 1.</param>
/// <param name="Samples">Height x Width x <see cref="BytesPerPixel"/> bytes.</param>
public sealed record DecodedImage(PixelMode Mode, int Width, int Height, byte[] Samples)
{
    /// <summary>256 colours of R, G, B, A for <see cref="PixelMode.P"/>; A is 255 where the file says nothing.</summary>
    public byte[]? Palette { get; init; }

    /// <summary>The colour (R, G, B; three equal values for gray) that the file declares to be clear, or null.</summary>
    public (byte R, byte G, byte B)? ClearColour { get; init; }

    /// <summary>What a reader of the scores should know of the image.</summary>
    public ImageRemarks Remarks { get; init; }

    /// <summary>Bytes of one pixel: 1 to 4.</summary>
    public int BytesPerPixel => BytesOf(Mode);

    internal static int BytesOf(PixelMode mode) =>
        mode switch
        {
            PixelMode.LA or PixelMode.I16 => 2,
            PixelMode.RGB => 3,
            PixelMode.RGBA or PixelMode.CMYK => 4,
            _ => 1,
        };

    /// <summary>
    /// A palette as Pillow fills it: 256 colours of R, G, B, A, gray ramp behind the colours given, opaque behind the
    /// alphas given.
    /// </summary>
    internal static byte[] FullPalette(ReadOnlySpan<byte> rgb, ReadOnlySpan<byte> alpha = default)
    {
        var palette = new byte[1024];
        for (var i = 0; i < 256; i++)
        {
            var colour = (i * 3) + 2 < rgb.Length ? rgb.Slice(i * 3, 3) : [(byte)i, (byte)i, (byte)i];
            colour.CopyTo(palette.AsSpan(i * 4));
            palette[(i * 4) + 3] = i < alpha.Length ? alpha[i] : (byte)255;
        }

        return palette;
    }
}

namespace Semblance.Imaging;

/// <summary>Pillow's conversions to RGB, to the bit.</summary>
public static class ColourConversion
{
    /// <summary>Pillow's <c>convert("RGB")</c>: alpha is dropped, and the colour under it shows.</summary>
    /// <returns>Height x Width x 3; the image's own samples where it is RGB already.</returns>
    public static byte[] ToRgb(DecodedImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        return image.Mode == PixelMode.RGB ? image.Samples : Convert(image, isOnWhite: false);
    }

    /// <summary>
    /// The image on white as transformers 5 does it (<c>convert("RGBA")</c>, then <c>alpha_composite</c>): clear colours
    /// and clear palette entries count as transparent too.
    /// </summary>
    public static byte[] OnWhite(DecodedImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        var hasAlpha = image.Mode is PixelMode.RGBA or PixelMode.LA or PixelMode.P || image.ClearColour is not null;
        return hasAlpha ? Convert(image, isOnWhite: true) : ToRgb(image);
    }

    private static byte[] Convert(DecodedImage image, bool isOnWhite)
    {
        var source = image.Samples;
        var step = image.BytesPerPixel;
        var rgb = new byte[checked(image.Width * image.Height * 3)];
        for (int i = 0, o = 0; o < rgb.Length; i += step, o += 3)
        {
            var (r, g, b) = Colour(image, source, i);
            if (isOnWhite)
            {
                var alpha = image.Mode switch
                {
                    PixelMode.RGBA => source[i + 3],
                    PixelMode.LA => source[i + 1],
                    PixelMode.P => image.Palette![(source[i] * 4) + 3],
                    _ => image.ClearColour == (r, g, b) ? (byte)0 : (byte)255,
                };
                (r, g, b) = (Over(r, alpha), Over(g, alpha), Over(b, alpha));
            }

            (rgb[o], rgb[o + 1], rgb[o + 2]) = (r, g, b);
        }

        return rgb;
    }

    private static (byte R, byte G, byte B) Colour(DecodedImage image, byte[] s, int i)
    {
        switch (image.Mode)
        {
            case PixelMode.P:
                var entry = s[i] * 4;
                return (image.Palette![entry], image.Palette[entry + 1], image.Palette[entry + 2]);
            case PixelMode.CMYK:
                var light = 255 - s[i + 3];
                return (Ink(s[i], light), Ink(s[i + 1], light), Ink(s[i + 2], light));
            case PixelMode.RGB or PixelMode.RGBA:
                return (s[i], s[i + 1], s[i + 2]);
            case PixelMode.I16:
                // Clipped, not scaled: that is what every PIL-based preprocessor does with 16-bit gray.
                var clipped = s[i + 1] != 0 ? (byte)255 : s[i];
                return (clipped, clipped, clipped);
            default:
                return (s[i], s[i], s[i]);
        }
    }

    private static byte Ink(byte ink, int light) => (byte)Math.Max(0, light - MultiplyDiv255(ink, light));

    /// <summary>a * b / 255, rounded, as Pillow's MULDIV255 has it.</summary>
    internal static int MultiplyDiv255(int a, int b)
    {
        var product = (a * b) + 128;
        return ((product >> 8) + product) >> 8;
    }

    // AlphaComposite over opaque white: 7 bits of extra precision, divisions rounded.
    private static byte Over(byte value, byte alpha)
    {
        var weighted = (value * alpha * 128) + (255 * (255 - alpha) * 128) + (128 << 7);
        return (byte)((((weighted >> 8) + weighted) >> 8) >> 7);
    }
}

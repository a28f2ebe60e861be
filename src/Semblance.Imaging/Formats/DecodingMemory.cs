namespace Semblance.Imaging.Formats;

/// <summary>What decoding an image takes, known from its header: the samples, and what each decoder holds beside them.</summary>
internal static class DecodingMemory
{
    /// <summary>What the samples become on the way to a network: RGB, and rows of it that are made smaller.</summary>
    private const int Converted = 4;

    /// <summary>Takes it of the budget, and waits for it where other images have it.</summary>
    /// <param name="limits">Hold the share of this image.</param>
    /// <param name="width">Columns of pixels.</param>
    /// <param name="height">Rows of pixels.</param>
    /// <param name="format">Of the file.</param>
    /// <param name="samples">Bytes of a pixel's samples.</param>
    /// <exception cref="InputException">The whole budget is not enough.</exception>
    public static void Take(ImageLimits limits, long width, long height, ImageFormat format, int samples)
    {
        var beside = format switch
        {
            // Of interlaced ones the library holds all rows.
            ImageFormat.PNG => samples,
            // Progressive ones are held as coefficients of 16 bits.
            ImageFormat.JPEG or ImageFormat.TIFF => 2 * samples,
            ImageFormat.WebP => 16,
            ImageFormat.AVIF => 24,
            _ => 4,
        };
        limits.Share?.Take(width, height, Converted + samples + beside);
    }
}

using Semblance.Imaging.Formats;

namespace Semblance.Imaging;

/// <summary>What an image file may ask for before it is refused; all of it is checked before any pixel is decoded.</summary>
/// <param name="MaxPixels">Largest width times height; the default is the one of Pillow.</param>
/// <param name="MaxBytes">Largest file, in bytes.</param>
public sealed record ImageLimits(long MaxPixels = 178_956_970, long MaxBytes = 1L << 30)
{
    /// <summary>What the samples of an image become on the way to a network: RGB, and rows of it that are made smaller.</summary>
    private const int Converted = 4;

    /// <summary>178,956,970 pixels (22,369,621 of WebP and AVIF), 1 GiB, and a quarter of the machine's memory.</summary>
    public static ImageLimits Default { get; } = new();

    /// <summary>
    /// The same for WebP and AVIF, whose decoders hold the whole image several times over; a file of 200 bytes can ask for it.
    /// The default is an eighth of <see cref="MaxPixels"/>'s, 4729x4729.
    /// </summary>
    public long MaxPixelsWhole { get; init; } = 22_369_621;

    /// <summary>What all images that are decoded at a time may take together.</summary>
    public MemoryBudget Memory { get; init; } = MemoryBudget.OfMachine;

    /// <summary>Of the image that is decoded.</summary>
    internal MemoryShare? Share { get; init; }

    /// <summary>Takes the memory that decoding needs, by what was measured of each decoder.</summary>
    /// <param name="width">Columns of pixels.</param>
    /// <param name="height">Rows of pixels.</param>
    /// <param name="format">Of the file.</param>
    /// <param name="samples">Bytes of a pixel's samples.</param>
    /// <exception cref="InputException">The whole budget is not enough.</exception>
    internal void Take(long width, long height, ImageFormat format, int samples) =>
        Share?.Take(
            width,
            height,
            Converted
                + samples
                + format switch
                {
                    // Of interlaced ones the library holds all rows.
                    ImageFormat.PNG => samples,
                    // Progressive ones are held as coefficients of 16 bits.
                    ImageFormat.JPEG => 2 * samples,
                    ImageFormat.TIFF => 2 * samples,
                    ImageFormat.WebP => 16,
                    ImageFormat.AVIF => 24,
                    _ => 4,
                }
        );
}

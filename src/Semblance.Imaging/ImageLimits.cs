namespace Semblance.Imaging;

/// <summary>What an image file may ask for before it is refused; all of it is checked before any pixel is decoded.</summary>
/// <param name="MaxPixels">Largest width times height; the default is the one of Pillow.</param>
/// <param name="MaxBytes">Largest file, in bytes.</param>
public sealed record ImageLimits(long MaxPixels = 178_956_970, long MaxBytes = 1L << 30)
{
    /// <summary>178,956,970 pixels (22,369,621 of WebP, AVIF and files below 1 MiB), 1 GiB, and a quarter of the machine's memory.</summary>
    public static ImageLimits Default { get; } = new();

    /// <summary>
    /// The same for WebP and AVIF, whose decoders hold the whole image several times over; a file of 200 bytes can ask for it.
    /// Also for any file below 1 MiB, which would take hundreds of times its length.
    /// The default is an eighth of <see cref="MaxPixels"/>'s, 4729x4729.
    /// </summary>
    public long MaxPixelsWhole { get; init; } = 22_369_621;

    /// <summary>What all images that are decoded at a time may take together.</summary>
    public MemoryBudget Memory { get; init; } = MemoryBudget.OfMachine;

    /// <summary>Of the image that is decoded.</summary>
    internal MemoryShare? Share { get; init; }
}

namespace Semblance.Imaging;

/// <summary>What an image file may ask for before it is refused; both are checked before any pixel is decoded.</summary>
/// <param name="MaxPixels">Largest width times height; the default is the one of Pillow.</param>
/// <param name="MaxBytes">Largest file, in bytes.</param>
public sealed record ImageLimits(long MaxPixels = 178_956_970, long MaxBytes = 1L << 30)
{
    /// <summary>178,956,970 pixels and 1 GiB.</summary>
    public static ImageLimits Default { get; } = new();
}

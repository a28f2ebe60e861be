using Semblance.Imaging.Formats;

namespace Semblance.Imaging;

/// <summary>
/// Opens image files as Pillow does: in the file's own mode, first frame, without EXIF orientation or colour profiles.
/// PNG and GIF are read here, since palette indexes and key colours matter; JPEG, WebP, TIFF and AVIF by libvips.
/// </summary>
public static class ImageDecoder
{
    /// <summary>Names the code that turned bytes into pixels, for the identity of an embedding.</summary>
    public static string Version => VipsReader.Version;

    /// <summary>Decodes one file.</summary>
    /// <param name="file">The whole file.</param>
    /// <param name="limits">What it may ask for; <see cref="ImageLimits.Default"/> where null.</param>
    /// <exception cref="InputException">
    /// The file is empty, not an image, truncated, corrupt, too large or of a format that is not read. The message has
    /// no file name: it goes on after one ("is truncated ...").
    /// </exception>
    public static DecodedImage Decode(ReadOnlyMemory<byte> file, ImageLimits? limits = null) =>
        Decode(file, limits ?? ImageLimits.Default, length => GC.AllocateUninitializedArray<byte>(length));

    /// <summary>Decodes one file into memory of the caller's.</summary>
    /// <param name="file">The whole file.</param>
    /// <param name="limits">What it may ask for.</param>
    /// <param name="allocate">Gets the number of bytes needed, and returns an array of that length or longer.</param>
    /// <exception cref="InputException">As the other overload.</exception>
    public static DecodedImage Decode(ReadOnlyMemory<byte> file, ImageLimits limits, Func<int, byte[]> allocate)
    {
        ArgumentNullException.ThrowIfNull(limits);
        var bytes = file.Span;
        if (bytes.IsEmpty)
        {
            throw new InputException("is empty (0 bytes)");
        }

        if (bytes.Length > limits.MaxBytes)
        {
            throw new InputException($"is too large: {bytes.Length} bytes, where {limits.MaxBytes} are allowed");
        }

        switch (ImageFormats.Sniff(bytes))
        {
            case ImageFormat.Png:
                return PngReader.Read(file, limits, allocate);
            case ImageFormat.Gif:
                return GifReader.Read(bytes, limits);
            case ImageFormat.Jpeg or ImageFormat.WebP or ImageFormat.Tiff or ImageFormat.Avif:
                return VipsReader.Read(file, ImageFormats.Sniff(bytes), limits, allocate);
            case ImageFormat.Unknown:
                throw new InputException("is not an image: its first bytes are of no image format");
            case var other:
                throw new InputException($"is a {ImageFormats.NameOf(other)} file, which is not read: save it as PNG");
        }
    }

    internal static void CheckSize(long width, long height, ImageLimits limits)
    {
        if (width < 1 || height < 1)
        {
            throw new InputException($"is corrupt: it claims to be {width}x{height} pixels");
        }
        // Two gigabytes is what an array of samples can hold, whatever the limit says.
        if (width * height > Math.Min(limits.MaxPixels, int.MaxValue / 4))
        {
            throw new InputException(
                $"is too large: {width}x{height} are {width * height} pixels, where {limits.MaxPixels} are allowed"
            );
        }
    }
}

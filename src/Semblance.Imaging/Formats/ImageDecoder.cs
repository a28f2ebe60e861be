using System.Runtime.InteropServices;
using Semblance.Tensors;

namespace Semblance.Imaging.Formats;

/// <summary>
/// Opens image files as Pillow does: in the file's own mode, first frame, TIFF turned as it says and other formats
/// as they lie, without colour profiles. libvips decodes all but GIF and BMP.
/// </summary>
public static class ImageDecoder
{
    private const int SmallFile = 1 << 20;

    /// <summary>Names the code that turned bytes into pixels, for the identity of an embedding.</summary>
    public static string Version => VipsReader.Version;

    /// <summary>Decodes a whole image file.</summary>
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
    /// <param name="share">
    /// Takes what decoding needs of <see cref="ImageLimits.Memory"/> and is the caller's to dispose of, once nothing is left of
    /// the image; null to give it back when the image is decoded.
    /// </param>
    public static DecodedImage Decode(
        ReadOnlyMemory<byte> file,
        ImageLimits limits,
        Func<int, byte[]> allocate,
        MemoryShare? share = null
    )
    {
        ArgumentNullException.ThrowIfNull(limits);
        using var own = share is null ? limits.Memory.Begin() : null;
        limits = limits with
        {
            Share = share ?? own,
            // A file that unpacks a thousandfold is no photograph, and was perhaps made to fill the memory.
            MaxPixels = file.Length < SmallFile ? Math.Min(limits.MaxPixels, limits.MaxPixelsWhole) : limits.MaxPixels,
        };
        var bytes = file.Span;
        if (bytes.IsEmpty)
        {
            throw new InputException("is empty (0 bytes)");
        }

        if (bytes.Length > limits.MaxBytes)
        {
            throw new InputException($"is too large: {bytes.Length} bytes, where {limits.MaxBytes} are allowed")
            {
                Remedies = [new Remedy(RemedyKind.AllowMoreBytes)],
            };
        }

        return ImageFormats.Sniff(bytes) switch
        {
            ImageFormat.PNG => PngReader.Read(file, limits, allocate),
            ImageFormat.GIF => GifReader.Read(bytes, limits),
            ImageFormat.BMP => BmpReader.Read(bytes, limits),
            ImageFormat.Unknown or ImageFormat.SVG when ForeignFile.Of(bytes) is { } what => throw new InputException(
                $"is not an image: it {what}"
            ),
            ImageFormat.Unknown => throw new InputException(
                bytes[..Math.Min(bytes.Length, ForeignFile.StartBytes)].ContainsAnyExcept((byte)0)
                    ? "is not an image: its first bytes are not those of an image format"
                    : "is not an image: it begins with zeros, as after a copy that was interrupted; copy it again"
            ),
            var known and (ImageFormat.JPEG or ImageFormat.WebP or ImageFormat.TIFF or ImageFormat.AVIF) =>
                VipsReader.Read(Whole(file), known, limits, allocate),
            var other => throw new InputException(
                $"is a {ImageFormats.NameOf(other)} file, which is not read: save it as PNG"
            ),
        };
    }

    /// <summary>
    /// Decodes a whole file at a fraction of its size where the format allows that (JPEG: down to an eighth, each sample the
    /// mean of its block), and otherwise as <see cref="Decode(ReadOnlyMemory{byte}, ImageLimits?)"/>. All data are read, so
    /// the same files are refused.
    /// </summary>
    /// <param name="file">The whole file.</param>
    /// <param name="side">What the longer side keeps at least, in pixels, where the image has as many.</param>
    /// <param name="limits">What it may ask for; <see cref="ImageLimits.Default"/> where null.</param>
    /// <exception cref="InputException">As the other overload.</exception>
    public static DecodedImage DecodeSmall(ReadOnlyMemory<byte> file, int side = 1, ImageLimits? limits = null)
    {
        limits ??= ImageLimits.Default;
        if (ImageFormats.Sniff(file.Span) != ImageFormat.JPEG || file.Length > limits.MaxBytes)
        {
            return Decode(file, limits);
        }

        using var share = limits.Memory.Begin();
        var facts = FileFacts.Read(file.Span);
        var factor = Math.Max(facts.Width ?? 0, facts.Height ?? 0) / side;
        return VipsReader.Read(
            Whole(file),
            ImageFormat.JPEG,
            limits with
            {
                Share = share,
            },
            length => GC.AllocateUninitializedArray<byte>(length),
            shrink: factor switch
            {
                >= 8 => 8,
                >= 4 => 4,
                >= 2 => 2,
                _ => 1,
            }
        );
    }

    private static byte[] Whole(ReadOnlyMemory<byte> file) =>
        MemoryMarshal.TryGetArray(file, out var segment) && segment.Count == segment.Array!.Length
            ? segment.Array
            : file.ToArray();

    internal static void CheckSize(long width, long height, ImageLimits limits, bool isWhole = false)
    {
        if (width < 1 || height < 1)
        {
            throw new InputException($"is corrupt: it claims to be {width}x{height} pixels");
        }

        var pixels = (Int128)width * height;
        // An array of samples holds two gigabytes and libvips takes sides up to 100 million, whatever the limit says.
        const int Most = int.MaxValue / 4;
        var allowed = Math.Min(isWhole ? Math.Min(limits.MaxPixelsWhole, limits.MaxPixels) : limits.MaxPixels, Most);
        if (pixels > allowed)
        {
            throw new InputException($"is too large: {width}x{height} are {pixels} pixels, where {allowed} are allowed")
            {
                Remedies = pixels > Most ? [] : [new Remedy(RemedyKind.AllowMorePixels)],
            };
        }

        if (Math.Max(width, height) > 100_000_000)
        {
            throw new InputException($"is too large: {width}x{height} pixels, where a side may have 100000000");
        }
    }
}

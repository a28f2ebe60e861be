using System.Net.Mime;
using Semblance.Imaging;
using Semblance.Imaging.Formats;

namespace Semblance.Remote;

/// <summary>A file that a server sent, decoded once: whether it is an image, which size, and whether anything is on it.</summary>
internal sealed record SentImage
{
    /// <summary>Larger images are refused before they are decoded.</summary>
    private static readonly ImageLimits Limits = new(MaxPixels: 64L << 20, MaxBytes: 64L << 20);

    /// <summary>Channels that differ by no more than this are one colour.</summary>
    private const int BlankRange = 2;

    /// <summary>What is wrong, as the rest of a sentence; null for an image.</summary>
    public string? Fault { get; private init; }

    /// <summary>Columns of pixels, at least 1.</summary>
    public int Width { get; private init; }

    /// <summary>Rows of pixels, at least 1.</summary>
    public int Height { get; private init; }

    /// <summary>Whether it is of one colour.</summary>
    public bool IsBlank { get; private init; }

    /// <summary>The file as it came.</summary>
    public EncodedImage? AsSent { get; private init; }

    /// <summary>The file that is kept: as it came, or the same pixels as PNG.</summary>
    public EncodedImage? Kept { get; private init; }

    public static SentImage Read(
        ReadOnlyMemory<byte> bytes,
        bool asPng,
        IReadOnlyList<KeyValuePair<string, string>> texts
    )
    {
        var type = TypeOf(bytes.Span);
        if (type is null)
        {
            return new SentImage { Fault = $"sent {bytes.Length} bytes that are not a PNG, JPEG or WebP image" };
        }

        DecodedImage image;
        try
        {
            image = ImageDecoder.Decode(bytes, Limits);
        }
        catch (InputException fault)
        {
            return new SentImage { Fault = $"sent an image that {fault.Message}" };
        }

        var sent = new EncodedImage(type, bytes);
        return new SentImage
        {
            Width = image.Width,
            Height = image.Height,
            IsBlank = Blank(image),
            AsSent = sent,
            // Other modes have more than three channels, or colours that a plain PNG would change.
            Kept =
                asPng && type != MediaTypeNames.Image.Png && image.Mode == PixelMode.RGB
                    ? new EncodedImage(
                        MediaTypeNames.Image.Png,
                        PngWriter.Write(image.Samples, image.Width, image.Height, texts)
                    )
                    : sent,
        };
    }

    private static string? TypeOf(ReadOnlySpan<byte> bytes) =>
        bytes.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'P', (byte)'N', (byte)'G']) ? MediaTypeNames.Image.Png
        : bytes.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]) ? MediaTypeNames.Image.Jpeg
        : bytes.Length > 12 && bytes.StartsWith("RIFF"u8) && bytes[8..].StartsWith("WEBP"u8) ? MediaTypeNames.Image.Webp
        : null;

    private static bool Blank(DecodedImage image)
    {
        var channels = image.BytesPerPixel;
        var colours = image.Mode is PixelMode.RGBA or PixelMode.LA ? channels - 1 : channels;
        for (var channel = 0; channel < colours; channel++)
        {
            (byte least, byte most) = (255, 0);
            for (var i = channel; i < image.Width * image.Height * channels; i += channels)
            {
                least = Math.Min(least, image.Samples[i]);
                most = Math.Max(most, image.Samples[i]);
                if (most - least > BlankRange)
                {
                    return false;
                }
            }
        }

        return true;
    }
}

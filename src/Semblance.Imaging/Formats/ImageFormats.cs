using System.Buffers.Binary;
using System.Text;

namespace Semblance.Imaging.Formats;

internal enum ImageFormat
{
    Unknown,
    PNG,
    GIF,
    JPEG,
    WebP,
    TIFF,
    AVIF,
    HEIC,
    BMP,
    JPEG2000,
    JPEGXL,
    Photoshop,
    ICO,
    SVG,
    PDF,
    OpenEXR,
    PNM,
    QOI,
}

/// <summary>Recognises formats by their first bytes; file names do not count.</summary>
internal static class ImageFormats
{
    private static readonly (string Start, ImageFormat Format)[] Starts =
    [
        ("\u0089PNG\r\n\u001A\n", ImageFormat.PNG),
        ("GIF87a", ImageFormat.GIF),
        ("GIF89a", ImageFormat.GIF),
        ("\u00FF\u00D8\u00FF", ImageFormat.JPEG),
        ("II*\0", ImageFormat.TIFF),
        ("MM\0*", ImageFormat.TIFF),
        ("II+\0", ImageFormat.TIFF),
        ("MM\0+", ImageFormat.TIFF),
        ("\0\0\0\u000CjP  ", ImageFormat.JPEG2000),
        ("\u00FFO\u00FFQ", ImageFormat.JPEG2000),
        ("\0\0\0\u000CJXL ", ImageFormat.JPEGXL),
        ("\u00FF\n", ImageFormat.JPEGXL),
        ("8BPS", ImageFormat.Photoshop),
        ("%PDF-", ImageFormat.PDF),
        ("v/1\u0001", ImageFormat.OpenEXR),
        ("qoif", ImageFormat.QOI),
    ];

    public static ImageFormat Sniff(ReadOnlySpan<byte> file)
    {
        var head = Encoding.Latin1.GetString(file[..Math.Min(file.Length, 1024)]);
        bool Has(string text, int at = 0) => head.AsSpan(Math.Min(at, head.Length)).StartsWith(text);
        foreach (var (start, format) in Starts)
        {
            if (Has(start))
            {
                return format;
            }
        }

        return head switch
        {
            _ when Has("RIFF") && Has("WEBP", 8) => ImageFormat.WebP,
            _ when Has("ftyp", 4) => Brand(head, BinaryPrimitives.ReadUInt32BigEndian(file)),
            // The length of a known header, so that text that begins with BM is not taken for one.
            { Length: >= 26 } when Has("BM") && Has("\0\0\0", 15) && head[14] is >= (char)12 and <= (char)124 =>
                ImageFormat.BMP,
            { Length: > 22 } when Has("\0\0\u0001\0") => ImageFormat.ICO,
            ['P', >= '1' and <= '7', '\n' or ' ', ..] => ImageFormat.PNM,
            _ when head.Contains("<svg", StringComparison.Ordinal) => ImageFormat.SVG,
            _ => ImageFormat.Unknown,
        };
    }

    public static string NameOf(ImageFormat format) =>
        format switch
        {
            ImageFormat.JPEG2000 => "JPEG 2000",
            ImageFormat.JPEGXL => "JPEG XL",
            _ => format.ToString(),
        };

    // The major brand may be a general one (mif1), so the compatible ones are looked through as well.
    private static ImageFormat Brand(string head, uint length)
    {
        for (var at = 8; at + 4 <= Math.Min(Math.Min(length, 256), head.Length); at += 4)
        {
            switch (head.Substring(at, 4))
            {
                case "avif" or "avis":
                    return ImageFormat.AVIF;
                case "heic" or "heix" or "hevc":
                    return ImageFormat.HEIC;
            }
        }

        return ImageFormat.Unknown;
    }
}

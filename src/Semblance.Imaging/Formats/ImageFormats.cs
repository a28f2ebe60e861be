using System.Text;

namespace Semblance.Imaging.Formats;

internal enum ImageFormat
{
    Unknown,
    Png,
    Gif,
    Jpeg,
    WebP,
    Tiff,
    Avif,
    Heic,
    Bmp,
    Jpeg2000,
    JpegXl,
    Psd,
    Ico,
    Svg,
    Pdf,
    OpenExr,
    Netpbm,
    Qoi,
}

/// <summary>Tells formats by their first bytes; file names say nothing.</summary>
internal static class ImageFormats
{
    public static ImageFormat Sniff(ReadOnlySpan<byte> b)
    {
        if (b.Length >= 8 && b[0] == 0x89 && b[1..8].SequenceEqual("PNG\r\n\x1a\n"u8))
        {
            return ImageFormat.Png;
        }

        if (b.StartsWith("GIF87a"u8) || b.StartsWith("GIF89a"u8))
        {
            return ImageFormat.Gif;
        }

        if (b.Length >= 3 && b[0] == 0xFF && b[1] == 0xD8 && b[2] == 0xFF)
        {
            return ImageFormat.Jpeg;
        }

        if (b.StartsWith("RIFF"u8) && b.Length >= 12 && b[8..12].SequenceEqual("WEBP"u8))
        {
            return ImageFormat.WebP;
        }

        if (b.StartsWith("II*\0"u8) || b.StartsWith("MM\0*"u8) || b.StartsWith("II+\0"u8) || b.StartsWith("MM\0+"u8))
        {
            return ImageFormat.Tiff;
        }

        if (b.Length >= 12 && b[4..8].SequenceEqual("ftyp"u8))
        {
            return Brand(b);
        }

        if (b.StartsWith("BM"u8) && b.Length >= 26 && b[6..10].SequenceEqual("\0\0\0\0"u8))
        {
            return ImageFormat.Bmp;
        }

        if (
            b.StartsWith("\0\0\0\x0CjP  "u8)
            || (b.Length > 3 && b[0] == 0xFF && b[1] == 0x4F && b[2] == 0xFF && b[3] == 0x51)
        )
        {
            return ImageFormat.Jpeg2000;
        }

        if (b.StartsWith("\0\0\0\x0CJXL "u8) || (b.Length > 1 && b[0] == 0xFF && b[1] == 0x0A))
        {
            return ImageFormat.JpegXl;
        }

        if (b.StartsWith("8BPS"u8))
        {
            return ImageFormat.Psd;
        }

        if (b.StartsWith("\0\0\x01\0"u8) && b.Length > 22)
        {
            return ImageFormat.Ico;
        }

        if (b.StartsWith("%PDF-"u8))
        {
            return ImageFormat.Pdf;
        }

        if (b.Length > 3 && b[0] == 0x76 && b[1] == 0x2F && b[2] == 0x31 && b[3] == 0x01)
        {
            return ImageFormat.OpenExr;
        }

        if (b.StartsWith("qoif"u8))
        {
            return ImageFormat.Qoi;
        }

        if (b.Length > 2 && b[0] == 'P' && b[1] is >= (byte)'1' and <= (byte)'7' && b[2] is (byte)'\n' or (byte)' ')
        {
            return ImageFormat.Netpbm;
        }

        return Encoding.Latin1.GetString(b[..Math.Min(b.Length, 1024)]).Contains("<svg", StringComparison.Ordinal)
            ? ImageFormat.Svg
            : ImageFormat.Unknown;
    }

    public static string NameOf(ImageFormat format) =>
        format switch
        {
            ImageFormat.Png => "PNG",
            ImageFormat.Gif => "GIF",
            ImageFormat.Jpeg => "JPEG",
            ImageFormat.Tiff => "TIFF",
            ImageFormat.Avif => "AVIF",
            ImageFormat.Heic => "HEIC",
            ImageFormat.Bmp => "BMP",
            ImageFormat.Jpeg2000 => "JPEG 2000",
            ImageFormat.JpegXl => "JPEG XL",
            ImageFormat.Psd => "Photoshop",
            ImageFormat.Ico => "ICO",
            ImageFormat.Svg => "SVG",
            ImageFormat.Pdf => "PDF",
            ImageFormat.Netpbm => "PNM",
            ImageFormat.Qoi => "QOI",
            _ => format.ToString(),
        };

    // The major brand may be a general one (mif1), so the compatible ones are looked through as well.
    private static ImageFormat Brand(ReadOnlySpan<byte> b)
    {
        var length = Math.Min(
            (int)Math.Min(System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(b), 256u),
            b.Length
        );
        for (var i = 8; i + 4 <= length; i += 4)
        {
            var brand = b.Slice(i, 4);
            if (brand.SequenceEqual("avif"u8) || brand.SequenceEqual("avis"u8))
            {
                return ImageFormat.Avif;
            }

            if (brand.SequenceEqual("heic"u8) || brand.SequenceEqual("heix"u8) || brand.SequenceEqual("hevc"u8))
            {
                return ImageFormat.Heic;
            }
        }
        return ImageFormat.Unknown;
    }
}

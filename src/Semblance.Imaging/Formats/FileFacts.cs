using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Semblance.Imaging.Formats;

/// <summary>What an image file is beside its pixels, read from its structure without decoding.</summary>
/// <param name="Format">For example <c>PNG</c>, <c>JPEG</c>; <c>Unknown</c> where it is not an image.</param>
/// <param name="HasProfile">Whether it carries a colour profile, which is ignored.</param>
/// <param name="Tables">Of a JPEG: a hash of its quantisation tables, which are its quality. Null elsewhere.</param>
/// <param name="Quality">Of a JPEG: the quality at which libjpeg would use these tables, 1 to 100. Null elsewhere.</param>
public sealed record FileFacts(string Format, bool HasProfile, string? Tables, int? Quality)
{
    /// <summary>Of a JPEG: columns of pixels; null elsewhere.</summary>
    public int? Width { get; private init; }

    /// <summary>Of a JPEG: rows of pixels; null elsewhere.</summary>
    public int? Height { get; private init; }

    /// <summary>The sum of libjpeg's own table for brightness (ISO 10918-1, annex K), which is quality 50.</summary>
    private const int UsualSum = 3688;

    /// <summary>Reads them; what is damaged is read as far as it goes.</summary>
    public static FileFacts Read(ReadOnlySpan<byte> file)
    {
        var format = ImageFormats.Sniff(file);
        return format switch
        {
            ImageFormat.JPEG => Jpeg(file),
            ImageFormat.PNG => new FileFacts("PNG", HasChunk(file, "iCCP"u8), null, null),
            ImageFormat.WebP => new FileFacts(
                "WebP",
                file.Length > 30 && file[12..].StartsWith("VP8X"u8) && (file[20] & 0x20) != 0,
                null,
                null
            ),
            _ => new FileFacts(ImageFormats.NameOf(format), false, null, null),
        };
    }

    private static bool HasChunk(ReadOnlySpan<byte> png, ReadOnlySpan<byte> name)
    {
        for (var at = 8; at + 12 <= png.Length; )
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(png[at..]);
            var kind = png.Slice(at + 4, 4);
            if (kind.SequenceEqual(name))
            {
                return true;
            }

            // A profile comes before the pixels.
            if (length < 0 || kind.SequenceEqual("IDAT"u8) || at + 12L + length > png.Length)
            {
                return false;
            }

            at += 12 + length;
        }

        return false;
    }

    private static FileFacts Jpeg(ReadOnlySpan<byte> file)
    {
        using var tables = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        (var profile, int? quality, int? width, int? height) = (false, null, null, null);
        for (var at = 2; at + 4 <= file.Length && file[at] == 0xFF; )
        {
            var marker = file[at + 1];
            var length = BinaryPrimitives.ReadUInt16BigEndian(file[(at + 2)..]);
            if (marker == 0xDA || length < 2 || at + 2 + length > file.Length)
            {
                break;
            }

            var body = file.Slice(at + 4, length - 2);
            if (marker == 0xDB)
            {
                tables.AppendData(body);
                quality ??= QualityOf(body);
            }

            // The start of a frame, in any coding; three markers between them are tables.
            if (marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC) && body.Length >= 5)
            {
                height = BinaryPrimitives.ReadUInt16BigEndian(body[1..]);
                width = BinaryPrimitives.ReadUInt16BigEndian(body[3..]);
            }

            profile |= marker == 0xE2 && body.StartsWith("ICC_PROFILE\0"u8);
            at += 2 + length;
        }

        var hash = Convert.ToHexStringLower(tables.GetHashAndReset().AsSpan(0, 4));
        return new FileFacts("JPEG", profile, hash, quality) { Width = width, Height = height };
    }

    /// <summary>libjpeg scales its table by 5000 / q below quality 50 and by 200 - 2 q above, in percent.</summary>
    private static int? QualityOf(ReadOnlySpan<byte> body)
    {
        // An 8-bit table with the number 0: brightness.
        if (body.Length < 65 || body[0] != 0)
        {
            return null;
        }

        var sum = 0;
        foreach (var value in body.Slice(1, 64))
        {
            sum += value;
        }

        var percent = 100.0 * sum / UsualSum;
        var quality = percent > 100 ? 5000 / percent : (200 - percent) / 2;
        return (int)Math.Clamp(Math.Round(quality), 1, 100);
    }
}

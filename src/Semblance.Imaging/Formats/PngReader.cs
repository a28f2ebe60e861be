using System.Buffers;
using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;

namespace Semblance.Imaging.Formats;

/// <summary>
/// PNG in the modes that Pillow opens it in. libvips decodes the pixels, but it would turn palette indexes into colours
/// and a clear colour into alpha; so it gets a plain file, made of header and image data alone, in which an image with a
/// palette is called gray.
/// </summary>
internal static class PngReader
{
    private const int Indexed = 3;

    /// <summary>What names of chunks are made of for Pillow, which is more than the format allows.</summary>
    private static readonly SearchValues<char> Names = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_"
    );

    public static DecodedImage Read(ReadOnlyMemory<byte> file, ImageLimits limits, Func<int, byte[]> allocate)
    {
        byte[]? header = null;
        byte[]? palette = null;
        byte[]? clear = null;
        byte[]? exif = null;
        var remarks = ImageRemarks.None;
        var data = new List<ReadOnlyMemory<byte>>();
        var isCut = true;
        for (var at = 8; isCut && at + 12 <= file.Length; )
        {
            var rest = file.Span[at..];
            var length = BinaryPrimitives.ReadUInt32BigEndian(rest);
            var kind = Encoding.Latin1.GetString(rest.Slice(4, 4));
            if (length > rest.Length - 12)
            {
                // The image may still be whole.
                if (kind == "IDAT")
                {
                    data.Add(file[(at + 8)..]);
                }

                break;
            }

            var end = 8 + (int)length;
            var body = rest[8..end];
            var isSound = Crc32.HashToUInt32(rest[4..end]) == BinaryPrimitives.ReadUInt32BigEndian(rest[end..]);
            if (data.Count == 0 && kind.AsSpan().IndexOfAnyExcept(Names) >= 0)
            {
                throw Corrupt("a part of it has a name that there cannot be");
            }

            // Behind the image's data text and other extras may be wrong; ahead of them Pillow refuses the file.
            if (!isSound && ((kind[0] & 0x20) == 0 || data.Count == 0))
            {
                throw Corrupt("a checksum is wrong");
            }

            switch (isSound ? kind : null)
            {
                case null:
                    break;
                case "IHDR":
                    header ??= CheckHeader(body, limits);
                    break;
                case not null when header is null:
                    throw Corrupt("its header is missing");
                case "PLTE":
                    palette = body.ToArray();
                    break;
                case "tRNS":
                    clear = body.ToArray();
                    break;
                case "IDAT":
                    data.Add(file.Slice(at + 8, body.Length));
                    break;
                case "eXIf":
                    exif = body.ToArray();
                    break;
                case "acTL" when body.Length >= 4 && BinaryPrimitives.ReadUInt32BigEndian(body) > 1:
                    remarks |= ImageRemarks.FirstOfSeveral;
                    break;
                case "IEND":
                    isCut = false;
                    break;
            }

            at += end + 4;
        }

        if (header is null || (isCut && data.Count == 0))
        {
            throw VipsReader.Fault(ImageFormat.PNG, isCut);
        }

        int depth = header[8];
        var isIndexed = header[9] == Indexed && depth <= 8;
        if (isIndexed && palette is null)
        {
            throw Corrupt("its palette is missing");
        }

        var pixels =
            BinaryPrimitives.ReadInt32BigEndian(header) * BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(4));
        // Deflate cannot shrink more than 1032 times: no memory is taken for an image that cannot be there.
        if ((long)pixels * depth / 8 > data.Sum(part => (long)part.Length) * 1040)
        {
            throw VipsReader.Fault(ImageFormat.PNG, isCut);
        }

        header[9] = isIndexed ? (byte)0 : header[9];
        // Some programs declare a smaller window than they use. Pillow does not look at it, libpng does.
        if (
            data is [{ Length: >= 2, Span: var first }, ..]
            && BinaryPrimitives.ReadUInt16BigEndian(first) is < 0x7800 and var declared
            && (declared & 0x0F20) == 0x0800
            && declared % 31 == 0
        )
        {
            data[0] = (byte[])[0x78, 0x01, .. first[2..]];
        }

        if (exif is not null && TiffTags.Read(exif, TiffTags.Orientation) is > 1 and <= 8)
        {
            remarks |= ImageRemarks.NotTurned;
        }

        var plain = PngWriter.Compose(header, [], data);
        var image = VipsReader.Read(plain, ImageFormat.PNG, limits, allocate, isCut) with { Remarks = remarks };
        if (isIndexed)
        {
            // libvips spreads gray over 0 to 255.
            foreach (ref var sample in image.Samples.AsSpan(0, depth < 8 ? pixels : 0))
            {
                sample >>= 8 - depth;
            }

            return image with
            {
                Mode = PixelMode.P,
                Palette = DecodedImage.FullPalette(palette, clear),
            };
        }
        // Pillow compares the low byte of the 16-bit key with the 8-bit sample, whatever the depth of the file.
        return image.Mode switch
        {
            PixelMode.One or PixelMode.L when clear?.Length >= 2 => image with
            {
                ClearColour = (clear[1], clear[1], clear[1]),
            },
            PixelMode.RGB when clear?.Length >= 6 => image with { ClearColour = (clear[1], clear[3], clear[5]) },
            _ => image,
        };
    }

    private static byte[] CheckHeader(ReadOnlySpan<byte> body, ImageLimits limits)
    {
        if (body.Length < 13)
        {
            throw Corrupt("its header is too short");
        }

        ImageDecoder.CheckSize(
            BinaryPrimitives.ReadUInt32BigEndian(body),
            BinaryPrimitives.ReadUInt32BigEndian(body[4..]),
            limits
        );
        return body[..13].ToArray();
    }

    private static InputException Corrupt(string why) => new($"is corrupt: {why} (PNG)");
}

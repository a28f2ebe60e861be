using System.Buffers.Binary;
using System.IO.Hashing;
using NetVips;
using Semblance.Imaging;
using Semblance.Imaging.Formats;

namespace Semblance.Fuzz;

/// <summary>Small images of every format and most of their forms, decoded as `score` decodes them.</summary>
internal static class MutatedImages
{
    private const int Width = 48;
    private const int Height = 40;

    /// <summary>Forms whose checksums are right again after the damage, so that what reads the data meets it.</summary>
    private const string Summed = ".sums";

    public static MutationKind Kind { get; } =
        new(Seeds, (_, file) => ImageDecoder.Decode(file, new ImageLimits(MaxPixels: 4_000_000)))
        {
            Finish = (extension, file) =>
                extension.StartsWith(Summed, StringComparison.Ordinal) ? WithSums(file) : file,
        };

    private static IReadOnlyList<(string, byte[])> Seeds()
    {
        var pixels = new byte[Width * Height * 3];
        for (var i = 0; i < pixels.Length; i++)
        {
            pixels[i] = (byte)((i * i / 97) + (i % 3 * 40));
        }

        using var image = Image.NewFromMemoryCopy(pixels, Width, Height, 3, Enums.BandFormat.Uchar);
        using var colour = image.Copy(interpretation: Enums.Interpretation.Srgb);
        using var gray = colour.Colourspace(Enums.Interpretation.Bw);
        using var alpha = colour.Bandjoin(gray);
        return
        [
            (".png", PngWriter.Write(pixels, Width, Height)),
            (".alpha.png", alpha.PngsaveBuffer(interlace: true)),
            (".palette.png", colour.PngsaveBuffer(palette: true)),
            ($"{Summed}.png", colour.PngsaveBuffer()),
            ($"{Summed}.alpha.png", alpha.PngsaveBuffer(interlace: true)),
            ($"{Summed}.palette.png", colour.PngsaveBuffer(palette: true)),
            (".jpg", colour.JpegsaveBuffer(q: 90)),
            (".restarts.jpg", colour.JpegsaveBuffer(restartInterval: 2)),
            (".progressive.jpg", colour.JpegsaveBuffer(interlace: true)),
            (".gray.jpg", gray.JpegsaveBuffer()),
            (".webp", colour.WebpsaveBuffer()),
            (".lossless.webp", alpha.WebpsaveBuffer(lossless: true)),
            (".gif", colour.GifsaveBuffer()),
            (".plain.tif", colour.TiffsaveBuffer()),
            (".lzw.tif", alpha.TiffsaveBuffer(compression: Enums.ForeignTiffCompression.Lzw)),
            (".deflate.tif", gray.TiffsaveBuffer(compression: Enums.ForeignTiffCompression.Deflate)),
            (".jpeg.tif", colour.TiffsaveBuffer(compression: Enums.ForeignTiffCompression.Jpeg)),
            (".avif", colour.HeifsaveBuffer(compression: Enums.ForeignHeifCompression.Av1)),
            (".bmp", Bmp(24, pixels.Length, [])),
            (".palette.bmp", Bmp(8, Width * Height, new byte[1024])),
        ];
    }

    /// <summary>A PNG whose chunks, as far as they can be followed, have the checksums of what they hold.</summary>
    private static byte[] WithSums(byte[] file)
    {
        for (var at = 8; at + 12 <= file.Length; )
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(at));
            if (length > file.Length - at - 12)
            {
                break;
            }

            var sum = Crc32.HashToUInt32(file.AsSpan(at + 4, (int)length + 4));
            BinaryPrimitives.WriteUInt32BigEndian(file.AsSpan(at + 8 + (int)length), sum);
            at += (int)length + 12;
        }

        return file;
    }

    private static byte[] Bmp(ushort bits, int length, byte[] palette)
    {
        var file = new byte[54 + palette.Length + length];
        "BM"u8.CopyTo(file);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(2), file.Length);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(10), 54 + palette.Length);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(14), 40);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(18), Width);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(22), Height);
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(26), 1);
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(28), bits);
        return file;
    }
}

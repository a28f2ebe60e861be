using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using System.Text;

namespace Semblance.Imaging.Formats;

/// <summary>Writes 8-bit RGB PNG files. The same pixels and texts give the same bytes.</summary>
public static class PngWriter
{
    /// <summary>A PNG file of an image.</summary>
    /// <param name="rgb">Height x width x 3 bytes.</param>
    /// <param name="width">Columns, at least 1.</param>
    /// <param name="height">Rows, at least 1.</param>
    /// <param name="texts">
    /// Keywords (1 to 79 Latin-1 characters) and texts to store; texts beyond Latin-1 go into iTXt chunks as UTF-8.
    /// </param>
    public static byte[] Write(
        ReadOnlySpan<byte> rgb,
        int width,
        int height,
        IReadOnlyList<KeyValuePair<string, string>>? texts = null
    )
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        if (rgb.Length != (long)width * height * 3)
        {
            throw new ArgumentException($"Expected {width} x {height} x 3 bytes.", nameof(rgb));
        }

        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = (8, 2);
        return Compose(header, texts ?? [], [Compress(rgb, width * 3)]);
    }

    /// <summary>A PNG file of an image, with texts as in the other overload.</summary>
    public static byte[] Write(PixelImage image, IReadOnlyList<KeyValuePair<string, string>>? texts = null) =>
        Write(image.Pixels, image.Width, image.Height, texts);

    /// <summary>A file of a header (the 13 bytes of IHDR), texts and compressed rows in parts.</summary>
    internal static byte[] Compose(
        ReadOnlySpan<byte> header,
        IReadOnlyList<KeyValuePair<string, string>> texts,
        IReadOnlyList<ReadOnlyMemory<byte>> data
    )
    {
        using var file = new MemoryStream(45 + data.Sum(part => 12 + part.Length));
        file.Write([0x89, .. "PNG\r\n\x1A\n"u8]);
        Chunk(file, "IHDR"u8, header);
        foreach (var (keyword, text) in texts)
        {
            Text(file, keyword, text);
        }

        foreach (var part in data)
        {
            Chunk(file, "IDAT"u8, part.Span);
        }

        Chunk(file, "IEND"u8, []);
        return file.Length == file.Capacity ? file.GetBuffer() : file.ToArray();
    }

    private static ReadOnlyMemory<byte> Compress(ReadOnlySpan<byte> rgb, int line)
    {
        var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            var row = new byte[line + 1];
            row[0] = 4;
            ReadOnlySpan<byte> above = new byte[line];
            for (; !rgb.IsEmpty; rgb = rgb[line..])
            {
                Paeth(rgb[..line], above, row.AsSpan(1));
                zlib.Write(row);
                above = rgb[..line];
            }
        }

        return packed.GetBuffer().AsMemory(0, (int)packed.Length);
    }

    // Filter 4: each sample less that of its neighbours that is nearest to left + above - corner.
    private static void Paeth(ReadOnlySpan<byte> row, ReadOnlySpan<byte> above, Span<byte> filtered)
    {
        for (var i = 0; i < row.Length; i++)
        {
            var (left, up, corner) = i < 3 ? (0, above[i], 0) : (row[i - 3], above[i], above[i - 3]);
            var (a, b) = (up - corner, left - corner);
            var (toLeft, toUp, toCorner) = (Math.Abs(a), Math.Abs(b), Math.Abs(a + b));
            var nearer = toLeft <= toUp ? left : up;
            filtered[i] = (byte)(row[i] - (Math.Min(toLeft, toUp) <= toCorner ? nearer : corner));
        }
    }

    private static void Text(MemoryStream file, string keyword, string text)
    {
        if (keyword.Length is 0 or > 79 || keyword.Any(c => c is < ' ' or > '\xFF'))
        {
            throw new ArgumentException($"'{keyword}' is not a PNG keyword.", nameof(keyword));
        }

        var name = Encoding.Latin1.GetBytes(keyword);
        if (text.All(c => c is (>= ' ' and <= '~') or '\n' or (>= '\xA0' and <= '\xFF')))
        {
            Chunk(file, "tEXt"u8, [.. name, 0, .. Encoding.Latin1.GetBytes(text)]);
        }
        else
        {
            Chunk(file, "iTXt"u8, [.. name, 0, 0, 0, 0, 0, .. Encoding.UTF8.GetBytes(text)]);
        }
    }

    private static void Chunk(MemoryStream file, ReadOnlySpan<byte> kind, ReadOnlySpan<byte> body)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, body.Length);
        file.Write(number);
        file.Write(kind);
        file.Write(body);
        var summed = file.GetBuffer().AsSpan(0, (int)file.Length)[^(body.Length + 4)..];
        BinaryPrimitives.WriteUInt32BigEndian(number, Crc32.HashToUInt32(summed));
        file.Write(number);
    }
}

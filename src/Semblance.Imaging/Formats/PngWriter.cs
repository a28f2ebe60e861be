using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Semblance.Imaging.Formats;

/// <summary>Writes 8-bit RGB PNG files. The same pixels and texts give the same bytes.</summary>
public static class PngWriter
{
    /// <summary>A PNG file of a picture.</summary>
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

        using var file = new MemoryStream();
        file.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]);
        Span<byte> header = stackalloc byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], height);
        (header[8], header[9]) = (8, 2);
        Chunk(file, "IHDR"u8, header);
        foreach (var (keyword, text) in texts ?? [])
        {
            Text(file, keyword, text);
        }

        Chunk(file, "IDAT"u8, Compress(rgb, width * 3, height));
        Chunk(file, "IEND"u8, []);
        return file.ToArray();
    }

    private static ReadOnlySpan<byte> Compress(ReadOnlySpan<byte> rgb, int line, int height)
    {
        var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            var row = new byte[line + 1];
            row[0] = 4;
            var above = (ReadOnlySpan<byte>)new byte[line];
            for (var y = 0; y < height; y++)
            {
                var here = rgb.Slice(y * line, line);
                PngFilter.Paeth(here, above, row.AsSpan(1), 3);
                zlib.Write(row);
                above = here;
            }
        }
        return packed.GetBuffer().AsSpan(0, (int)packed.Length);
    }

    private static void Text(Stream file, string keyword, string text)
    {
        if (keyword.Length is 0 or > 79 || keyword.Any(c => c is < ' ' or > '\xFF'))
        {
            throw new ArgumentException($"'{keyword}' is no PNG keyword.", nameof(keyword));
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

    private static void Chunk(Stream file, ReadOnlySpan<byte> kind, ReadOnlySpan<byte> body)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, body.Length);
        file.Write(number);
        byte[] all = [.. kind, .. body];
        file.Write(all);
        BinaryPrimitives.WriteUInt32BigEndian(number, Crc32.Of(all));
        file.Write(number);
    }
}

using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;

namespace Semblance.Testing;

/// <summary>Small PNG files, written without the code under test.</summary>
public static class TestImage
{
    private const int Size = 64;

    /// <summary>Writes an image whose colours depend on the seed: 8 x 8 random blocks.</summary>
    public static string Write(int seed, params string[] path)
    {
        var blocks = Blocks(seed);
        // Each line begins with its filter, 0.
        var lines = new byte[Size * (1 + (Size * 3))];
        for (var y = 0; y < Size; y++)
        {
            for (var i = 0; i < Size * 3; i++)
            {
                lines[(y * (1 + (Size * 3))) + 1 + i] = blocks[(((y / 8 * 8) + (i / 3 / 8)) * 3) + (i % 3)];
            }
        }

        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            zlib.Write(lines);
        }

        byte[] header = [0, 0, 0, Size, 0, 0, 0, Size, 8, 2, 0, 0, 0];
        var file = Path.Combine(path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllBytes(
            file,
            [
                0x89,
                .. "PNG\r\n\u001a\n"u8,
                .. Chunk("IHDR"u8, header),
                .. Chunk("IDAT"u8, packed.ToArray()),
                .. Chunk("IEND"u8, []),
            ]
        );
        return file;
    }

    /// <summary>The colours of the blocks of an image, [8, 8, 3].</summary>
    public static byte[] Blocks(int seed)
    {
        var blocks = new byte[8 * 8 * 3];
        new Random(seed).NextBytes(blocks);
        return blocks;
    }

    private static byte[] Chunk(ReadOnlySpan<byte> type, byte[] data)
    {
        byte[] body = [.. type, .. data];
        var length = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, data.Length);
        var check = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(check, Crc32.HashToUInt32(body));
        return [.. length, .. body, .. check];
    }
}

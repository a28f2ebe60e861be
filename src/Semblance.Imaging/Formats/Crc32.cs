using System.Buffers.Binary;

namespace Semblance.Imaging.Formats;

/// <summary>The CRC of PNG chunks (polynomial 0xEDB88320), eight bytes at a time.</summary>
internal static class Crc32
{
    private static readonly uint[][] Tables = Build();

    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        var t = Tables;
        for (; bytes.Length >= 8; bytes = bytes[8..])
        {
            var low = crc ^ BinaryPrimitives.ReadUInt32LittleEndian(bytes);
            var high = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
            crc =
                t[7][low & 255]
                ^ t[6][(low >> 8) & 255]
                ^ t[5][(low >> 16) & 255]
                ^ t[4][low >> 24]
                ^ t[3][high & 255]
                ^ t[2][(high >> 8) & 255]
                ^ t[1][(high >> 16) & 255]
                ^ t[0][high >> 24];
        }
        foreach (var b in bytes)
        {
            crc = (crc >> 8) ^ t[0][(crc ^ b) & 255];
        }

        return ~crc;
    }

    private static uint[][] Build()
    {
        var tables = new uint[8][];
        for (var k = 0; k < 8; k++)
        {
            tables[k] = new uint[256];
        }

        for (uint i = 0; i < 256; i++)
        {
            var value = i;
            for (var bit = 0; bit < 8; bit++)
            {
                value = (value >> 1) ^ (0xEDB88320u & (0u - (value & 1)));
            }

            tables[0][i] = value;
        }
        for (var k = 1; k < 8; k++)
        {
            for (var i = 0; i < 256; i++)
            {
                tables[k][i] = (tables[k - 1][i] >> 8) ^ tables[0][tables[k - 1][i] & 255];
            }
        }

        return tables;
    }
}

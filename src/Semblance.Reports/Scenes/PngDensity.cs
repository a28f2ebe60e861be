using System.Buffers.Binary;
using System.IO.Hashing;

namespace Semblance.Reports.Scenes;

/// <summary>Writes into a PNG file how many dots an inch has.</summary>
internal static class PngDensity
{
    /// <summary>Signature, and length, name, 13 bytes and checksum of the header, which comes first.</summary>
    private const int AfterHeader = 8 + 4 + 4 + 13 + 4;

    /// <summary>The file with a pHYs chunk behind its header.</summary>
    public static byte[] Add(byte[] png, int dpi)
    {
        var chunk = new byte[21];
        BinaryPrimitives.WriteInt32BigEndian(chunk, 9);
        "pHYs"u8.CopyTo(chunk.AsSpan(4));
        var perMetre = (int)Math.Round(dpi / 0.0254);
        BinaryPrimitives.WriteInt32BigEndian(chunk.AsSpan(8), perMetre);
        BinaryPrimitives.WriteInt32BigEndian(chunk.AsSpan(12), perMetre);
        chunk[16] = 1;
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(17), Crc32.HashToUInt32(chunk.AsSpan(4, 13)));
        return [.. png.AsSpan(0, AfterHeader), .. chunk, .. png.AsSpan(AfterHeader)];
    }
}

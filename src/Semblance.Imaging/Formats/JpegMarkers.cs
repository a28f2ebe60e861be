using System.Buffers.Binary;

namespace Semblance.Imaging.Formats;

/// <summary>What libvips does not report about a JPEG file.</summary>
/// <param name="HasAdobe">Whether an Adobe marker (APP14) comes before the image data.</param>
/// <param name="EndsEarly">Whether the file ends before its image data start, or without an end marker after them.</param>
internal readonly record struct JpegMarkers(bool HasAdobe, bool EndsEarly)
{
    public static JpegMarkers Read(ReadOnlySpan<byte> file)
    {
        var hasAdobe = false;
        for (var rest = file[2..]; ; )
        {
            var marker = rest.TrimStart((byte)0xFF);
            if (marker.Length == rest.Length || marker.Length < 3)
            {
                return new(hasAdobe, rest is [] or [_] or [0xFF, ..]);
            }

            if (marker[0] == 0xDA)
            {
                return new(hasAdobe, marker.IndexOf([(byte)0xFF, (byte)0xD9]) < 0);
            }

            hasAdobe |= marker[0] == 0xEE && marker[3..].StartsWith("Adobe"u8);
            rest = marker[Math.Min(1 + BinaryPrimitives.ReadUInt16BigEndian(marker[1..]), marker.Length)..];
        }
    }
}

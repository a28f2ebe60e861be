using System.Buffers.Binary;

namespace Semblance.Imaging.Formats;

/// <summary>
/// What libvips does not report about a JPEG file. It stops reading behind the last row, where libjpeg's own programs
/// and Pillow go on to the end marker and refuse what they find on the way.
/// </summary>
/// <param name="HasAdobe">Whether an Adobe marker (APP14) comes before the image data.</param>
/// <param name="EndsEarly">Whether the file ends without an end marker after its image data.</param>
/// <param name="IsBroken">Whether there is a marker in or after the image data that libjpeg refuses there.</param>
internal readonly record struct JpegMarkers(bool HasAdobe, bool EndsEarly, bool IsBroken)
{
    private const byte Temporary = 1;
    private const byte StartOfImage = 0xD8;
    private const byte EndOfImage = 0xD9;
    private const byte StartOfScan = 0xDA;
    private const byte RestartInterval = 0xDD;

    public static JpegMarkers Read(ReadOnlySpan<byte> file)
    {
        var (hasAdobe, scans, isMultiScan, components) = (false, 0, false, 0);
        // Between restarts libjpeg goes on behind a marker that there cannot be.
        var (units, interval, restarts) = (0L, 0, 0L);
        for (var at = 2; NextMarker(file, ref at) is { } marker; )
        {
            var isWithinRestarts = interval > 0 && restarts < (units - 1) / interval;
            switch (marker)
            {
                case >= 0xD0 and <= 0xD7:
                    restarts++;
                    continue;
                case 0:
                case Temporary when scans > 0:
                case < 0xC0 when scans > 0 && isWithinRestarts:
                    continue;
                case Temporary:
                    return new(hasAdobe, EndsEarly: false, IsBroken: true);
                case EndOfImage:
                    return new(hasAdobe, EndsEarly: scans == 0, IsBroken: false);
            }

            if (scans > 0 && (IsRefused(marker) || (!isMultiScan && IsTable(marker))))
            {
                return new(hasAdobe, EndsEarly: false, IsBroken: true);
            }

            var segment = at + 2 <= file.Length ? BinaryPrimitives.ReadUInt16BigEndian(file[at..]) : int.MaxValue;
            if (segment > file.Length - at)
            {
                break;
            }

            var body = file.Slice(at, segment);
            switch (marker)
            {
                case 0xEE when body.Length >= 7 && scans == 0:
                    hasAdobe |= body[2..].StartsWith("Adobe"u8);
                    break;
                case RestartInterval when body.Length >= 4:
                    interval = BinaryPrimitives.ReadUInt16BigEndian(body[2..]);
                    break;
                case 0xC0 or 0xC1 or 0xC2 or 0xC9 or 0xCA when body.Length >= 8:
                    isMultiScan = marker is 0xC2 or 0xCA;
                    components = body[7];
                    units = UnitsOf(body);
                    break;
                case StartOfScan:
                    // A scan of fewer components than the image has is one of several.
                    isMultiScan |= body.Length > 2 && body[2] < components;
                    scans++;
                    break;
            }

            at += Math.Max(segment, 2);
        }

        return new(hasAdobe, EndsEarly: true, IsBroken: false);
    }

    // What libjpeg does not know, or refuses a second time.
    private static bool IsRefused(byte marker) =>
        marker
            is < 0xC0
                or StartOfImage
                or (>= 0xC0 and <= 0xCF and not (0xC4 or 0xCC))
                or 0xDE
                or 0xDF
                or (>= 0xF0 and <= 0xFD);

    // Tables and scans behind the only scan; nobody writes them, but damaged data hold them.
    private static bool IsTable(byte marker) => marker is 0xC4 or 0xCC or StartOfScan or 0xDB or RestartInterval;

    // How many blocks of samples that are coded together a frame has.
    private static long UnitsOf(ReadOnlySpan<byte> frame)
    {
        var (height, width) = (
            BinaryPrimitives.ReadUInt16BigEndian(frame[3..]),
            BinaryPrimitives.ReadUInt16BigEndian(frame[5..])
        );
        var (across, down) = (1, 1);
        for (var i = 0; frame[7] > 1 && i < frame[7] && 9 + (i * 3) < frame.Length; i++)
        {
            var sampling = frame[9 + (i * 3)];
            (across, down) = (Math.Max(across, sampling >> 4), Math.Max(down, sampling & 15));
        }

        return ((width + (8L * across) - 1) / (8 * across)) * ((height + (8L * down) - 1) / (8 * down));
    }

    private static byte? NextMarker(ReadOnlySpan<byte> file, ref int at)
    {
        var found = at < file.Length ? file[at..].IndexOf((byte)0xFF) : -1;
        if (found < 0)
        {
            return null;
        }

        at += found;
        var filled = file[at..].IndexOfAnyExcept((byte)0xFF);
        if (filled < 0)
        {
            return null;
        }

        at += filled + 1;
        return file[at - 1];
    }
}

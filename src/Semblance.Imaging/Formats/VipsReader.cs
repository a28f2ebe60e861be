using System.Buffers.Binary;
using System.Runtime.InteropServices;
using NetVips;
using VipsImage = NetVips.Image;

namespace Semblance.Imaging.Formats;

/// <summary>JPEG, WebP, TIFF and AVIF through libvips, one loader per format so that nothing else is tried.</summary>
internal static class VipsReader
{
    /// <summary>A constant, since asking the library would load it: a test holds the two together.</summary>
    public const string Version = "libvips 8.18.7";

    static VipsReader()
    {
        // Pictures are decoded side by side by the caller; a second pool inside each would only get in the way, and
        // no picture is asked for twice.
        NetVips.NetVips.Concurrency = 1;
        Cache.Max = 0;
        // A damaged picture is reported by us, once and by name; the library would write to the terminal as well.
        Log.SetLogHandler("VIPS", Enums.LogLevelFlags.Warning | Enums.LogLevelFlags.Critical, Silence);
    }

    // Kept in a field: native code holds on to it.
    private static readonly Log.LogDelegate Silence = static (_, _, _) => { };

    public static DecodedImage Read(
        ReadOnlyMemory<byte> file,
        ImageFormat format,
        ImageLimits limits,
        Func<int, byte[]> allocate
    )
    {
        var bytes =
            MemoryMarshal.TryGetArray(file, out var segment)
            && segment.Offset == 0
            && segment.Count == segment.Array!.Length
                ? segment.Array
                : file.ToArray();
        try
        {
            using var image = Open(bytes, format);
            ImageDecoder.CheckSize(image.Width, image.Height, limits);
            return Convert(image, bytes, format, allocate);
        }
        catch (VipsException error)
        {
            // The library keeps one message buffer for all threads, so its words may belong to another picture.
            throw new InputException(Fault(bytes, format), error);
        }
    }

    private static VipsImage Open(byte[] bytes, ImageFormat format) =>
        format switch
        {
            ImageFormat.Jpeg => VipsImage.JpegloadBuffer(
                bytes,
                access: Enums.Access.Sequential,
                failOn: Enums.FailOn.Error
            ),
            ImageFormat.WebP => VipsImage.WebploadBuffer(
                bytes,
                access: Enums.Access.Sequential,
                failOn: Enums.FailOn.Error
            ),
            ImageFormat.Tiff => VipsImage.TiffloadBuffer(
                bytes,
                access: Enums.Access.Sequential,
                failOn: Enums.FailOn.Error
            ),
            _ => VipsImage.HeifloadBuffer(bytes, access: Enums.Access.Sequential, failOn: Enums.FailOn.Error),
        };

    private static DecodedImage Convert(VipsImage image, byte[] bytes, ImageFormat format, Func<int, byte[]> allocate)
    {
        var (width, height, bands) = (image.Width, image.Height, image.Bands);
        var wide = image.Format == Enums.BandFormat.Ushort;
        if (!wide && image.Format != Enums.BandFormat.Uchar)
        {
            throw new InputException(
                $"is a {ImageFormats.NameOf(format)} file with samples of type {image.Format}, which are not read: save it as 8-bit PNG"
            );
        }

        var cmyk = image.Interpretation == Enums.Interpretation.Cmyk;
        var mode = bands switch
        {
            1 when wide && format == ImageFormat.Tiff => PixelMode.I16,
            1 when format == ImageFormat.Tiff && OneBit(image) => PixelMode.One,
            1 => PixelMode.L,
            2 => PixelMode.LA,
            3 => PixelMode.RGB,
            4 when cmyk => PixelMode.CMYK,
            4 => PixelMode.RGBA,
            _ => throw new InputException(
                $"has {bands} channels, where gray, RGB and CMYK with or without alpha are read: save it as PNG"
            ),
        };
        var samples = Samples(image, allocate);
        if (wide && mode != PixelMode.I16)
        {
            samples = HighBytes(samples);
        }
        // Pillow takes every four-channel JPEG as inverted; libvips turns only those with Adobe's marker.
        if (cmyk && format == ImageFormat.Jpeg && !JpegMarkers.HasAdobe(bytes))
        {
            for (var i = 0; i < samples.Length; i++)
            {
                samples[i] ^= 255;
            }
        }

        if (format == ImageFormat.Avif && mode == PixelMode.RGB && !wide)
        {
            AvifChroma.Smooth(bytes, samples, width, height);
        }

        return new(mode, width, height, samples);
    }

    // Few rows at a time: what the library hands over stays in the cache, and no second copy of the whole picture is
    // ever laid out in fresh memory, whose page faults cost more than the copying.
    private static byte[] Samples(VipsImage image, Func<int, byte[]> allocate)
    {
        var line = image.Width * image.Bands * (image.Format == Enums.BandFormat.Ushort ? 2 : 1);
        var samples = allocate(checked(line * image.Height));
        using var region = Region.New(image);
        var rows = Math.Clamp(65_536 / line / 16 * 16, 16, 256);
        for (var y = 0; y < image.Height; y += rows)
        {
            region.Fetch(0, y, image.Width, Math.Min(rows, image.Height - y)).CopyTo(samples, y * line);
        }

        return samples;
    }

    private static bool OneBit(VipsImage image) =>
        image.Contains("bits-per-sample") && image.Get("bits-per-sample") is int bits && bits == 1;

    private static byte[] HighBytes(byte[] samples)
    {
        var result = new byte[samples.Length / 2];
        for (var i = 0; i < result.Length; i++)
        {
            result[i] = (byte)(BitConverter.ToUInt16(samples, i * 2) >> 8);
        }

        return result;
    }

    private static string Fault(byte[] bytes, ImageFormat format)
    {
        bool? cut = format switch
        {
            ImageFormat.Jpeg => JpegMarkers.EndsEarly(bytes),
            ImageFormat.WebP => BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(4)) + 8L > bytes.Length,
            ImageFormat.Avif => BoxesEndEarly(bytes),
            _ => null,
        };
        var name = ImageFormats.NameOf(format);
        return cut switch
        {
            true => $"is truncated: the {name} data end before the picture does",
            false => $"is corrupt: the {name} data cannot be decoded",
            _ => $"is truncated or corrupt: the {name} data cannot be decoded",
        };
    }

    private static bool BoxesEndEarly(ReadOnlySpan<byte> b)
    {
        long at = 0;
        while (at + 8 <= b.Length)
        {
            long size = BinaryPrimitives.ReadUInt32BigEndian(b[(int)at..]);
            if (size == 1 && at + 16 <= b.Length)
            {
                size = BinaryPrimitives.ReadInt64BigEndian(b[((int)at + 8)..]);
            }

            if (size == 0)
            {
                return false;
            }

            if (size < 8 || size > b.Length - at)
            {
                return size >= 8;
            }

            at += size;
        }
        return at != b.Length;
    }
}

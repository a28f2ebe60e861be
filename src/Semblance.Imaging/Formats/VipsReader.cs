using System.Buffers.Binary;
using NetVips;
using VipsImage = NetVips.Image;

namespace Semblance.Imaging.Formats;

/// <summary>PNG, JPEG, WebP, TIFF and AVIF through libvips, one loader per format so that nothing else is tried.</summary>
internal static class VipsReader
{
    /// <summary>A constant, since asking the library would load it: a test holds the two together.</summary>
    public const string Version = "libvips 8.18.7";

    private const int MostPages = 10_000;

    static VipsReader()
    {
        // The caller decodes several images at once; a second pool inside each would only get in the way, and no image
        // is asked for twice.
        NetVips.NetVips.Concurrency = 1;
        Cache.Max = 0;
        // Nothing but the formats that are named here can be reached, whatever a caller asks for.
        NetVips.NetVips.BlockUntrusted = true;
        Operation.Block("VipsForeignLoad", true);
        foreach (var loader in (string[])["Png", "Jpeg", "Webp", "Tiff", "Heif"])
        {
            Operation.Block($"VipsForeignLoad{loader}", false);
        }

        // We report a damaged image, once and by name; the library would write to the terminal as well.
        foreach (var domain in (string[])["VIPS", "GLib", "GLib-GObject"])
        {
            Log.SetLogHandler(domain, Enums.LogLevelFlags.Warning | Enums.LogLevelFlags.Critical, Silence);
        }
    }

    // Kept in a field: native code holds on to it.
    private static readonly Log.LogDelegate Silence = static (_, _, _) => { };

    /// <summary>Decodes the first image of a file.</summary>
    /// <param name="file">The whole file.</param>
    /// <param name="format">What it is.</param>
    /// <param name="limits">What it may ask for.</param>
    /// <param name="allocate">Gives memory for the samples, which may be longer than asked for.</param>
    /// <param name="isCut">Whether the file ends too early, where the caller has looked.</param>
    /// <param name="shrink">Of a JPEG: how many rows and columns become one, 1, 2, 4 or 8.</param>
    public static DecodedImage Read(
        byte[] file,
        ImageFormat format,
        ImageLimits limits,
        Func<int, byte[]> allocate,
        bool? isCut = null,
        int shrink = 1
    )
    {
        var jpeg = format == ImageFormat.JPEG ? JpegMarkers.Read(file) : default;
        if (jpeg.IsBroken)
        {
            throw Fault(format, isCut: false);
        }

        if (format == ImageFormat.TIFF)
        {
            CheckTiff(file);
        }

        try
        {
            return Load(file, format, limits, allocate, jpeg, Enums.FailOn.Warning, shrink);
        }
        catch (VipsException) when (format == ImageFormat.JPEG)
        {
            // Pillow reads what libjpeg only warns of, and so do we: below, and with a remark.
        }
        catch (VipsException error)
        {
            // The library keeps one message buffer for all threads, so its words may belong to another image.
            throw Fault(format, isCut ?? EndsEarly(file, format), error);
        }

        try
        {
            var image = Load(file, format, limits, allocate, jpeg, Enums.FailOn.Error, shrink);
            return image with { Remarks = image.Remarks | ImageRemarks.Damaged };
        }
        catch (VipsException error)
        {
            throw Fault(format, jpeg.EndsEarly, error);
        }
    }

    /// <summary>The error for data that cannot be decoded.</summary>
    /// <param name="format">What the file is.</param>
    /// <param name="isCut">Whether it ends too early; null where that is not known.</param>
    /// <param name="inner">What the library said.</param>
    public static InputException Fault(ImageFormat format, bool? isCut, Exception? inner = null)
    {
        var name = ImageFormats.NameOf(format);
        var message = isCut switch
        {
            true => $"is truncated: the {name} data end before the image does",
            false => $"is corrupt: the {name} data cannot be decoded",
            null => $"is truncated or corrupt: the {name} data cannot be decoded",
        };
        return new(message, inner);
    }

    private static void Check(VipsImage image, ImageFormat format, ImageLimits limits, int shrink)
    {
        var (width, height) = ((long)image.Width * shrink, (long)image.Height * shrink);
        ImageDecoder.CheckSize(width, height, limits, format is ImageFormat.WebP or ImageFormat.AVIF);
        DecodingMemory.Take(
            limits,
            width,
            height,
            format,
            image.Bands * (image.Format == Enums.BandFormat.Ushort ? 2 : 1)
        );
    }

    private static void CheckTiff(byte[] file)
    {
        // libtiff walks through all of them, which takes seconds for hundreds of thousands.
        if (TiffTags.Directories(file, MostPages) == MostPages)
        {
            throw new InputException(
                $"is a TIFF file of {MostPages} pictures or more, where one is wanted: save that one as PNG"
            );
        }

        // Pillow reads the directory up to there, and then lacks how many samples a pixel has.
        if (TiffTags.FirstCut(file) is <= TiffTags.SamplesPerPixel)
        {
            throw Fault(ImageFormat.TIFF, isCut: true);
        }

        var colours = TiffTags.Read(file, TiffTags.Photometric);
        if (colours is 8 or 9 or 10)
        {
            throw new InputException("is a TIFF file in CIE Lab colours, which are not read: save it as RGB");
        }

        // Without a depth libtiff takes one bit, and without a number one sample, which colours do not have.
        var samples = TiffTags.Read(file, TiffTags.SamplesPerPixel) ?? 1;
        var isRgb = colours == 2;
        if (
            colours is not (null or (>= 0 and <= 6))
            || (samples > 1 && TiffTags.Read(file, TiffTags.BitsPerSample) is null or 1)
            || (isRgb && samples < 3)
        )
        {
            throw Fault(ImageFormat.TIFF, isCut: false);
        }
    }

    private static DecodedImage Load(
        byte[] file,
        ImageFormat format,
        ImageLimits limits,
        Func<int, byte[]> allocate,
        JpegMarkers jpeg,
        Enums.FailOn strict,
        int shrink
    )
    {
        var plain = format == ImageFormat.AVIF ? AvifTurns.Without(file) : file;
        using var image = Open(plain, format, strict, shrink);
        Check(image, format, limits, shrink);
        var isTurned = plain != file || Number(image, "orientation") is > 1 and <= 8;
        var remarks = Number(image, "n-pages") > 1 ? ImageRemarks.FirstOfSeveral : ImageRemarks.None;
        if (!isTurned)
        {
            return Convert(image, file, format, allocate, jpeg) with { Remarks = remarks };
        }

        if (format != ImageFormat.TIFF)
        {
            return Convert(image, file, format, allocate, jpeg) with { Remarks = remarks | ImageRemarks.NotTurned };
        }

        // Pillow turns TIFF, and nothing else, when it loads it. The columns are not there before the last row is.
        using var whole = image.CopyMemory();
        using var upright = whole.Autorot();
        return Convert(upright, file, format, allocate, jpeg) with { Remarks = remarks };
    }

    private static VipsImage Open(byte[] file, ImageFormat format, Enums.FailOn strict, int shrink)
    {
        const Enums.Access Once = Enums.Access.Sequential;
        const Enums.FailOn Errors = Enums.FailOn.Error;
        return format switch
        {
            ImageFormat.PNG => VipsImage.PngloadBuffer(file, access: Once, failOn: Errors),
            ImageFormat.JPEG => VipsImage.JpegloadBuffer(file, shrink: shrink, access: Once, failOn: strict),
            ImageFormat.WebP => VipsImage.WebploadBuffer(file, access: Once, failOn: Errors),
            ImageFormat.TIFF => VipsImage.TiffloadBuffer(file, access: Once, failOn: Errors),
            _ => VipsImage.HeifloadBuffer(file, access: Once, failOn: Errors),
        };
    }

    private static int Number(VipsImage image, string name) =>
        image.Contains(name) && image.Get(name) is int number ? number : 0;

    private static DecodedImage Convert(
        VipsImage image,
        byte[] file,
        ImageFormat format,
        Func<int, byte[]> allocate,
        JpegMarkers jpeg
    )
    {
        var isWide = image.Format == Enums.BandFormat.Ushort;
        if (!isWide && image.Format != Enums.BandFormat.Uchar)
        {
            throw new InputException(
                $"is a {ImageFormats.NameOf(format)} file with samples of type {image.Format}, which are not read: save it as 8-bit PNG"
            );
        }

        var isCmyk = image.Interpretation == Enums.Interpretation.Cmyk;
        var mode = image.Bands switch
        {
            1 when isWide && format != ImageFormat.AVIF => PixelMode.I16,
            1 when Number(image, "bits-per-sample") == 1 => PixelMode.One,
            1 => PixelMode.L,
            2 => PixelMode.LA,
            3 => PixelMode.RGB,
            4 when isCmyk => PixelMode.CMYK,
            4 => PixelMode.RGBA,
            _ => throw new InputException(
                $"has {image.Bands} channels, where gray, RGB and CMYK with or without alpha are read: save it as PNG"
            ),
        };
        using var bytes = isWide && mode != PixelMode.I16 ? image.Cast(Enums.BandFormat.Uchar, shift: true) : null;
        var samples = Samples(bytes ?? image, DecodedImage.BytesOf(mode), allocate);
        // Pillow takes every four-channel JPEG as inverted; libvips turns only those with Adobe's marker.
        if (isCmyk && format == ImageFormat.JPEG && !jpeg.HasAdobe)
        {
            foreach (ref var sample in samples.AsSpan())
            {
                sample ^= 255;
            }
        }

        if (format == ImageFormat.AVIF && mode == PixelMode.RGB && !isWide)
        {
            AvifChroma.Smooth(file, samples, image.Width, image.Height);
        }

        return new(mode, image.Width, image.Height, samples);
    }

    // Few rows at a time: what the library gives stays in the cache, and no second copy of the whole image is ever laid
    // out in fresh memory, whose page faults cost more than the copying.
    private static byte[] Samples(VipsImage image, int pixel, Func<int, byte[]> allocate)
    {
        var line = image.Width * pixel;
        var samples = allocate(checked(line * image.Height));
        using var region = Region.New(image);
        var rows = line > 1 << 20 ? 1 : Math.Clamp(65_536 / line / 16 * 16, 16, 256);
        for (var y = 0; y < image.Height; y += rows)
        {
            region.Fetch(0, y, image.Width, Math.Min(rows, image.Height - y)).CopyTo(samples, y * line);
        }

        return samples;
    }

    private static bool? EndsEarly(byte[] file, ImageFormat format) =>
        format switch
        {
            ImageFormat.WebP => BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(4)) + 8L > file.Length,
            ImageFormat.AVIF => BoxesEndEarly(file),
            _ => null,
        };

    private static bool BoxesEndEarly(ReadOnlySpan<byte> file)
    {
        while (file.Length >= 8)
        {
            long size = BinaryPrimitives.ReadUInt32BigEndian(file);
            if (size == 1 && file.Length >= 16)
            {
                size = BinaryPrimitives.ReadInt64BigEndian(file[8..]);
            }

            if (size == 0)
            {
                return false;
            }

            if (size < 8 || size > file.Length)
            {
                return size >= 8;
            }

            file = file[(int)size..];
        }

        return !file.IsEmpty;
    }
}

namespace Semblance.Imaging.Formats;

/// <summary>
/// BMP in the modes that Pillow opens it in. Read here, since the libvips that is shipped does not read it: 1, 4, 8, 16,
/// 24 and 32 bits, from the top or the bottom, with masks, and runs of 4 and 8 bits.
/// </summary>
internal static class BmpReader
{
    public static DecodedImage Read(ReadOnlySpan<byte> file, ImageLimits limits)
    {
        var header = BmpHeader.Read(file);
        ImageDecoder.CheckSize(header.Width, header.Height, limits);
        DecodingMemory.Take(limits, header.Width, header.Height, ImageFormat.BMP, samples: 4);
        var image = (header.Compression, header.Bits) switch
        {
            (BmpHeader.Plain, 1 or 4 or 8) => Indexed(file, header, PackedRows(file, header)),
            (BmpHeader.Runs4, 4) or (BmpHeader.Runs8, 8) => Indexed(
                file,
                header,
                BmpRuns.Unpack(Data(file, header), header)
            ),
            (BmpHeader.Plain, 24) => Coloured(file, header, 3, PixelMode.RGB, Swap),
            (BmpHeader.Plain, 32) => Coloured(file, header, 4, PixelMode.RGB, Swap),
            (BmpHeader.Plain, 16) => Coloured(file, header, 2, PixelMode.RGB, Masks(0x7C00, 0x3E0, 0x1F, 0)),
            (BmpHeader.Masked, 16 or 24 or 32) => Masked(file, header),
            _ => throw new InputException(
                $"is a BMP file of {header.Bits} bits with compression {header.Compression}, which is not read: save it as PNG"
            ),
        };
        return header.IsTopDown ? image : image with { Samples = Flipped(image) };
    }

    private delegate void PixelReader(ReadOnlySpan<byte> pixel, Span<byte> samples);

    private static DecodedImage Masked(ReadOnlySpan<byte> file, BmpHeader header)
    {
        var masks = header.Masks;
        // Pillow knows a few layouts by name, all of whole bytes or of 5 and 6 bits.
        var isKnown = (header.Bits, masks) switch
        {
            (16, (0xF800, 0x7E0, 0x1F, _) or (0x7C00, 0x3E0, 0x1F, _)) => true,
            (24, (0xFF0000, 0xFF00, 0xFF, _)) => true,
            (32, (0xFF0000, 0xFF00, 0xFF, 0 or 0xFF000000)) => true,
            (32, (0xFF000000, 0xFF0000, 0xFF00, 0 or 0xFF)) => true,
            (32, (0xFF000000, 0xFF00, 0xFF, 0 or 0xFF0000)) => true,
            (32, (0xFF, 0xFF00, 0xFF0000, 0xFF000000)) => true,
            (32, (0, 0, 0, 0)) => true,
            _ => false,
        };
        if (!isKnown)
        {
            throw new InputException("is a BMP file whose colours are packed in an unusual way: save it as PNG");
        }

        if (masks == default)
        {
            masks = (0xFF0000, 0xFF00, 0xFF, 0xFF000000);
        }

        var hasAlpha = header.Bits == 32 && masks.Alpha != 0;
        return Coloured(
            file,
            header,
            header.Bits / 8,
            hasAlpha ? PixelMode.RGBA : PixelMode.RGB,
            Masks(masks.Red, masks.Green, masks.Blue, hasAlpha ? masks.Alpha : 0)
        );
    }

    private static void Swap(ReadOnlySpan<byte> pixel, Span<byte> samples) =>
        (samples[0], samples[1], samples[2]) = (pixel[2], pixel[1], pixel[0]);

    private static PixelReader Masks(params ReadOnlySpan<uint> masks)
    {
        (int Shift, uint Most)[] parts = [.. masks.ToArray().Where(mask => mask != 0).Select(BmpHeader.Part)];
        return (pixel, samples) =>
        {
            uint value = 0;
            for (var i = pixel.Length - 1; i >= 0; i--)
            {
                value = (value << 8) | pixel[i];
            }

            for (var i = 0; i < parts.Length; i++)
            {
                samples[i] = (byte)(((value >> parts[i].Shift) & parts[i].Most) * 255 / parts[i].Most);
            }
        };
    }

    private static DecodedImage Coloured(
        ReadOnlySpan<byte> file,
        BmpHeader header,
        int bytes,
        PixelMode mode,
        PixelReader read
    )
    {
        var (width, height) = ((int)header.Width, (int)header.Height);
        var rows = Data(file, header);
        var stride = Stride(rows, header);
        var channels = DecodedImage.BytesOf(mode);
        var samples = new byte[width * height * channels];
        for (var i = 0; i < width * height; i++)
        {
            var (y, x) = Math.DivRem(i, width);
            read(rows.Slice((y * stride) + (x * bytes), bytes), samples.AsSpan(i * channels, channels));
        }

        return new(mode, width, height, samples);
    }

    private static byte[] PackedRows(ReadOnlySpan<byte> file, BmpHeader header)
    {
        var (width, height, bits) = ((int)header.Width, (int)header.Height, header.Bits);
        var rows = Data(file, header);
        var stride = Stride(rows, header);
        var samples = new byte[width * height];
        for (var i = 0; i < samples.Length; i++)
        {
            var (y, x) = Math.DivRem(i, width);
            var (at, within) = Math.DivRem(x * bits, 8);
            samples[i] = (byte)((rows[(y * stride) + at] >> (8 - bits - within)) & ((1 << bits) - 1));
        }

        return samples;
    }

    private static DecodedImage Indexed(ReadOnlySpan<byte> file, BmpHeader header, byte[] samples)
    {
        var (width, height) = ((int)header.Width, (int)header.Height);
        var length = header.Colours * header.Entry;
        if (header.PaletteAt + length > file.Length)
        {
            throw VipsReader.Fault(ImageFormat.BMP, isCut: true);
        }

        if (header.Colours > 256)
        {
            throw new InputException(
                $"is corrupt: its palette has {header.Colours} colours, where 256 are possible (BMP)"
            );
        }

        var rgb = new byte[header.Colours * 3];
        for (var i = 0; i < header.Colours; i++)
        {
            Swap(file.Slice(header.PaletteAt + (i * header.Entry), 3), rgb.AsSpan(i * 3, 3));
        }

        // Black and white, or a ramp of all grays, is no palette to Pillow.
        if (header is { Bits: 1, Colours: 2 } && rgb is [0, 0, 0, 255, 255, 255])
        {
            return new(PixelMode.One, width, height, [.. samples.Select(bit => (byte)(bit * 255))]);
        }

        var isRamp = header is { Bits: 8, Colours: 256 } && Enumerable.Range(0, rgb.Length).All(i => rgb[i] == i / 3);
        return isRamp
            ? new(PixelMode.L, width, height, samples)
            : new(PixelMode.P, width, height, samples) { Palette = DecodedImage.FullPalette(rgb) };
    }

    private static ReadOnlySpan<byte> Data(ReadOnlySpan<byte> file, BmpHeader header)
    {
        // Where nothing is said the pixels follow the palette.
        var start = header.PixelsAt > 0 ? header.PixelsAt : header.PaletteAt + (header.Colours * header.Entry);
        return start < file.Length ? file[(int)start..] : throw VipsReader.Fault(ImageFormat.BMP, isCut: true);
    }

    // Bytes of a row in the file, a multiple of four, once it is certain that all rows are there.
    private static int Stride(ReadOnlySpan<byte> rows, BmpHeader header)
    {
        var bits = header.Width * header.Bits;
        var stride = (bits + 31) / 32 * 4;
        // The last row need not be filled up.
        return (stride * (header.Height - 1)) + ((bits + 7) / 8) <= rows.Length
            ? (int)stride
            : throw VipsReader.Fault(ImageFormat.BMP, isCut: true);
    }

    private static byte[] Flipped(DecodedImage image)
    {
        var line = image.Width * image.BytesPerPixel;
        var flipped = new byte[image.Samples.Length];
        for (var y = 0; y < image.Height; y++)
        {
            image.Samples.AsSpan(y * line, line).CopyTo(flipped.AsSpan((image.Height - 1 - y) * line));
        }

        return flipped;
    }
}

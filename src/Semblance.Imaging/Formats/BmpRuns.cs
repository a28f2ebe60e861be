namespace Semblance.Imaging.Formats;

/// <summary>Rows of a BMP file that are packed in runs of 4 or 8 bits.</summary>
internal static class BmpRuns
{
    /// <summary>The indexes, row by row as the file has them; what a jump leaves out is 0, as in Pillow.</summary>
    /// <exception cref="InputException">The runs end before the image does, or leave it.</exception>
    public static byte[] Unpack(ReadOnlySpan<byte> data, BmpHeader header)
    {
        var (width, isNarrow) = ((int)header.Width, header.Bits == 4);
        var samples = new byte[width * (int)header.Height];
        var (at, written, column) = (0, 0, 0);
        while (written < samples.Length)
        {
            if (at + 2 > data.Length)
            {
                throw Cut();
            }

            var (count, value) = (data[at], data[at + 1]);
            at += 2;
            switch (count, value)
            {
                case (0, 0):
                    written += column == 0 ? 0 : width - column;
                    column = 0;
                    break;
                case (0, 1):
                    throw Cut();
                case (0, 2):
                    if (at + 2 > data.Length)
                    {
                        throw Cut();
                    }

                    written += data[at] + (data[at + 1] * width);
                    column += data[at];
                    at += 2;
                    break;
                case (0, _):
                    var length = isNarrow ? (value + 1) / 2 : value;
                    if (at + length > data.Length)
                    {
                        throw Cut();
                    }

                    Put(data.Slice(at, length), value);
                    // Filled up to an even length.
                    at += (length + 1) & ~1;
                    break;
                default:
                    Put([value], count);
                    break;
            }
        }

        return written > samples.Length ? throw Corrupt() : samples;

        void Put(ReadOnlySpan<byte> values, int pixels)
        {
            // Programs write runs beyond the end of a row, which Pillow cuts.
            pixels = Math.Min(pixels, width - column);
            if (written + pixels > samples.Length)
            {
                throw Corrupt();
            }

            for (var i = 0; i < pixels; i++)
            {
                samples[written + i] = isNarrow
                    ? (byte)((values[i / 2 % values.Length] >> (i % 2 == 0 ? 4 : 0)) & 15)
                    : values[i % values.Length];
            }

            written += pixels;
            column += pixels;
        }
    }

    private static InputException Cut() => VipsReader.Fault(ImageFormat.BMP, isCut: true);

    private static InputException Corrupt() => VipsReader.Fault(ImageFormat.BMP, isCut: false);
}

using System.Buffers.Binary;
using System.Numerics;

namespace Semblance.Imaging.Formats;

/// <summary>What the headers of a BMP file say, as Pillow understands them.</summary>
/// <param name="Width">Columns, as the file says.</param>
/// <param name="Height">Rows, as the file says.</param>
/// <param name="IsTopDown">Whether the first row of the file is the top one.</param>
/// <param name="Bits">Of a pixel.</param>
/// <param name="Compression">0 for none, 1 and 2 for runs, 3 for masks.</param>
/// <param name="Colours">Entries of the palette.</param>
/// <param name="Entry">Bytes of an entry of the palette.</param>
/// <param name="Masks">Of red, green, blue and alpha, where the pixels are masked.</param>
/// <param name="PaletteAt">Where the palette begins.</param>
/// <param name="PixelsAt">Where the pixels begin.</param>
internal readonly record struct BmpHeader(
    long Width,
    long Height,
    bool IsTopDown,
    int Bits,
    uint Compression,
    int Colours,
    int Entry,
    (uint Red, uint Green, uint Blue, uint Alpha) Masks,
    int PaletteAt,
    long PixelsAt
)
{
    public const uint Plain = 0;
    public const uint Runs8 = 1;
    public const uint Runs4 = 2;
    public const uint Masked = 3;

    private const int FileHeader = 14;

    public static BmpHeader Read(ReadOnlySpan<byte> file)
    {
        var length = (int)Math.Min(U32(file, FileHeader), int.MaxValue);
        var start = U32(file, 10);
        var header =
            file.Length >= FileHeader + length ? file[FileHeader..] : throw VipsReader.Fault(ImageFormat.BMP, true);
        return length switch
        {
            12 => Old(header, start),
            40 or 52 or 56 or 64 or 108 or 124 => Usual(header, length, start),
            _ => throw new InputException(
                $"is a BMP file with a header of {length} bytes, which is not read: save it as PNG"
            ),
        };
    }

    private static BmpHeader Old(ReadOnlySpan<byte> header, long start)
    {
        int bits = BinaryPrimitives.ReadUInt16LittleEndian(header[10..]);
        return new(
            BinaryPrimitives.ReadUInt16LittleEndian(header[4..]),
            BinaryPrimitives.ReadUInt16LittleEndian(header[6..]),
            IsTopDown: false,
            bits,
            Plain,
            bits <= 8 ? 1 << bits : 0,
            Entry: 3,
            Masks: default,
            FileHeader + 12,
            start
        );
    }

    private static BmpHeader Usual(ReadOnlySpan<byte> header, int length, long start)
    {
        var height = BinaryPrimitives.ReadInt32LittleEndian(header[8..]);
        int bits = BinaryPrimitives.ReadUInt16LittleEndian(header[14..]);
        var compression = U32(header, 16);
        var colours = U32(header, 32);
        // In the short header the masks stand behind it.
        var ends = length == 40 && compression == Masked ? length + 12 : length;
        return new(
            BinaryPrimitives.ReadInt32LittleEndian(header[4..]),
            Math.Abs((long)height),
            height < 0,
            bits,
            compression,
            (int)Math.Min(colours == 0 ? 1u << Math.Min(bits, 16) : colours, 65_536),
            Entry: 4,
            compression == Masked
                ? (U32(header, 40), U32(header, 44), U32(header, 48), length >= 56 ? U32(header, 52) : 0)
                : default,
            FileHeader + ends,
            start
        );
    }

    /// <summary>How far a mask is from the low end, and its greatest value.</summary>
    public static (int Shift, uint Most) Part(uint mask)
    {
        var shift = mask == 0 ? 0 : BitOperations.TrailingZeroCount(mask);
        return (shift, mask >> shift);
    }

    private static uint U32(ReadOnlySpan<byte> bytes, int at) =>
        at + 4 <= bytes.Length
            ? BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..])
            : throw VipsReader.Fault(ImageFormat.BMP, isCut: true);
}

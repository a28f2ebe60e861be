using System.Buffers.Binary;
using System.Text;
using NetVips;
using Semblance.Imaging.Formats;

namespace Semblance.Imaging.Tests.Formats;

public sealed class ImageRemarksTests
{
    // 3 x 2: 1 2 3 over 4 5 6; the others worked by hand.
    [Theory]
    [InlineData(1, 3, new byte[] { 1, 2, 3, 4, 5, 6 })]
    [InlineData(2, 3, new byte[] { 3, 2, 1, 6, 5, 4 })]
    [InlineData(3, 3, new byte[] { 6, 5, 4, 3, 2, 1 })]
    [InlineData(4, 3, new byte[] { 4, 5, 6, 1, 2, 3 })]
    [InlineData(5, 2, new byte[] { 1, 4, 2, 5, 3, 6 })]
    [InlineData(6, 2, new byte[] { 4, 1, 5, 2, 6, 3 })]
    [InlineData(7, 2, new byte[] { 6, 3, 5, 2, 4, 1 })]
    [InlineData(8, 2, new byte[] { 3, 6, 2, 5, 1, 4 })]
    public void Tiff_is_turned_as_it_says(int orientation, int width, byte[] expected)
    {
        using var image = Turned(orientation);
        var read = ImageDecoder.Decode(image.TiffsaveBuffer());
        Assert.Equal((width, ImageRemarks.None), (read.Width, read.Remarks));
        Assert.Equal(expected, read.Samples);
    }

    [Fact]
    public void Other_formats_are_not_turned_and_say_so()
    {
        using var image = Turned(6);
        using var colour = image.Colourspace(Enums.Interpretation.Srgb);
        foreach (var file in (byte[][])[colour.JpegsaveBuffer(), colour.WebpsaveBuffer(), image.PngsaveBuffer()])
        {
            var read = ImageDecoder.Decode(file);
            Assert.Equal((3, 2, ImageRemarks.NotTurned), (read.Width, read.Height, read.Remarks));
        }
    }

    [Theory]
    [InlineData("irot", 1)]
    [InlineData("irot", 2)]
    [InlineData("irot", 3)]
    [InlineData("imir", 0)]
    [InlineData("imir", 1)]
    public void Avif_is_not_turned_either_though_libheif_does(string property, byte value)
    {
        var pixels = Enumerable.Range(0, 48 * 32).Select(i => (byte)((i % 48 * 3) + (i / 48))).ToArray();
        using var gray = Image.NewFromMemoryCopy(pixels, 48, 32, 1, Enums.BandFormat.Uchar);
        using var colour = gray.Colourspace(Enums.Interpretation.Srgb);
        var plain = colour.HeifsaveBuffer(compression: Enums.ForeignHeifCompression.Av1);
        var turned = (byte[])plain.Clone();
        // What says how deep the samples are is not needed: its box is made the one that turns.
        var at = turned.AsSpan().IndexOf("pixi"u8);
        Encoding.ASCII.GetBytes(property).CopyTo(turned, at);
        turned[at + 4] = value;

        var expected = ImageDecoder.Decode(plain);
        var read = ImageDecoder.Decode(turned);
        Assert.Equal((48, 32, ImageRemarks.None), (expected.Width, expected.Height, expected.Remarks));
        Assert.Equal((48, 32, ImageRemarks.NotTurned), (read.Width, read.Height, read.Remarks));
        Assert.Equal(expected.Samples, read.Samples);
        // The library alone turns it.
        using var usual = Image.HeifloadBuffer(plain);
        using var other = Image.HeifloadBuffer(turned);
        Assert.Equal(property == "irot" && value != 2 ? (32, 48) : (48, 32), (other.Width, other.Height));
        Assert.NotEqual(usual.WriteToMemory<byte>(), other.WriteToMemory<byte>());
    }

    [Fact]
    public void Files_of_several_images_give_the_first_and_say_so()
    {
        var pixels = Enumerable.Range(0, 32).Select(i => (byte)(i * 8)).ToArray();
        using var strip = Image.NewFromMemoryCopy(pixels, 4, 8, 1, Enums.BandFormat.Uchar);
        using var frames = strip.Mutate(image => image.Set(GValue.GIntType, "page-height", 4));
        foreach (
            var file in (byte[][])
                [frames.GifsaveBuffer(), frames.WebpsaveBuffer(lossless: true), frames.TiffsaveBuffer()]
        )
        {
            var read = ImageDecoder.Decode(file);
            Assert.Equal((4, 4, ImageRemarks.FirstOfSeveral), (read.Width, read.Height, read.Remarks));
        }
    }

    [Fact]
    public void Lab_is_refused_by_name()
    {
        using var image = Turned(1);
        var file = image.TiffsaveBuffer();
        // Tag 262, a short: the low byte first, as libtiff writes on the platforms that we have.
        var photometric = file.AsSpan().IndexOf([(byte)6, (byte)1, (byte)3, (byte)0]);
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(photometric + 8), 8);
        Assert.Contains(
            "CIE Lab",
            Assert.Throws<InputException>(() => ImageDecoder.Decode(file)).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_tiff_of_very_many_pictures_is_refused_before_they_are_counted()
    {
        const int more = 1_000_000;
        using var image = Turned(1);
        var file = image.TiffsaveBuffer();
        var first = BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(4));
        var next = first + 2 + (12 * BinaryPrimitives.ReadInt16LittleEndian(file.AsSpan(first)));
        // Each further directory has one entry (a width of 1) and leads to the one behind it.
        const int Size = 18;
        var start = (file.Length + 1) / 2 * 2;
        var all = new byte[start + (more * Size)];
        file.CopyTo(all, 0);
        BinaryPrimitives.WriteInt32LittleEndian(all.AsSpan(next), start);
        for (var i = 0; i < more; i++)
        {
            var at = all.AsSpan(start + (i * Size));
            ((byte[])[1, 0, 0, 1, 3, 0, 1, 0, 0, 0, 1, 0, 0, 0]).CopyTo(at);
            BinaryPrimitives.WriteInt32LittleEndian(at[14..], i + 1 < more ? start + ((i + 1) * Size) : 0);
        }

        Assert.Contains(
            "10000 pictures or more",
            Assert.Throws<InputException>(() => ImageDecoder.Decode(all)).Message,
            StringComparison.Ordinal
        );
    }

    /// <summary>Pillow reads the directory up to the first such tag; it knows no colours but 0 to 6 and 8.</summary>
    [Theory]
    [InlineData(262, 8, 514)]
    [InlineData(258, 4, 1 << 24)]
    [InlineData(277, 4, 1 << 24)]
    public void A_directory_that_pillow_cannot_use_is_refused(int tag, int at, int value)
    {
        using var image = Turned(1);
        var file = image.TiffsaveBuffer();
        Assert.Equal(3, ImageDecoder.Decode(file).Width);
        var entry = file.AsSpan().IndexOf([(byte)tag, (byte)(tag >> 8), (byte)3, (byte)0]);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(entry + at), value);
        Assert.Throws<InputException>(() => ImageDecoder.Decode(file));
    }

    private static Image Turned(int orientation)
    {
        byte[] pixels = [1, 2, 3, 4, 5, 6];
        using var image = Image.NewFromMemoryCopy(pixels, 3, 2, 1, Enums.BandFormat.Uchar);
        return image.Mutate(changed => changed.Set(GValue.GIntType, "orientation", orientation));
    }
}

using Semblance.Imaging.Formats;
using Semblance.Imaging.Thumbnails;

namespace Semblance.Imaging.Tests.Thumbnails;

public sealed class ThumbnailSheetTests
{
    private static byte[] Plain(byte r, byte g, byte b, int width = 40, int height = 40)
    {
        var pixels = new byte[width * height * 3];
        for (var i = 0; i < pixels.Length; i += 3)
        {
            (pixels[i], pixels[i + 1], pixels[i + 2]) = (r, g, b);
        }

        return PngWriter.Write(pixels, width, height);
    }

    [Theory]
    [InlineData(SheetFormat.Avif)]
    [InlineData(SheetFormat.Jpeg)]
    public void Each_image_is_in_its_place(SheetFormat format)
    {
        var sheet = ThumbnailSheet.Write([Plain(250, 10, 10), Plain(10, 10, 250)], 16, format, out var shown);
        Assert.Equal([true, true], shown);
        var image = ImageDecoder.Decode(sheet);
        Assert.Equal(ThumbnailSheet.SizeOf(2, 16), (image.Width, image.Height));
        Assert.True(Near(image, 8, 8, (250, 10, 10)) && Near(image, 24, 8, (10, 10, 250)));
    }

    [Fact]
    public void What_cannot_be_shown_is_gray_and_reported()
    {
        byte[]?[] files = [null, "no image"u8.ToArray(), [], Plain(250, 10, 10)];
        var sheet = ThumbnailSheet.Write(files, 16, SheetFormat.Avif, out var shown);
        Assert.Equal([false, false, false, true], shown);
        Assert.True(Near(ImageDecoder.Decode(sheet), 8, 8, (136, 136, 136)));
    }

    [Fact]
    public void An_image_that_is_not_square_is_shown_whole()
    {
        var image = ImageDecoder.Decode(
            ThumbnailSheet.Write([Plain(250, 10, 10, width: 80, height: 40)], 32, SheetFormat.Jpeg, out _)
        );
        Assert.True(Near(image, 16, 16, (250, 10, 10)) && Near(image, 16, 3, (136, 136, 136)));
    }

    [Fact]
    public void The_same_files_give_the_same_bytes()
    {
        byte[] Make() => ThumbnailSheet.Write([Plain(1, 2, 3), Plain(200, 100, 0)], 48, SheetFormat.Avif, out _);
        Assert.Equal(Make(), Make());
    }

    [Theory]
    [InlineData(1, 64, 64)]
    [InlineData(20, 1280, 64)]
    [InlineData(21, 1280, 128)]
    public void A_row_has_twenty(int images, int width, int height) =>
        Assert.Equal((width, height), ThumbnailSheet.SizeOf(images, 64));

    private static bool Near(DecodedImage image, int x, int y, (int R, int G, int B) colour)
    {
        var at = ((y * image.Width) + x) * image.BytesPerPixel;
        return Math.Abs(image.Samples[at] - colour.R) < 14
            && Math.Abs(image.Samples[at + 1] - colour.G) < 14
            && Math.Abs(image.Samples[at + 2] - colour.B) < 14;
    }
}

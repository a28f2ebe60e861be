using Semblance.Models.Diffusion.Denoising;
using Semblance.Studies.Generating;

namespace Semblance.Studies.Tests.Generating;

public sealed class ImageSizeTests
{
    [Theory]
    [InlineData("768x512", 768, 512)]
    [InlineData("1X16384", 1, 16384)]
    [InlineData("64×32", 64, 32)]
    public void Width_comes_first(string text, int width, int height)
    {
        Assert.Equal(new ImageSize(width, height), ImageSize.Parse(text));
        Assert.Equal($"{width}x{height}", ImageSize.Parse(text).ToString());
    }

    [Theory]
    [InlineData("big")]
    [InlineData("64")]
    [InlineData("64x")]
    [InlineData("0x64")]
    [InlineData("64x64x64")]
    [InlineData("64x16385")]
    [InlineData("-1x64")]
    public void What_is_not_a_size_is_refused(string text) =>
        Assert.Contains(
            $"\"{text}\" is not a size",
            Assert.Throws<UsageException>(() => ImageSize.Parse(text)).Message,
            StringComparison.Ordinal
        );

    [Fact]
    public void What_is_told_of_sizes_is_that_of_the_image_where_it_is_not_given()
    {
        var size = new ImageSize(64, 32);
        Assert.Null(new GivenSizes().For(size));
        Assert.Equal(new SizeConditions(32, 64, 8, 4, 32, 64), new GivenSizes(Crop: (4, 8)).For(size));
        Assert.Equal(
            new SizeConditions(200, 100, 0, 0, 40, 30),
            new GivenSizes(new ImageSize(100, 200), Target: new ImageSize(30, 40)).For(size)
        );
    }
}

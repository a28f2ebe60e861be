namespace Semblance.Models.Tests.Diffusion;

internal static class GeneratedPixels
{
    /// <summary>What a pipeline made: always pixels of the size that was asked for.</summary>
    public static byte[] Pixels(this GeneratedImage image)
    {
        var pixels = Assert.IsType<PixelImage>(image.Content);
        Assert.Equal((image.Request.Width, image.Request.Height), (pixels.Width, pixels.Height));
        return pixels.Pixels;
    }
}

namespace Semblance.Models.Diffusion.Pipelines;

/// <summary>
/// The sizes that PixArt was trained on, one for each aspect ratio. A request is made at the nearest of them and the
/// picture is resized and cropped to what was asked for (diffusers' <c>use_resolution_binning</c>).
/// </summary>
internal static class AspectBins
{
    /// <summary>Height and width of the 1024-pixel model, flat to tall; the smaller models have a half and a quarter of them.</summary>
    private static readonly (int Height, int Width)[] Of1024 =
    [
        (512, 2048),
        (512, 1856),
        (576, 1792),
        (576, 1728),
        (576, 1664),
        (640, 1600),
        (640, 1536),
        (704, 1472),
        (704, 1408),
        (704, 1344),
        (768, 1344),
        (768, 1280),
        (832, 1216),
        (832, 1152),
        (896, 1152),
        (896, 1088),
        (960, 1088),
        (960, 1024),
        (1024, 1024),
        (1024, 960),
        (1088, 960),
        (1088, 896),
        (1152, 896),
        (1152, 832),
        (1216, 832),
        (1280, 768),
        (1344, 768),
        (1408, 704),
        (1472, 704),
        (1536, 640),
        (1600, 640),
        (1728, 576),
        (2048, 512),
    ];

    /// <summary>Of PixArt-Sigma's 2048-pixel model.</summary>
    private static readonly (int Height, int Width)[] Of2048 =
    [
        (1024, 4096),
        (1024, 3968),
        (1024, 3840),
        (1024, 3712),
        (1152, 3584),
        (1152, 3456),
        (1152, 3328),
        (1280, 3200),
        (1280, 3072),
        (1408, 2944),
        (1408, 2816),
        (1408, 2688),
        (1536, 2688),
        (1536, 2560),
        (1664, 2432),
        (1664, 2304),
        (1792, 2304),
        (1792, 2176),
        (1920, 2176),
        (1920, 2048),
        (2048, 2048),
        (2048, 1920),
        (2176, 1920),
        (2176, 1792),
        (2304, 1792),
        (2304, 1664),
        (2432, 1664),
        (2560, 1536),
        (2688, 1536),
        (2816, 1408),
        (2944, 1408),
        (3072, 1280),
        (3200, 1280),
        (3328, 1152),
        (3456, 1152),
        (3584, 1152),
        (3712, 1024),
        (3840, 1024),
        (3968, 1024),
        (4096, 1024),
    ];

    /// <summary>The bins of a model.</summary>
    /// <param name="sampleSize">Side of its latents in training.</param>
    /// <returns>Height and width of each in pixels, flat to tall; null where no bins are known for such a model.</returns>
    public static IReadOnlyList<(int Height, int Width)>? Of(int sampleSize) =>
        sampleSize switch
        {
            32 or 64 or 128 => [.. Of1024.Select(bin => (bin.Height * sampleSize / 128, bin.Width * sampleSize / 128))],
            256 => Of2048,
            _ => null,
        };

    /// <summary>The bin whose ratio of height to width, named with two decimals, is nearest; the flattest of equals.</summary>
    public static (int Height, int Width) Nearest(IReadOnlyList<(int Height, int Width)> bins, int height, int width) =>
        bins.MinBy(bin => Math.Abs(Math.Round((double)bin.Height / bin.Width, 2) - ((double)height / width)));
}

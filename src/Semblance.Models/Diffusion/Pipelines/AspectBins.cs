namespace Semblance.Models.Diffusion.Pipelines;

/// <summary>
/// The sizes that PixArt was trained on, one for each aspect ratio. A request is made at the nearest of them and the
/// image is resized and cropped to what was asked for (diffusers' <c>use_resolution_binning</c>).
/// </summary>
internal static class AspectBins
{
    /// <summary>Heights of the 1024-pixel model and the widths of each; the other models have the half, a quarter or the double of them.</summary>
    private static readonly (int Height, int[] Widths)[] Of1024 =
    [
        (512, [2048, 1856]),
        (576, [1792, 1728, 1664]),
        (640, [1600, 1536]),
        (704, [1472, 1408, 1344]),
        (768, [1344, 1280]),
        (832, [1216, 1152]),
        (896, [1152, 1088]),
        (960, [1088, 1024]),
        (1024, [1024, 960]),
        (1088, [960, 896]),
        (1152, [896, 832]),
        (1216, [832]),
        (1280, [768]),
        (1344, [768]),
        (1408, [704]),
        (1472, [704]),
        (1536, [640]),
        (1600, [640]),
        (1728, [576]),
        (2048, [512]),
    ];

    /// <summary>What PixArt-Sigma's 2048-pixel model has besides.</summary>
    private static readonly (int Height, int[] Widths)[] More2048 =
    [
        (1024, [3968, 3840]),
        (3328, [1152]),
        (3584, [1152]),
        (3712, [1024]),
        (3840, [1024]),
        (3968, [1024]),
    ];

    /// <summary>The bins of a model.</summary>
    /// <param name="sampleSize">Side of its latents in training.</param>
    /// <returns>Height and width of each in pixels, flat to tall; null where no bins are known for such a model.</returns>
    public static IReadOnlyList<(int Height, int Width)>? Of(int sampleSize) =>
        sampleSize is not (32 or 64 or 128 or 256)
            ? null
            :
            [
                .. Sizes(Of1024)
                    .Select(bin => (Height: bin.Height * sampleSize / 128, Width: bin.Width * sampleSize / 128))
                    .Concat(sampleSize == 256 ? Sizes(More2048) : [])
                    .OrderBy(bin => (double)bin.Height / bin.Width),
            ];

    /// <summary>The bin whose ratio of height to width, named with two decimals, is nearest; the flattest of equals.</summary>
    public static (int Height, int Width) Nearest(IReadOnlyList<(int Height, int Width)> bins, int height, int width) =>
        bins.MinBy(bin => Math.Abs(Math.Round((double)bin.Height / bin.Width, 2) - ((double)height / width)));

    private static IEnumerable<(int Height, int Width)> Sizes((int Height, int[] Widths)[] bins) =>
        bins.SelectMany(row => row.Widths, (row, width) => (row.Height, width));
}

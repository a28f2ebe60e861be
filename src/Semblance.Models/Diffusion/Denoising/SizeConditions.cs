using System.Globalization;

namespace Semblance.Models.Diffusion.Denoising;

/// <summary>
/// What SDXL is told about the image that it is to make, all in pixels: the size of the photograph it might stem from,
/// what was cut off at its top and left, and its own size (Podell et al., arXiv 2307.01952, section 2.2).
/// </summary>
/// <param name="OriginalHeight">Before scaling and cropping.</param>
/// <param name="OriginalWidth">Before scaling and cropping.</param>
/// <param name="Top">Rows cut off.</param>
/// <param name="Left">Columns cut off.</param>
/// <param name="TargetHeight">Of the image.</param>
/// <param name="TargetWidth">Of the image.</param>
public sealed record SizeConditions(
    int OriginalHeight,
    int OriginalWidth,
    int Top,
    int Left,
    int TargetHeight,
    int TargetWidth
)
{
    /// <summary>An image of this size, not cropped.</summary>
    public static SizeConditions Of(int height, int width) => new(height, width, 0, 0, height, width);

    /// <summary>For a reader, widths and lefts first.</summary>
    public override string ToString() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"original {OriginalWidth}x{OriginalHeight}, crop {Left},{Top}, target {TargetWidth}x{TargetHeight}"
        );

    /// <summary>In the order in which the network takes them.</summary>
    internal float[] Numbers => [OriginalHeight, OriginalWidth, Top, Left, TargetHeight, TargetWidth];
}

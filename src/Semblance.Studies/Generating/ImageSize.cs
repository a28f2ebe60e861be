using System.Globalization;
using Semblance.Models.Diffusion.Denoising;

namespace Semblance.Studies.Generating;

/// <summary>A size in pixels, written <c>768x768</c>, width first.</summary>
public readonly record struct ImageSize(int Width, int Height)
{
    private const int Most = 16_384;

    /// <summary>Reads a size with sides from 1 to 16,384.</summary>
    /// <exception cref="UsageException">The text is not a size.</exception>
    public static ImageSize Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return
            text.Split('x', 'X', '×') is [string width, string height]
            && int.TryParse(width, NumberStyles.None, CultureInfo.InvariantCulture, out var w)
            && int.TryParse(height, NumberStyles.None, CultureInfo.InvariantCulture, out var h)
            && w is > 0 and <= Most
            && h is > 0 and <= Most
            ? new ImageSize(w, h)
            : throw new UsageException(
                $"\"{text}\" is not a size; write width and height in pixels, such as 768x768, up to {Most}."
            );
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Width}x{Height}");
}

/// <summary>The size conditions of SDXL, as far as they are given.</summary>
/// <param name="Original">Of the photographs that it is to imitate; null for that of the image.</param>
/// <param name="Crop">Pixels cut off such a photograph at the left and at the top; null for none.</param>
/// <param name="Target">The target size; null for that of the image.</param>
public sealed record GivenSizes(ImageSize? Original = null, (int Left, int Top)? Crop = null, ImageSize? Target = null)
{
    /// <summary>The conditions for images of a size; null where none is given.</summary>
    public SizeConditions? For(ImageSize size) =>
        this == new GivenSizes()
            ? null
            : new SizeConditions(
                OriginalHeight: (Original ?? size).Height,
                OriginalWidth: (Original ?? size).Width,
                Top: Crop?.Top ?? 0,
                Left: Crop?.Left ?? 0,
                TargetHeight: (Target ?? size).Height,
                TargetWidth: (Target ?? size).Width
            );
}

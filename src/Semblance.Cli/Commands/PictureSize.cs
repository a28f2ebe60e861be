using System.Globalization;

namespace Semblance.Cli.Commands;

/// <summary>A size as it is written on a command line: <c>768x768</c>, width first.</summary>
internal readonly record struct PictureSize(int Width, int Height)
{
    private const int Most = 16_384;

    /// <summary>Reads a size.</summary>
    /// <exception cref="UsageException">The text is no size.</exception>
    public static PictureSize Parse(string text, string option = "--size")
    {
        var sides = text.Split('x', 'X', '×');
        return
            sides is [string width, string height]
            && int.TryParse(width, NumberStyles.None, CultureInfo.InvariantCulture, out var w)
            && int.TryParse(height, NumberStyles.None, CultureInfo.InvariantCulture, out var h)
            && w is > 0 and <= Most
            && h is > 0 and <= Most
            ? new PictureSize(w, h)
            : throw new UsageException(
                $"{option}: \"{text}\" is no size; write width and height in pixels, such as 768x768, up to {Most}."
            );
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Width}x{Height}");
}

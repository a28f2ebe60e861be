using System.Security.Cryptography;
using Semblance.Imaging;
using Semblance.Imaging.Formats;
using Semblance.Runs.Inputs;

namespace Semblance.Studies.Linting;

/// <summary>What is known of one image file after it was read once.</summary>
/// <param name="Row">Model, prompt, seed and path.</param>
internal sealed record LintedImage(ImageRow Row)
{
    /// <summary>Side of the grid of samples by which images are compared.</summary>
    public const int Grid = 48;

    /// <summary>Channels that differ by no more than this are one colour.</summary>
    private const int BlankRange = 2;

    /// <summary>Why it cannot be read, as the rest of a sentence; null where it can.</summary>
    public string? Fault { get; private init; }

    /// <summary>Hash of the file's bytes.</summary>
    public string Hash { get; private init; } = "";

    /// <summary>What the file is beside its pixels.</summary>
    public FileFacts? Facts { get; private init; }

    /// <summary>Columns of pixels, at least 1.</summary>
    public int Width { get; private init; }

    /// <summary>Rows of pixels, at least 1.</summary>
    public int Height { get; private init; }

    /// <summary>What a reader of scores should know.</summary>
    public ImageRemarks Remarks { get; private init; }

    /// <summary>Whether it is of one colour.</summary>
    public bool IsBlank { get; private init; }

    /// <summary>Whether it is of one colour, and that is black.</summary>
    public bool IsBlack { get; private init; }

    /// <summary>Samples of the image, [Grid, Grid, 3], each the mean of its cell; empty where it cannot be read.</summary>
    public byte[] Samples { get; private init; } = [];

    /// <summary>All that the file's texts say of how it was made, but prompt and seed; null where they say nothing.</summary>
    public string? Recipe { get; private init; }

    public static LintedImage Read(ImageRow row, ImageLimits limits)
    {
        byte[] file;
        try
        {
            file = RegularFile.ReadAllBytes(row.Path, RegularFile.MostOfImage);
        }
        catch (Exception error) when (FileFault.IsOne(error))
        {
            return new LintedImage(row)
            {
                Fault = error is FileNotFoundException or DirectoryNotFoundException
                    ? "is not there"
                    : $"cannot be read: {error.Message}",
            };
        }

        var read = new LintedImage(row)
        {
            Hash = Convert.ToHexStringLower(SHA256.HashData(file)),
            Facts = FileFacts.Read(file),
            Recipe = RecipeText.Of(ImageTexts.Read(new MemoryStream(file))),
        };
        try
        {
            // Small where that is cheap; an image that seems blank is looked at as a whole.
            var image = ImageDecoder.DecodeSmall(file, limits: limits);
            var isBlank = Blank(image) && Blank(ImageDecoder.Decode(file, limits));
            return read with
            {
                Width = read.Facts.Width ?? image.Width,
                Height = read.Facts.Height ?? image.Height,
                Remarks = image.Remarks,
                IsBlank = isBlank,
                IsBlack =
                    isBlank
                    && image.Mode is PixelMode.L or PixelMode.RGB or PixelMode.RGBA
                    && image.Samples[0] <= BlankRange,
                Samples = Sample(image),
            };
        }
        catch (InputException fault)
        {
            return read with { Fault = fault.Message };
        }
    }

    private static bool Blank(DecodedImage image)
    {
        (var channels, var length) = (image.BytesPerPixel, image.Width * image.Height * image.BytesPerPixel);
        var colours = image.Mode is PixelMode.RGBA or PixelMode.LA ? channels - 1 : channels;
        for (var channel = 0; channel < colours; channel++)
        {
            (byte least, byte most) = (255, 0);
            for (var i = channel; i < length; i += channels)
            {
                var value = image.Samples[i];
                least = Math.Min(least, value);
                most = Math.Max(most, value);
                if (most - least > BlankRange)
                {
                    return false;
                }
            }
        }

        return true;
    }

    /// <summary>A few pixels of each cell are enough to tell images apart, and cost next to nothing beside decoding.</summary>
    private static byte[] Sample(DecodedImage image)
    {
        const int Few = 3;
        var channels = image.BytesPerPixel;
        int[] columns = [.. Enumerable.Range(0, Grid * Few).Select(x => x * image.Width / (Grid * Few) * channels)];
        int[] rows =
        [
            .. Enumerable.Range(0, Grid * Few).Select(y => y * image.Height / (Grid * Few) * image.Width * channels),
        ];
        (var second, var third) = channels >= 3 ? (1, 2) : (0, 0);
        var samples = new byte[Grid * Grid * 3];
        for (var y = 0; y < Grid; y++)
        {
            for (var x = 0; x < Grid; x++)
            {
                (var red, var green, var blue) = (0, 0, 0);
                for (var row = y * Few; row < (y + 1) * Few; row++)
                {
                    for (var column = x * Few; column < (x + 1) * Few; column++)
                    {
                        var at = rows[row] + columns[column];
                        red += image.Samples[at];
                        green += image.Samples[at + second];
                        blue += image.Samples[at + third];
                    }
                }

                var to = ((y * Grid) + x) * 3;
                samples[to] = (byte)(red / (Few * Few));
                samples[to + 1] = (byte)(green / (Few * Few));
                samples[to + 2] = (byte)(blue / (Few * Few));
            }
        }

        return samples;
    }
}

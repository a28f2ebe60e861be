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

    public static LintedImage Read(ImageRow row)
    {
        byte[] file;
        try
        {
            file = File.ReadAllBytes(row.Path);
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
            var image = ImageDecoder.Decode(file);
            var isBlank = Blank(image);
            return read with
            {
                Width = image.Width,
                Height = image.Height,
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
        var samples = new byte[Grid * Grid * 3];
        for (var y = 0; y < Grid; y++)
        {
            for (var x = 0; x < Grid; x++)
            {
                for (var channel = 0; channel < 3; channel++)
                {
                    var sum = 0;
                    for (var part = 0; part < Few * Few; part++)
                    {
                        var row = Math.Min(image.Height - 1, ((y * Few) + (part / Few)) * image.Height / (Grid * Few));
                        var column = Math.Min(image.Width - 1, ((x * Few) + (part % Few)) * image.Width / (Grid * Few));
                        sum += image.Samples[
                            (((row * image.Width) + column) * channels) + Math.Min(channel, channels - 1)
                        ];
                    }

                    samples[(((y * Grid) + x) * 3) + channel] = (byte)(sum / (Few * Few));
                }
            }
        }

        return samples;
    }
}

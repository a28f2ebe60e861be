using Semblance.Imaging;
using Semblance.Imaging.Formats;
using Semblance.Imaging.Resizing;
using Semblance.Studio.Design;

namespace Semblance.Studio.Reading;

/// <summary>Images as raters get them: all of one size, format and quality, and without metadata, whatever the files are.</summary>
internal static class Tiles
{
    /// <summary>Longest side, in pixels: enough to look closely, and 40 of them are sent with every page.</summary>
    private const int Longest = 512;

    /// <summary>Images whose size is looked at, of each model.</summary>
    private const int Looked = 8;

    /// <summary>
    /// The common size: that of the images where they have one shape, else a square. Never larger than the smallest image
    /// that was looked at.
    /// </summary>
    public static TileSize SizeOf(string run, IReadOnlyList<StudyPrompt> prompts, Action<string> warn)
    {
        var sizes = Enumerable
            .Range(0, prompts[0].Sets.Count)
            .Select(model =>
                prompts
                    .Take(Looked)
                    .Select(prompt => Decode(Path.Combine(run, prompt.Sets[model].Images[0].Path)))
                    .Select(image => new TileSize(image.Width, image.Height))
                    .Distinct()
                    .ToArray()
            )
            .ToArray();
        TileSize[] all = [.. sizes.SelectMany(own => own).Distinct()];
        if (all.Length > 1)
        {
            warn(
                $"The images have different sizes ({string.Join(", ", all.Take(4).Select(one => $"{one.Width}x{one.Height}"))}): raters get all of them at one size, but sharpness can still tell models apart."
            );
        }

        var first = all[0];
        var isOneShape = Array.TrueForAll(all, one => (long)one.Width * first.Height == (long)one.Height * first.Width);
        if (!isOneShape)
        {
            var side = Math.Min(Longest, all.Min(one => Math.Min(one.Width, one.Height)));
            return new TileSize(side, side);
        }

        var smallest = all.MinBy(one => one.Width)!;
        var scale = Math.Min(1.0, (double)Longest / Math.Max(smallest.Width, smallest.Height));
        return new TileSize(
            Math.Max(1, (int)Math.Round(smallest.Width * scale)),
            Math.Max(1, (int)Math.Round(smallest.Height * scale))
        );
    }

    /// <summary>A JPEG file of the image at the size, its middle where the shape differs.</summary>
    /// <exception cref="InputException">The file cannot be read.</exception>
    public static byte[] Encode(string path, TileSize size)
    {
        var image = Decode(path);
        var rgb = new DecodedImage(PixelMode.RGB, image.Width, image.Height, ColourConversion.OnWhite(image));
        var scale = Math.Max((double)size.Width / image.Width, (double)size.Height / image.Height);
        var width = Math.Max(size.Width, (int)Math.Round(image.Width * scale));
        var height = Math.Max(size.Height, (int)Math.Round(image.Height * scale));
        var middle = new PixelBox((width - size.Width) / 2, (height - size.Height) / 2, size.Width, size.Height);
        var tile = PillowResize.Resize(rgb, width, height, ResizeFilter.Bicubic, middle);
        return JpegWriter.Write(tile.Samples, size.Width, size.Height);
    }

    private static DecodedImage Decode(string path)
    {
        try
        {
            return ImageDecoder.Decode(RegularFile.ReadAllBytes(path, RegularFile.MostOfImage));
        }
        catch (InputException fault)
        {
            throw new InputException($"{path} {fault.Message}.", fault);
        }
        catch (Exception error) when (FileFault.IsOne(error))
        {
            throw new InputException($"{path} cannot be read: {error.Message}", error);
        }
    }
}

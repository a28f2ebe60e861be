using System.Buffers;
using Semblance.Imaging;
using Semblance.Imaging.Formats;
using Semblance.Imaging.Resizing;

namespace Semblance.Models.Encoders.Preprocessing;

/// <summary>Turns images into an encoder's input as a <see cref="PreprocessingRecipe"/> says.</summary>
public static class Preprocessor
{
    /// <summary>The bytes just before scaling: [recipe.Height, recipe.Width, 3].</summary>
    /// <exception cref="InputException">The recipe crops without a resize and the image is smaller than the crop.</exception>
    public static byte[] Pixels(DecodedImage image, PreprocessingRecipe recipe)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(recipe);
        var source = recipe.Colour switch
        {
            ColourOrder.AfterCrop => image,
            ColourOrder.FirstDropAlpha => Rgb(image, ColourConversion.ToRgb(image)),
            _ => Rgb(image, ColourConversion.OnWhite(image)),
        };
        var (width, height) = Target(source, recipe);
        var box = CropBox(width, height, recipe);
        var part = PillowResize.Resize(source, width, height, recipe.Filter, box, recipe.Passes);
        return ColourConversion.ToRgb(part);
    }

    /// <summary>
    /// The same from a file. The decoded image lies in rented memory, which is faster than decoding
    /// first: that allocates every image.
    /// </summary>
    /// <param name="file">The whole file.</param>
    /// <param name="recipe">What to do with it.</param>
    /// <param name="limits">What the file may ask for; <see cref="ImageLimits.Default"/> where null.</param>
    /// <exception cref="InputException">As <see cref="ImageDecoder.Decode(ReadOnlyMemory{byte}, ImageLimits?)"/>.</exception>
    public static byte[] Pixels(ReadOnlyMemory<byte> file, PreprocessingRecipe recipe, ImageLimits? limits = null) =>
        Pixels(file, recipe, limits, out _);

    /// <summary>The numbers that the network takes, from a file; also gives the size of the image in it.</summary>
    /// <param name="file">The whole file.</param>
    /// <param name="recipe">What to do with it.</param>
    /// <param name="nchw">Gets 3 x recipe.Height x recipe.Width values, channel after channel.</param>
    /// <param name="limits">What the file may ask for; <see cref="ImageLimits.Default"/> where null.</param>
    /// <returns>Width and height of the image before any resize.</returns>
    /// <exception cref="InputException">As <see cref="ImageDecoder.Decode(ReadOnlyMemory{byte}, ImageLimits?)"/>.</exception>
    public static (int Width, int Height) Prepare(
        ReadOnlyMemory<byte> file,
        PreprocessingRecipe recipe,
        Span<float> nchw,
        ImageLimits? limits = null
    )
    {
        Normalise(Pixels(file, recipe, limits, out var size), recipe, nchw);
        return size;
    }

    private static byte[] Pixels(
        ReadOnlyMemory<byte> file,
        PreprocessingRecipe recipe,
        ImageLimits? limits,
        out (int Width, int Height) size
    )
    {
        byte[]? rented = null;
        limits ??= ImageLimits.Default;
        using var share = limits.Memory.Begin();
        try
        {
            var image = ImageDecoder.Decode(
                file,
                limits,
                length => rented = ArrayPool<byte>.Shared.Rent(length),
                share
            );
            size = (image.Width, image.Height);
            var pixels = Pixels(image, recipe);
            // Where nothing had to be done this is the image's own memory, which is rented.
            return ReferenceEquals(pixels, rented) ? pixels[..(recipe.Height * recipe.Width * 3)] : pixels;
        }
        finally
        {
            if (rented is not null)
            {
                ArrayPool<byte>.Shared.Return(rented);
            }
        }
    }

    /// <summary>The numbers that the network takes.</summary>
    /// <param name="image">A decoded image.</param>
    /// <param name="recipe">What to do with it.</param>
    /// <param name="nchw">Gets 3 x recipe.Height x recipe.Width values, channel after channel.</param>
    public static void Prepare(DecodedImage image, PreprocessingRecipe recipe, Span<float> nchw) =>
        Normalise(Pixels(image, recipe), recipe, nchw);

    /// <summary>Scales and normalises bytes [h, w, 3] into [3, h, w].</summary>
    public static void Normalise(ReadOnlySpan<byte> pixels, PreprocessingRecipe recipe, Span<float> nchw)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        var count = recipe.Height * recipe.Width;
        if (pixels.Length != count * 3 || nchw.Length != count * 3)
        {
            throw new ArgumentException($"Expected 3 x {recipe.Height} x {recipe.Width} values.", nameof(nchw));
        }

        Span<float> table = stackalloc float[768];
        Fill(table[..256], recipe.Scale, recipe.Mean.R, recipe.Std.R);
        Fill(table[256..512], recipe.Scale, recipe.Mean.G, recipe.Std.G);
        Fill(table[512..], recipe.Scale, recipe.Mean.B, recipe.Std.B);
        var red = nchw[..count];
        var green = nchw.Slice(count, count);
        var blue = nchw.Slice(2 * count, count);
        for (int i = 0, p = 0; i < red.Length; i++, p += 3)
        {
            red[i] = table[pixels[p]];
            green[i] = table[256 + pixels[p + 1]];
            blue[i] = table[512 + pixels[p + 2]];
        }
    }

    // In float32, operation by operation, as torchvision does it.
    private static void Fill(Span<float> table, double scale, double mean, double std)
    {
        var (m, s) = ((float)mean, (float)std);
        for (var i = 0; i < table.Length; i++)
        {
            table[i] = ((scale == 1.0 / 255 ? i / 255f : (float)(i * scale)) - m) / s;
        }
    }

    private static DecodedImage Rgb(DecodedImage image, byte[] rgb) =>
        new(PixelMode.RGB, image.Width, image.Height, rgb);

    private static (int Width, int Height) Target(DecodedImage image, PreprocessingRecipe recipe)
    {
        var edge = recipe.ResizeHeight;
        return recipe.Resize switch
        {
            ResizeRule.None => (image.Width, image.Height),
            ResizeRule.Exact => (recipe.ResizeWidth, recipe.ResizeHeight),
            _ when image.Width <= image.Height => (edge, Long(edge, image.Height, image.Width)),
            _ => (Long(edge, image.Width, image.Height), edge),
        };
    }

    // Cut, not rounded, from a double division: Python's int(size * long / short).
    private static int Long(int edge, int longSide, int shortSide) =>
        (int)Math.Min((double)((long)edge * longSide) / shortSide, int.MaxValue);

    private static PixelBox CropBox(int width, int height, PreprocessingRecipe recipe)
    {
        if (recipe.CropHeight == 0)
        {
            return new(0, 0, width, height);
        }

        if (width < recipe.CropWidth || height < recipe.CropHeight)
        {
            throw new InputException(
                $"is {width}x{height} pixels, smaller than the {recipe.CropWidth}x{recipe.CropHeight} crop of the recipe '{recipe.Name}'"
            );
        }

        return new(
            Margin(width - recipe.CropWidth, recipe.Rounding),
            Margin(height - recipe.CropHeight, recipe.Rounding),
            recipe.CropWidth,
            recipe.CropHeight
        );
    }

    private static int Margin(int free, CropRounding rounding) =>
        rounding == CropRounding.Down ? free / 2 : (int)Math.Round(free / 2.0, MidpointRounding.ToEven);
}

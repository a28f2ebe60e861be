namespace Semblance.Imaging.Resizing;

/// <summary>In which order the two passes run; the rounding to bytes between them makes the orders differ.</summary>
public enum PassOrder
{
    /// <summary>Across, then down: every Pillow before 13.0, the one behind nearly all published numbers.</summary>
    AcrossFirst,

    /// <summary>Pillow 13.0: down first where that shrinks the image faster: H &lt; h and (h - H) &gt; 2 (w - W).</summary>
    Pillow13,
}

/// <summary>A rectangle of an image, in pixels.</summary>
/// <param name="Left">First column.</param>
/// <param name="Top">First row.</param>
/// <param name="Width">Columns.</param>
/// <param name="Height">Rows.</param>
public readonly record struct PixelBox(int Left, int Top, int Width, int Height);

/// <summary>Pillow's <c>Image.resize</c>, bit for bit.</summary>
public static class PillowResize
{
    /// <summary>
    /// Resizes as Pillow does in the image's own mode: P and 1 by nearest neighbour whatever the filter, RGBA and LA
    /// premultiplied.
    /// </summary>
    /// <param name="image">Any mode.</param>
    /// <param name="width">Target columns, at least 1.</param>
    /// <param name="height">Target rows, at least 1.</param>
    /// <param name="filter">The filter.</param>
    /// <param name="box">The part of the target that is wanted (all by default); only that is computed.</param>
    /// <param name="order">Order of the passes.</param>
    public static DecodedImage Resize(
        DecodedImage image,
        int width,
        int height,
        ResizeFilter filter,
        PixelBox? box = null,
        PassOrder order = PassOrder.AcrossFirst
    )
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        var part = box ?? new PixelBox(0, 0, width, height);
        if (
            part.Left < 0
            || part.Top < 0
            || part.Width < 1
            || part.Height < 1
            || part.Left + part.Width > width
            || part.Top + part.Height > height
        )
        {
            throw new ArgumentOutOfRangeException(nameof(box));
        }

        return image with
        {
            Width = part.Width,
            Height = part.Height,
            Samples = Samples(image, width, height, filter, part, order),
        };
    }

    private static byte[] Samples(
        DecodedImage image,
        int width,
        int height,
        ResizeFilter filter,
        PixelBox part,
        PassOrder order
    )
    {
        var isSame = image.Width == width && image.Height == height;
        if (isSame && part == new PixelBox(0, 0, width, height))
        {
            return image.Samples;
        }

        if (isSame || filter == ResizeFilter.Nearest || image.Mode is PixelMode.P or PixelMode.One)
        {
            return Nearest(image, width, height, part);
        }

        if (image.Mode == PixelMode.I16)
        {
            return Resample16.Run(image, width, height, filter, part, order);
        }

        var channels = image.BytesPerPixel;
        if (image.Mode is not (PixelMode.RGBA or PixelMode.LA))
        {
            return Resample.Run(image.Samples, image.Width, image.Height, channels, width, height, filter, part, order);
        }

        var pixels = Premultiply(image.Samples, image.Width * image.Height * channels, channels);
        var resized = Resample.Run(pixels, image.Width, image.Height, channels, width, height, filter, part, order);
        Divide(resized, channels);
        return resized;
    }

    // Pillow steps by adding the scale, so the rounding errors of that sum belong to the result.
    private static byte[] Nearest(DecodedImage image, int width, int height, PixelBox part)
    {
        var size = image.BytesPerPixel;
        var columns = NearestSources(image.Width, width);
        var rows = NearestSources(image.Height, height);
        var result = new byte[part.Width * part.Height * size];
        for (var y = 0; y < part.Height; y++)
        {
            var row = rows[part.Top + y];
            for (var x = 0; x < part.Width; x++)
            {
                var column = columns[part.Left + x];
                if (row < image.Height && column < image.Width)
                {
                    image
                        .Samples.AsSpan(((row * image.Width) + column) * size, size)
                        .CopyTo(result.AsSpan(((y * part.Width) + x) * size));
                }
            }
        }

        return result;
    }

    private static int[] NearestSources(int source, int target)
    {
        var scale = (double)source / target;
        var at = scale * 0.5;
        var sources = new int[target];
        for (var i = 0; i < target; i++, at += scale)
        {
            sources[i] = (int)at;
        }

        return sources;
    }

    private static byte[] Premultiply(byte[] samples, int length, int channels)
    {
        var result = new byte[length];
        for (var i = 0; i < length; i += channels)
        {
            var alpha = samples[i + channels - 1];
            for (var c = 0; c < channels - 1; c++)
            {
                result[i + c] = (byte)ColourConversion.MultiplyDiv255(samples[i + c], alpha);
            }

            result[i + channels - 1] = alpha;
        }

        return result;
    }

    private static void Divide(byte[] samples, int channels)
    {
        for (var i = 0; i < samples.Length; i += channels)
        {
            var alpha = samples[i + channels - 1];
            if (alpha is 0 or 255)
            {
                continue;
            }

            for (var c = 0; c < channels - 1; c++)
            {
                samples[i + c] = (byte)Math.Min(255 * samples[i + c] / alpha, 255);
            }
        }
    }
}

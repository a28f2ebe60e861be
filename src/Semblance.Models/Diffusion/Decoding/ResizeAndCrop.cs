namespace Semblance.Models.Diffusion.Decoding;

/// <summary>From the size at which an image was made to the size that was asked for (diffusers' <c>resize_and_crop_tensor</c>).</summary>
internal static class ResizeAndCrop
{
    /// <summary>
    /// Shrinks or enlarges until the image covers the new size, bilinearly with neighbours that are never averaged over
    /// (no antialiasing), and cuts out the middle. Where the reference's rounding leaves the image one row or column too
    /// small, and then cuts nearly all of it away, it is made as large as it must be.
    /// </summary>
    public static Planes Apply(Planes image, int newHeight, int newWidth)
    {
        var (height, width) = (image.Height, image.Width);
        if (height == newHeight && width == newWidth)
        {
            return image;
        }

        var ratio = Math.Max((double)newHeight / height, (double)newWidth / width);
        var rows = Taps(height, Math.Max((int)(height * ratio), newHeight), newHeight);
        var columns = Taps(width, Math.Max((int)(width * ratio), newWidth), newWidth);
        var result = Planes.Empty(image.Channels, newHeight, newWidth);
        for (var channel = 0; channel < image.Channels; channel++)
        {
            foreach (var (y, (top, bottom, lower)) in rows.Index())
            {
                var upperRow = image.Row(channel, top);
                var lowerRow = image.Row(channel, bottom);
                var to = result.Row(channel, y);
                foreach (var (x, (left, right, more)) in columns.Index())
                {
                    var upper = ((1 - more) * upperRow[left]) + (more * upperRow[right]);
                    var under = ((1 - more) * lowerRow[left]) + (more * lowerRow[right]);
                    to[x] = ((1 - lower) * upper) + (lower * under);
                }
            }
        }

        return result;
    }

    /// <summary>Where each kept sample lies: between two neighbours, with the second one's share.</summary>
    /// <param name="size">Of the image along this axis.</param>
    /// <param name="resized">After resizing.</param>
    /// <param name="kept">After cropping.</param>
    private static (int First, int Second, float Share)[] Taps(int size, int resized, int kept)
    {
        var taps = new (int, int, float)[kept];
        var scale = (float)size / resized;
        var start = (resized - kept) / 2;
        for (var i = 0; i < kept; i++)
        {
            var place = Math.Max(0, (scale * (start + i + 0.5f)) - 0.5f);
            var first = Math.Min((int)place, size - 1);
            taps[i] = (first, Math.Min(first + 1, size - 1), place - first);
        }

        return taps;
    }
}

namespace Semblance.Models.Diffusion.Decoding;

/// <summary>From the size of a bin to the size that was asked for (diffusers' <c>resize_and_crop_tensor</c>).</summary>
internal static class ResizeAndCrop
{
    /// <summary>
    /// Shrinks or enlarges until the picture covers the new size, bilinearly with neighbours that are never averaged over
    /// (no antialiasing), and cuts out the middle. Where the reference's rounding leaves the picture one row or column too
    /// small, and then cuts nearly all of it away, it is made as large as it must be.
    /// </summary>
    /// <param name="image">[channels, height, width].</param>
    /// <param name="channels">Of the picture.</param>
    /// <param name="height">Of the picture.</param>
    /// <param name="width">Of the picture.</param>
    /// <param name="newHeight">Of the result.</param>
    /// <param name="newWidth">Of the result.</param>
    /// <returns>[channels, newHeight, newWidth].</returns>
    public static float[] Apply(float[] image, int channels, int height, int width, int newHeight, int newWidth)
    {
        if (height == newHeight && width == newWidth)
        {
            return image;
        }
        var ratio = Math.Max((double)newHeight / height, (double)newWidth / width);
        var rows = Taps(height, Math.Max((int)(height * ratio), newHeight), newHeight);
        var columns = Taps(width, Math.Max((int)(width * ratio), newWidth), newWidth);
        var result = new float[channels * newHeight * newWidth];
        var at = 0;
        for (var channel = 0; channel < channels; channel++)
        {
            var plane = image.AsSpan(channel * height * width, height * width);
            foreach (var (top, bottom, lower) in rows)
            {
                var upperRow = plane.Slice(top * width, width);
                var lowerRow = plane.Slice(bottom * width, width);
                foreach (var (left, right, more) in columns)
                {
                    var upper = ((1 - more) * upperRow[left]) + (more * upperRow[right]);
                    var under = ((1 - more) * lowerRow[left]) + (more * lowerRow[right]);
                    result[at++] = ((1 - lower) * upper) + (lower * under);
                }
            }
        }
        return result;
    }

    /// <summary>Where each kept sample lies: between two neighbours, with the second one's share.</summary>
    /// <param name="size">Of the picture along this axis.</param>
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

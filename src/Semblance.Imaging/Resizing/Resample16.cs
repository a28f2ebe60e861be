namespace Semblance.Imaging.Resizing;

/// <summary>Pillow's resampling of 16-bit gray: double weights, rounded to 16 bits after each pass.</summary>
internal static class Resample16
{
    public static byte[] Run(
        DecodedImage image,
        int width,
        int height,
        ResizeFilter filter,
        PixelBox part,
        PassOrder order
    )
    {
        var (pixels, w, h) = (image.Samples, image.Width, image.Height);
        if (Resample.DownFirst(order, w, h, width, height))
        {
            pixels = Down(pixels, w, h, height, part.Top, part.Height, filter);
            return Across(pixels, w, part.Height, width, part.Left, part.Width, filter);
        }
        pixels = Across(pixels, w, h, width, part.Left, part.Width, filter);
        return Down(pixels, part.Width, h, height, part.Top, part.Height, filter);
    }

    private static byte[] Across(byte[] pixels, int w, int h, int width, int from, int count, ResizeFilter filter) =>
        Axis(
            pixels,
            w,
            width,
            from,
            count,
            filter,
            lines: h,
            sourceLine: w,
            sourceStep: 1,
            targetLine: count,
            targetStep: 1
        );

    private static byte[] Down(byte[] pixels, int w, int h, int height, int from, int count, ResizeFilter filter) =>
        Axis(
            pixels,
            h,
            height,
            from,
            count,
            filter,
            lines: w,
            sourceLine: 1,
            sourceStep: w,
            targetLine: 1,
            targetStep: w
        );

    private static byte[] Axis(
        byte[] pixels,
        int source,
        int target,
        int from,
        int count,
        ResizeFilter filter,
        int lines,
        int sourceLine,
        int sourceStep,
        int targetLine,
        int targetStep
    )
    {
        var result = new byte[lines * count * 2];
        var weights = source == target ? null : ResampleWeights.Of(source, target, from, count, filter);
        for (var line = 0; line < lines; line++)
        {
            for (var i = 0; i < count; i++)
            {
                var output = ((line * targetLine) + (i * targetStep)) * 2;
                if (weights is null)
                {
                    pixels
                        .AsSpan(((line * sourceLine) + ((from + i) * sourceStep)) * 2, 2)
                        .CopyTo(result.AsSpan(output));
                    continue;
                }
                var sum = 0.0;
                for (var k = 0; k < weights.Count[i]; k++)
                {
                    var input = ((line * sourceLine) + ((weights.Low[i] + k) * sourceStep)) * 2;
                    sum += (pixels[input] + (pixels[input + 1] << 8)) * weights.Weights[(i * weights.Stride) + k];
                }
                var rounded = (int)(sum >= 0 ? Math.Floor(sum + 0.5) : -Math.Floor(Math.Abs(sum) + 0.5));
                // Pillow clips the two bytes apart from each other, so an overshoot keeps its low byte.
                result[output] = (byte)Math.Clamp(rounded % 256, 0, 255);
                result[output + 1] = (byte)Math.Clamp(rounded >> 8, 0, 255);
            }
        }
        return result;
    }
}

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
        var (w, h) = (image.Width, image.Height);
        var across = ResampleWeights.Of(w, width, part.Left, part.Width, filter);
        var down = ResampleWeights.Of(h, height, part.Top, part.Height, filter);
        byte[] Across(byte[] pixels, int rows) => Axis(pixels, rows, (w, 1), (part.Width, 1), across);
        byte[] Down(byte[] pixels, int columns) => Axis(pixels, columns, (1, columns), (1, columns), down);
        return Resample.DownFirst(order, w, h, width, height)
            ? Across(Down(image.Samples, w), part.Height)
            : Down(Across(image.Samples, h), part.Width);
    }

    // Between lines and between the pixels of a line, counted in pixels.
    private static byte[] Axis(
        byte[] pixels,
        int lines,
        (int Line, int Step) source,
        (int Line, int Step) target,
        ResampleWeights weights
    )
    {
        var count = weights.Low.Length;
        var result = new byte[lines * count * 2];
        for (var line = 0; line < lines; line++)
        {
            for (var i = 0; i < count; i++)
            {
                var sum = 0.0;
                for (var k = 0; k < weights.Count[i]; k++)
                {
                    var input = ((line * source.Line) + ((weights.Low[i] + k) * source.Step)) * 2;
                    sum += (pixels[input] + (pixels[input + 1] << 8)) * weights.Weights[(i * weights.Stride) + k];
                }

                var rounded = (int)(sum >= 0 ? Math.Floor(sum + 0.5) : -Math.Floor(Math.Abs(sum) + 0.5));
                // Pillow clips the two bytes apart from each other, so an overshoot keeps its low byte.
                var output = ((line * target.Line) + (i * target.Step)) * 2;
                result[output] = (byte)Math.Clamp(rounded % 256, 0, 255);
                result[output + 1] = (byte)Math.Clamp(rounded >> 8, 0, 255);
            }
        }

        return result;
    }
}

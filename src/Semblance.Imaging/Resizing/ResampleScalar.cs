namespace Semblance.Imaging.Resizing;

/// <summary>The passes in plain code, for machines without AVX2 and as the reference of the tests.</summary>
internal static class ResampleScalar
{
    public const int Half = 1 << 21;

    public static void Across(
        byte[] pixels,
        int w,
        int channels,
        ResampleWeights weights,
        int firstRow,
        int rows,
        byte[] result
    )
    {
        var fixedWeights = weights.FixedPoint();
        var count = weights.Low.Length;
        for (var y = 0; y < rows; y++)
        {
            for (var x = 0; x < count; x++)
            {
                var w0 = fixedWeights.AsSpan(x * weights.Stride, weights.Count[x]);
                var start = (((firstRow + y) * w) + weights.Low[x]) * channels;
                for (var c = 0; c < channels; c++)
                {
                    var sum = Half;
                    for (var k = 0; k < w0.Length; k++)
                    {
                        sum += pixels[start + (k * channels) + c] * w0[k];
                    }

                    result[(((y * count) + x) * channels) + c] = (byte)Math.Clamp(sum >> 22, 0, 255);
                }
            }
        }
    }

    public static void Down(byte[] pixels, int line, ResampleWeights weights, int firstRow, byte[] result)
    {
        var fixedWeights = weights.FixedPoint();
        var sums = new int[line];
        for (var y = 0; y < weights.Low.Length; y++)
        {
            Array.Fill(sums, Half);
            for (var k = 0; k < weights.Count[y]; k++)
            {
                var weight = fixedWeights[(y * weights.Stride) + k];
                var row = pixels.AsSpan((weights.Low[y] + k - firstRow) * line, line);
                for (var x = 0; x < row.Length; x++)
                {
                    sums[x] += row[x] * weight;
                }
            }

            var target = result.AsSpan(y * line, line);
            for (var x = 0; x < target.Length; x++)
            {
                target[x] = (byte)Math.Clamp(sums[x] >> 22, 0, 255);
            }
        }
    }
}

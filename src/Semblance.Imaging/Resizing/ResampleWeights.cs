namespace Semblance.Imaging.Resizing;

/// <summary>Filters of Pillow's resize; all but <see cref="Nearest"/> widen with the shrinking (antialias).</summary>
public enum ResizeFilter
{
    /// <summary>The nearest pixel, without any averaging.</summary>
    Nearest,

    /// <summary>Mean over the source pixels under the target pixel.</summary>
    Box,

    /// <summary>A triangle that reaches 1 pixel (bilinear).</summary>
    Bilinear,

    /// <summary>A Hamming window that reaches 1 pixel.</summary>
    Hamming,

    /// <summary>Cubic with a = -0.5, support 2.</summary>
    Bicubic,

    /// <summary>A windowed sinc that reaches 3 pixels (Lanczos).</summary>
    Lanczos,
}

/// <summary>
/// The weights of one axis, for the targets <c>From .. From + Low.Length</c>: each target is the sum over
/// <c>source[Low[i] + k] * Weights[i * Stride + k]</c>, k below Count[i].
/// </summary>
internal sealed record ResampleWeights(int[] Low, int[] Count, double[] Weights, int Stride)
{
    /// <summary>First source that any target needs.</summary>
    public int First => Low[0];

    /// <summary>One past the last source that any target needs.</summary>
    public int End => Low[^1] + Count[^1];

    /// <summary>
    /// Pillow's precompute_coeffs, in the same order of the same double operations, since the weights are rounded to
    /// fixed point afterwards and a last bit could decide. An axis that keeps its length is copied.
    /// </summary>
    public static ResampleWeights Of(int source, int target, int from, int count, ResizeFilter filter)
    {
        if (source == target)
        {
            int[] same = [.. Enumerable.Range(from, count)];
            return new(same, [.. same.Select(_ => 1)], [.. same.Select(_ => 1.0)], 1);
        }

        var scale = (double)source / target;
        var stretch = Math.Max(scale, 1.0);
        var support = Support(filter) * stretch;
        var stride = ((int)Math.Ceiling(support) * 2) + 1;
        var inverse = 1.0 / stretch;
        var low = new int[count];
        var counts = new int[count];
        var weights = new double[(long)count * stride];
        for (var i = 0; i < count; i++)
        {
            var centre = (from + i + 0.5) * scale;
            var first = Math.Max((int)(centre - support + 0.5), 0);
            var n = Math.Min((int)(centre + support + 0.5), source) - first;
            var row = weights.AsSpan(i * stride, n);
            var total = 0.0;
            for (var k = 0; k < n; k++)
            {
                total += row[k] = Weight(filter, (k + first - centre + 0.5) * inverse);
            }

            if (total != 0)
            {
                for (var k = 0; k < n; k++)
                {
                    row[k] /= total;
                }
            }

            (low[i], counts[i]) = (first, n);
        }

        return new(low, counts, weights, stride);
    }

    /// <summary>A weight in 22-bit fixed point, rounded half away from zero.</summary>
    public static int Fixed(double weight) => (int)((weight < 0 ? -0.5 : 0.5) + (weight * (1 << 22)));

    /// <summary><see cref="Weights"/> in fixed point.</summary>
    public int[] FixedPoint() => Array.ConvertAll(Weights, Fixed);

    private static double Support(ResizeFilter filter) =>
        filter switch
        {
            ResizeFilter.Box => 0.5,
            ResizeFilter.Bilinear or ResizeFilter.Hamming => 1.0,
            ResizeFilter.Bicubic => 2.0,
            ResizeFilter.Lanczos => 3.0,
            _ => throw new ArgumentOutOfRangeException(nameof(filter)),
        };

    private static double Weight(ResizeFilter filter, double at)
    {
        var x = Math.Abs(at);
        return filter switch
        {
            ResizeFilter.Box => at is > -0.5 and <= 0.5 ? 1.0 : 0.0,
            ResizeFilter.Bilinear => Math.Max(1.0 - x, 0.0),
            ResizeFilter.Hamming => x >= 1 ? 0.0 : Sinc(x) * (0.54 + (0.46 * Math.Cos(x * Math.PI))),
            ResizeFilter.Bicubic when x < 1 => ((((-0.5 + 2.0) * x) - (-0.5 + 3.0)) * x * x) + 1,
            ResizeFilter.Bicubic => x < 2 ? ((((x - 5) * x) + 8) * x - 4) * -0.5 : 0.0,
            _ => at is >= -3.0 and < 3.0 ? Sinc(at) * Sinc(at / 3) : 0.0,
        };
    }

    private static double Sinc(double x) => x == 0 ? 1.0 : Math.Sin(x * Math.PI) / (x * Math.PI);
}

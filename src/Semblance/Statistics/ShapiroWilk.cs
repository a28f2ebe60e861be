using Semblance.Statistics.Distributions;

namespace Semblance.Statistics;

/// <summary>The Shapiro-Wilk test of normality.</summary>
/// <remarks>
/// P. Royston, "Remark AS R94: A remark on algorithm AS 181: The W-test for normality", Applied Statistics 44 (1995),
/// without its censoring. W does not depend on location and scale.
/// </remarks>
/// <param name="W">In (0, 1]; 1 for a sample that lies like normal order statistics.</param>
/// <param name="P">Chance of a W this small in a normal sample.</param>
public sealed record ShapiroWilk(double W, double P)
{
    /// <summary>The approximation was fitted up to this many values.</summary>
    public const int MostValues = 5000;

    /// <summary>Tests whether a sample could come from some normal distribution.</summary>
    /// <param name="values">3 to <see cref="MostValues"/> values, not all the same.</param>
    /// <exception cref="AssumptionException">
    /// Empty, NotFinite, TooFew, NoVariation; OutOfRange for too many values.
    /// </exception>
    public static ShapiroWilk Of(ReadOnlySpan<double> values)
    {
        Sample.Require(values, least: 3);
        Sample.RequireVariation(values);
        var n = values.Length;
        AssumptionException.ThrowUnless(
            n <= MostValues,
            Assumption.OutOfRange,
            $"The Shapiro-Wilk test is known for 3 to {MostValues} values, and there are {n}: use Anderson-Darling."
        );
        var sorted = Standardized(values);
        var rest = OneMinusW(sorted, Weights(n));
        return new ShapiroWilk(1 - rest, POf(rest, n));
    }

    /// <summary>Ascending, the middle value taken off and the range made 1: W then cannot under- or overflow.</summary>
    private static double[] Standardized(ReadOnlySpan<double> values)
    {
        var sorted = values.ToArray();
        Array.Sort(sorted);

        // Halves, since the range of finite values may be infinite.
        var middle = sorted[sorted.Length / 2] / 2;
        var range = (sorted[^1] / 2) - (sorted[0] / 2);
        return Array.ConvertAll(sorted, x => ((x / 2) - middle) / range);
    }

    /// <summary>The weights of the upper half, largest value first; those of the lower half are their negatives.</summary>
    private static double[] Weights(int n)
    {
        if (n == 3)
        {
            return [Math.Sqrt(0.5)];
        }

        // Expected normal order statistics after Blom.
        var scores = new double[n / 2];
        for (var i = 0; i < scores.Length; i++)
        {
            scores[i] = -Normal.Quantile((i + 1 - 0.375) / (n + 0.25));
        }

        var squares = 2 * scores.Sum(m => m * m);
        var root = Math.Sqrt(squares);
        var u = 1 / Math.Sqrt(n);
        var weights = new double[scores.Length];
        weights[0] = Polynomial.At(u, 0, 0.221157, -0.147981, -2.07119, 4.434685, -2.706056) + (scores[0] / root);
        var left = squares - (2 * scores[0] * scores[0]);
        var share = 1 - (2 * weights[0] * weights[0]);
        var first = 1;
        if (n > 5)
        {
            weights[1] = Polynomial.At(u, 0, 0.042981, -0.293762, -1.752461, 5.682633, -3.582633) + (scores[1] / root);
            left -= 2 * scores[1] * scores[1];
            share -= 2 * weights[1] * weights[1];
            first = 2;
        }

        var factor = Math.Sqrt(left / share);
        for (var i = first; i < weights.Length; i++)
        {
            weights[i] = scores[i] / factor;
        }

        return weights;
    }

    /// <summary>
    /// 1 - W, of which a sample close to normal leaves few digits in W itself: W is the squared correlation r^2 of weights
    /// and values, and 1 - r^2 = (1 - r)(1 + r).
    /// </summary>
    private static double OneMinusW(double[] sorted, double[] weights)
    {
        var n = sorted.Length;
        var mean = sorted.Sum() / n;
        var (weight, value, both) = (0.0, 0.0, 0.0);
        for (var i = 0; i < n; i++)
        {
            var mirrored = n - 1 - i;
            var a =
                i < weights.Length ? -weights[i]
                : mirrored < weights.Length ? weights[mirrored]
                : 0;
            var x = sorted[i] - mean;
            weight += a * a;
            value += x * x;
            both += a * x;
        }

        var norm = Math.Sqrt(weight * value);
        return Math.Max(0, (norm - both) * (norm + both) / (weight * value));
    }

    private static double POf(double rest, int n)
    {
        if (n == 3)
        {
            return Math.Max(0, 6 / Math.PI * (Math.Asin(Math.Sqrt(1 - rest)) - Math.Asin(Math.Sqrt(0.75))));
        }

        var y = Math.Log(rest);
        if (n <= 11)
        {
            var gamma = Polynomial.At(n, -2.273, 0.459);
            return Normal.UpperTail(
                (-Math.Log(gamma - y) - Polynomial.At(n, 0.544, -0.39978, 0.025054, -6.714e-4))
                    / Math.Exp(Polynomial.At(n, 1.3822, -0.77857, 0.062767, -0.0020322))
            );
        }

        var log = Math.Log(n);
        return Normal.UpperTail(
            (y - Polynomial.At(log, -1.5861, -0.31082, -0.083751, 0.0038915))
                / Math.Exp(Polynomial.At(log, -0.4803, -0.082676, 0.0030302))
        );
    }
}

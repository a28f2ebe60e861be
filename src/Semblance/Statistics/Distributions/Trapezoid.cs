namespace Semblance.Statistics.Distributions;

/// <summary>
/// Integrals of smooth positive functions that vanish at both ends, where the trapezoidal rule converges exponentially
/// (Trefethen and Weideman, SIAM Review 56, 2014). No term is negative, so small integrals keep their relative precision.
/// </summary>
internal static class Trapezoid
{
    /// <summary>Integral from <paramref name="low"/> to <paramref name="high"/>, steps halved until it stands still.</summary>
    public static double Integrate(Func<double, double> f, double low, double high, double relative = 1e-13)
    {
        const int first = 64;
        const int last = first << 14;
        var sum = (f(low) + f(high)) / 2;
        for (var i = 1; i < first; i++)
        {
            sum += f(low + ((high - low) * i / first));
        }

        var value = sum * (high - low) / first;
        for (var n = first; n < last; n *= 2)
        {
            for (var i = 0; i < n; i++)
            {
                sum += f(low + ((high - low) * ((2 * i) + 1) / (2 * n)));
            }

            var finer = sum * (high - low) / (2 * n);
            var still = Math.Abs(finer - value) <= relative * finer;
            value = finer;
            if (still)
            {
                break;
            }
        }

        return value;
    }

    /// <summary>
    /// Integral of e^g over the real line, g with one maximum near 0: the ends are where it has fallen by 45 (e^-45 is
    /// 3e-20) on either side of the maximum.
    /// </summary>
    public static double IntegrateExponential(Func<double, double> g, double step)
    {
        var (peak, top) = (0.0, g(0));
        for (var width = step; width > step / 8; width /= 2)
        {
            while (true)
            {
                var (up, down) = (g(peak + width), g(peak - width));
                if (up <= top && down <= top)
                {
                    break;
                }

                (peak, top) = up > down ? (peak + width, up) : (peak - width, down);
            }
        }

        // The result underflows; and so far down g has too few digits left for the sum to stand still.
        if (top < -760)
        {
            return 0;
        }

        var integral = Integrate(u => Math.Exp(g(u) - top), End(-step), End(step));
        return integral * Math.Exp(top);

        double End(double direction)
        {
            var (end, stride) = (peak, direction);
            while (g(end) > top - 45)
            {
                end += stride;
                stride *= 1.5;
            }

            return end;
        }
    }
}

namespace Semblance.Statistics.Distributions;

/// <summary>Logarithm of the gamma function, and the two parts of it that do not cancel for large arguments.</summary>
internal static class LogGamma
{
    private const double HalfLogTwoPi = 0.91893853320467274178;

    /// <summary>ln Gamma(x), x &gt; 0: Stirling's series from 15 up, below it the recurrence.</summary>
    public static double Of(double x)
    {
        if (x is 1 or 2)
        {
            return 0;
        }

        var product = 1.0;
        for (; x < 15; x++)
        {
            product *= x;
        }

        return ((x - 0.5) * Math.Log(x)) - x + HalfLogTwoPi + Series(x) - Math.Log(product);
    }

    /// <summary>
    /// ln Gamma(x + 1) - [(x + 1/2) ln x - x + ln(2 pi)/2], x &gt; 0: what Stirling's formula lacks. Loader, "Fast and
    /// Accurate Computation of Binomial Probabilities" (2000), stirlerr.
    /// </summary>
    public static double StirlingError(double x) =>
        x >= 15 ? Series(x) : Of(x + 1) - ((x + 0.5) * Math.Log(x)) + x - HalfLogTwoPi;

    /// <summary>x ln(x / mean) + mean - x without cancellation where the two are close (Loader, bd0).</summary>
    public static double Deviance(double x, double mean)
    {
        if (Math.Abs(x - mean) >= 0.1 * (x + mean))
        {
            return (x * Math.Log(x / mean)) + mean - x;
        }

        var v = (x - mean) / (x + mean);
        var sum = (x - mean) * v;
        var power = 2 * x * v;
        for (var j = 3; ; j += 2)
        {
            power *= v * v;
            var next = sum + (power / j);
            if (next == sum)
            {
                return sum;
            }

            sum = next;
        }
    }

    // 1/(12x) - 1/(360x^3) + 1/(1260x^5) - 1/(1680x^7) + 1/(1188x^9) - ...
    private static double Series(double x)
    {
        var y = 1 / (x * x);
        return ((1 / 12.0) - (y * ((1 / 360.0) - (y * ((1 / 1260.0) - (y * ((1 / 1680.0) - (y / 1188)))))))) / x;
    }
}

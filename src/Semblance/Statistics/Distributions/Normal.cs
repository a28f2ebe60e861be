using MathNet.Numerics;

namespace Semblance.Statistics.Distributions;

/// <summary>The standard normal distribution, N(0, 1).</summary>
internal static class Normal
{
    private const double LogSqrtTwoPi = 0.91893853320467274178;
    private const double SqrtTwo = 1.4142135623730950488;

    /// <summary>exp(-x^2 / 2) / sqrt(2 pi).</summary>
    public static double Density(double x) => Math.Exp((-x * x / 2) - LogSqrtTwoPi);

    /// <summary>P(X &lt;= x), to full relative precision in the lower tail.</summary>
    public static double Cdf(double x) => SpecialFunctions.Erfc(-x / SqrtTwo) / 2;

    /// <summary>P(X &gt; x), to full relative precision in the upper tail.</summary>
    public static double UpperTail(double x) => Cdf(-x);

    /// <summary>ln P(X &lt;= x), also where the probability itself underflows.</summary>
    public static double LogCdf(double x)
    {
        if (x > 0)
        {
            return Elementary.LogOnePlus(-UpperTail(x));
        }

        if (x > -10)
        {
            return Math.Log(Cdf(x));
        }

        // Laplace's continued fraction of Mills' ratio: Q(z) = density(z) / (z + 1/(z + 2/(z + 3/...))).
        var z = -x;
        var tail = z;
        for (var k = 60; k > 0; k--)
        {
            tail = z + (k / tail);
        }

        return (-z * z / 2) - LogSqrtTwoPi - Math.Log(tail);
    }

    /// <summary>The x with P(X &lt;= x) = <paramref name="probability"/>; infinite at 0 and 1.</summary>
    public static double Quantile(double probability) =>
        probability > 0.5 ? -Quantile(1 - probability) : -SqrtTwo * SpecialFunctions.ErfcInv(2 * probability);
}

namespace Semblance.Statistics.Distributions;

/// <summary>
/// The regularised incomplete beta function, both tails to full relative precision. MathNet.Numerics has only the lower
/// one, so that an upper tail of 1e-20 would be lost as 1 - 1.
/// </summary>
internal static class IncompleteBeta
{
    /// <summary>I_x(a, b) and 1 - I_x(a, b) = I_y(b, a).</summary>
    /// <param name="x">In [0, 1].</param>
    /// <param name="y">1 - x, given by itself because it may be far smaller than the rounding of x.</param>
    /// <param name="a">Positive.</param>
    /// <param name="b">Positive.</param>
    public static (double Lower, double Upper) Tails(double x, double y, double a, double b)
    {
        if (x <= 0)
        {
            return (0, 1);
        }

        if (y <= 0)
        {
            return (1, 0);
        }

        if (x < (a + 1) / (a + b + 2))
        {
            var lower = Power(x, y, a, b) * Fraction(x, a, b) / a;
            return (lower, 1 - lower);
        }

        var upper = Power(x, y, a, b) * Fraction(y, b, a) / b;
        return (1 - upper, upper);
    }

    // x^a y^b / B(a, b) by Loader's saddle point: differences of log gammas would lose six digits at a = 500,000.
    private static double Power(double x, double y, double a, double b)
    {
        var n = a + b;
        var exponent =
            LogGamma.StirlingError(n)
            - LogGamma.StirlingError(a)
            - LogGamma.StirlingError(b)
            - LogGamma.Deviance(a, n * x)
            - LogGamma.Deviance(b, n * y);
        return Math.Exp(exponent) * Math.Sqrt(a / n * b / (2 * Math.PI));
    }

    // The continued fraction of Abramowitz and Stegun 26.5.8, by Lentz's method.
    private static double Fraction(double x, double a, double b)
    {
        const double tiny = 1e-300;
        var c = 1.0;
        var d = 1 / NotZero(1 - ((a + b) * x / (a + 1)));
        var result = d;
        for (var m = 1; m < 1_000_000; m++)
        {
            var even = m * (b - m) * x / ((a + (2 * m) - 1) * (a + (2 * m)));
            d = 1 / NotZero(1 + (even * d));
            c = NotZero(1 + (even / c));
            result *= d * c;
            var odd = -(a + m) * (a + b + m) * x / ((a + (2 * m)) * (a + (2 * m) + 1));
            d = 1 / NotZero(1 + (odd * d));
            c = NotZero(1 + (odd / c));
            result *= d * c;
            if (Math.Abs((d * c) - 1) < 1e-16)
            {
                break;
            }
        }

        return result;

        static double NotZero(double value) => Math.Abs(value) < tiny ? tiny : value;
    }
}

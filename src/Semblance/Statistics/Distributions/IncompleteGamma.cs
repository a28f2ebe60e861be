namespace Semblance.Statistics.Distributions;

/// <summary>The regularised incomplete gamma functions, both tails to full relative precision.</summary>
internal static class IncompleteGamma
{
    /// <summary>P(a, x) and Q(a, x) = 1 - P(a, x).</summary>
    /// <param name="a">Positive.</param>
    /// <param name="x">Not negative.</param>
    public static (double Lower, double Upper) Tails(double a, double x)
    {
        if (x <= 0)
        {
            return (0, 1);
        }

        // x^a e^-x / Gamma(a), by Loader's saddle point.
        var power = Math.Exp(-LogGamma.StirlingError(a) - LogGamma.Deviance(a, x)) * Math.Sqrt(a / (2 * Math.PI));
        if (x < a + 1)
        {
            var lower = power * Series(a, x);
            return (lower, 1 - lower);
        }

        var upper = power * Fraction(a, x);
        return (1 - upper, upper);
    }

    // 1/a + x/(a(a+1)) + x^2/(a(a+1)(a+2)) + ...
    private static double Series(double a, double x)
    {
        var term = 1 / a;
        var sum = term;
        for (var n = 1; term > sum * 1e-17; n++)
        {
            term *= x / (a + n);
            sum += term;
        }

        return sum;
    }

    // Abramowitz and Stegun 6.5.31 in its even form, by Lentz's method.
    private static double Fraction(double a, double x)
    {
        const double tiny = 1e-300;
        var b = x + 1 - a;
        var c = 1 / tiny;
        var d = 1 / b;
        var result = d;
        for (var i = 1; i < 1_000_000; i++)
        {
            var numerator = -i * (i - a);
            b += 2;
            d = 1 / NotZero((numerator * d) + b);
            c = NotZero(b + (numerator / c));
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

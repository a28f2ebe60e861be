using Semblance.Statistics.Distributions;

namespace Semblance.Statistics;

/// <summary>
/// The Lilliefors test of normality: the Kolmogorov-Smirnov distance to the normal distribution whose mean and standard
/// deviation (n - 1) are the sample's own.
/// </summary>
/// <remarks>
/// H. W. Lilliefors, "On the Kolmogorov-Smirnov test for normality with mean and variance unknown", JASA 62 (1967). Its
/// p-values are approximations, and packages differ by 0.03 where p is large; below 0.1 they agree to 0.003.
/// </remarks>
/// <param name="Statistic">The largest distance, in (0, 1).</param>
/// <param name="P">
/// <paramref name="PDallalWilkinson"/> where that is at most 0.1, otherwise Stephens' modified statistic (M. A. Stephens,
/// "EDF statistics for goodness of fit and some comparisons", JASA 69 (1974)), as R's nortest; null below 5 values.
/// </param>
/// <param name="PDallalWilkinson">
/// The formula of G. E. Dallal and L. Wilkinson, "An analytic approximation to the distribution of Lilliefors's test
/// statistic for normality", American Statistician 40 (1986): meant for p at most 0.1, and above 1 for small distances.
/// </param>
public sealed record Lilliefors(double Statistic, double? P, double PDallalWilkinson)
{
    /// <summary>Tests whether a sample could come from some normal distribution.</summary>
    /// <param name="values">At least four values, not all the same.</param>
    /// <exception cref="AssumptionException">Empty, NotFinite, TooFew or NoVariation.</exception>
    public static Lilliefors Of(ReadOnlySpan<double> values)
    {
        Sample.Require(values, least: 4);
        Sample.RequireVariation(values);
        var sorted = values.ToArray();
        Array.Sort(sorted);
        var (mean, deviation) = (Descriptive.Mean(sorted), Descriptive.StandardDeviation(sorted));
        var statistic = KolmogorovSmirnov.DistanceToNormal(sorted, mean, deviation);
        var n = sorted.Length;
        var tail = DallalWilkinson(statistic, n);
        return new Lilliefors(
            statistic,
            n < 5 ? null
                : tail <= 0.1 ? tail
                : Stephens(statistic, n),
            tail
        );
    }

    private static double DallalWilkinson(double d, double n)
    {
        if (n > 100)
        {
            d *= Math.Pow(n / 100, 0.49);
            n = 100;
        }

        return Math.Exp(
            (-7.01256 * d * d * (n + 2.78019))
                + (2.99587 * d * Math.Sqrt(n + 2.78019))
                - 0.122119
                + (0.974598 / Math.Sqrt(n))
                + (1.67997 / n)
        );
    }

    // The polynomials of R's nortest::lillie.test, fitted to Stephens' table.
    private static double Stephens(double d, double n)
    {
        var k = (Math.Sqrt(n) - 0.01 + (0.85 / Math.Sqrt(n))) * d;
        return k switch
        {
            <= 0.302 => 1,
            <= 0.5 => Polynomial.At(k, 2.76773, -19.828315, 80.709644, -138.55152, 81.218052),
            <= 0.9 => Polynomial.At(k, -4.901232, 40.662806, -97.490286, 94.029866, -32.355711),
            <= 1.31 => Polynomial.At(k, 6.198765, -19.558097, 23.186922, -12.234627, 2.423045),
            _ => 0,
        };
    }
}

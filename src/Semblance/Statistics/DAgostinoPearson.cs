using Semblance.Statistics.Distributions;

namespace Semblance.Statistics;

/// <summary>
/// The D'Agostino-Pearson test of normality: skewness and kurtosis, each made a standard normal variable, and the sum of
/// their squares.
/// </summary>
/// <remarks>
/// R. B. D'Agostino, "Transformation to normality of the null distribution of g1", Biometrika 57 (1970); F. J. Anscombe
/// and W. J. Glynn, "Distribution of the kurtosis statistic b2 for normal samples", Biometrika 70 (1983);
/// R. B. D'Agostino and E. S. Pearson, Biometrika 60 (1973). The kurtosis part is meant for 20 values or more.
/// </remarks>
/// <param name="ZSkewness">Above 0 for a long right tail.</param>
/// <param name="PSkewness">Two-sided.</param>
/// <param name="ZKurtosis">Above 0 for heavy tails.</param>
/// <param name="PKurtosis">Two-sided.</param>
/// <param name="KSquared">Sum of the squares, chi-squared with 2 degrees of freedom.</param>
/// <param name="P">Upper tail of K^2.</param>
public sealed record DAgostinoPearson(
    double ZSkewness,
    double PSkewness,
    double ZKurtosis,
    double PKurtosis,
    double KSquared,
    double P
)
{
    /// <summary>Tests whether a sample could come from some normal distribution.</summary>
    /// <param name="values">At least eight values, not all the same.</param>
    /// <exception cref="AssumptionException">Empty, NotFinite, TooFew or NoVariation.</exception>
    public static DAgostinoPearson Of(ReadOnlySpan<double> values)
    {
        Sample.Require(values, least: 8);
        Sample.RequireVariation(values);
        double n = values.Length;
        var skewness = OfSkewness(Descriptive.Skewness(values), n);
        var kurtosis = OfKurtosis(Descriptive.KurtosisExcess(values), n);
        var squared = (skewness * skewness) + (kurtosis * kurtosis);
        return new DAgostinoPearson(
            skewness,
            2 * Normal.UpperTail(Math.Abs(skewness)),
            kurtosis,
            2 * Normal.UpperTail(Math.Abs(kurtosis)),
            squared,
            Math.Exp(-squared / 2)
        );
    }

    private static double OfSkewness(double g1, double n)
    {
        var y = g1 * Math.Sqrt((n + 1) * (n + 3) / (6 * (n - 2)));
        var beta = 3 * ((n * n) + (27 * n) - 70) * (n + 1) * (n + 3) / ((n - 2) * (n + 5) * (n + 7) * (n + 9));
        var w = Math.Sqrt(2 * (beta - 1)) - 1;

        // scipy, and so the reference, takes y = 1 for a skewness of exactly 0.
        return Math.Asinh((y == 0 ? 1 : y) / Math.Sqrt(2 / (w - 1))) / Math.Sqrt(Math.Log(w) / 2);
    }

    private static double OfKurtosis(double g2, double n)
    {
        var expected = -6 / (n + 1);
        var variance = 24 * n * (n - 2) * (n - 3) / ((n + 1) * (n + 1) * (n + 3) * (n + 5));
        var x = (g2 - expected) / Math.Sqrt(variance);
        var root =
            6
            * ((n * n) - (5 * n) + 2)
            / ((n + 7) * (n + 9))
            * Math.Sqrt(6 * (n + 3) * (n + 5) / (n * (n - 2) * (n - 3)));
        var a = 6 + (8 / root * ((2 / root) + Math.Sqrt(1 + (4 / (root * root)))));
        var ratio = (1 - (2 / a)) / (1 + (x * Math.Sqrt(2 / (a - 4))));
        return (1 - (2 / (9 * a)) - Math.Cbrt(ratio)) / Math.Sqrt(2 / (9 * a));
    }
}

using Semblance.Statistics.Distributions;

namespace Semblance.Statistics;

/// <summary>
/// The Anderson-Darling test of normality, mean and standard deviation (n - 1) estimated: like Lilliefors', but with the
/// tails weighing more.
/// </summary>
/// <remarks>
/// R. B. D'Agostino and M. A. Stephens (eds.), "Goodness-of-fit techniques" (1986), section 4.8 and table 4.9.
/// </remarks>
/// <param name="ASquared">A^2, above 0.</param>
/// <param name="Modified">A* = A^2 (1 + 0.75/n + 2.25/n^2), whose law hardly depends on n.</param>
/// <param name="P">
/// From A*; <see cref="LeastP"/> for A* above 10, where the formula is not meant to hold and later rises again.
/// </param>
public sealed record AndersonDarling(double ASquared, double Modified, double P)
{
    /// <summary>What the formula gives at A* = 10, the last value it holds for.</summary>
    public const double LeastP = 3.7e-24;

    /// <summary>Tests whether a sample could come from some normal distribution.</summary>
    /// <param name="values">At least eight values, not all the same.</param>
    /// <exception cref="AssumptionException">Empty, NotFinite, TooFew or NoVariation.</exception>
    public static AndersonDarling Of(ReadOnlySpan<double> values)
    {
        Sample.Require(values, least: 8);
        Sample.RequireVariation(values);
        var z = values.ToArray();
        Array.Sort(z);
        var mean = Descriptive.Mean(z);
        var deviation = Descriptive.StandardDeviation(z);
        var n = z.Length;
        for (var i = 0; i < n; i++)
        {
            z[i] = (z[i] - mean) / deviation;
        }

        var sum = 0.0;
        for (var i = 0; i < n; i++)
        {
            sum += ((2 * i) + 1) * (Normal.LogCdf(z[i]) + Normal.LogCdf(-z[n - 1 - i]));
        }

        var squared = -n - (sum / n);
        var modified = squared * (1 + (0.75 / n) + (2.25 / ((double)n * n)));
        return new AndersonDarling(squared, modified, POf(modified));
    }

    private static double POf(double a) =>
        a switch
        {
            < 0.2 => 1 - Math.Exp(Polynomial.At(a, -13.436, 101.14, -223.73)),
            < 0.34 => 1 - Math.Exp(Polynomial.At(a, -8.318, 42.796, -59.938)),
            < 0.6 => Math.Exp(Polynomial.At(a, 0.9177, -4.279, -1.38)),
            <= 10 => Math.Exp(Polynomial.At(a, 1.2937, -5.709, 0.0186)),
            _ => LeastP,
        };
}

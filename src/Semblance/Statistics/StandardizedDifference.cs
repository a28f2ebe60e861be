using Semblance.Statistics.Distributions;

namespace Semblance.Statistics;

/// <summary>The mean of paired differences d = y - x in units of their standard deviation.</summary>
/// <param name="Pairs">n.</param>
/// <param name="Mean">Mean of d.</param>
/// <param name="StandardDeviation">Of d, n - 1 form.</param>
/// <param name="CohensDz">Mean / standard deviation (Cohen 1988).</param>
/// <param name="Interval">
/// Of dz: the noncentralities of Student's t for which the observed t is the upper and the lower quantile, over sqrt(n)
/// (Steiger and Fouladi 1997).
/// </param>
internal sealed record StandardizedDifference(
    int Pairs,
    double Mean,
    double StandardDeviation,
    double CohensDz,
    Interval Interval
)
{
    /// <summary>
    /// J(m) = Gamma(m/2) / (sqrt(m/2) Gamma((m-1)/2)), m = n - 1, which takes the bias out of dz (Hedges 1981); NaN for
    /// two pairs.
    /// </summary>
    public double HedgesCorrection
    {
        get
        {
            var half = (Pairs - 1) / 2.0;
            return Pairs == 2
                ? double.NaN
                : Math.Exp(LogGamma.Of(half) - LogGamma.Of(half - 0.5) - (Math.Log(half) / 2));
        }
    }

    /// <summary>dz J.</summary>
    public double HedgesGz => CohensDz * HedgesCorrection;

    /// <summary>1 - 3 / (4 m - 1), m = n - 1: the approximation most packages give.</summary>
    public double ApproximateHedgesCorrection => 1 - (3 / ((4.0 * (Pairs - 1)) - 1));

    /// <summary>dz with the approximate correction.</summary>
    public double ApproximateHedgesGz => CohensDz * ApproximateHedgesCorrection;

    /// <summary>The effect of y against x.</summary>
    /// <exception cref="AssumptionException">
    /// Empty, LengthMismatch, NotFinite, TooFew (under two pairs), NoVariation; OutOfRange for the level.
    /// </exception>
    public static StandardizedDifference Of(ReadOnlySpan<double> x, ReadOnlySpan<double> y, double level = 0.95) =>
        OfDifferences(Sample.VaryingDifferences(x, y), level);

    /// <summary>The effect of differences that are already taken.</summary>
    /// <exception cref="AssumptionException">Empty, NotFinite, TooFew, NoVariation; OutOfRange for the level.</exception>
    public static StandardizedDifference OfDifferences(ReadOnlySpan<double> differences, double level = 0.95)
    {
        Sample.RequireFraction(level, "The confidence level");
        var test = PairedTTest.OfDifferences(differences);
        var root = Math.Sqrt(test.Pairs);
        return new StandardizedDifference(
            test.Pairs,
            test.MeanDifference,
            test.StandardError * root,
            test.T() / root,
            new(
                Noncentrality(test.T(), test.Degrees, (1 + level) / 2) / root,
                Noncentrality(test.T(), test.Degrees, (1 - level) / 2) / root
            )
        );
    }

    /// <summary>
    /// Cohen's d_av: the mean difference over the root of the mean variance of x and y; NaN where neither varies. It is on
    /// the scale of the scores' spread, not of the differences'.
    /// </summary>
    /// <exception cref="AssumptionException">Empty, LengthMismatch, NotFinite, TooFew.</exception>
    public static double CohensDav(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        var mean = Descriptive.Mean(Sample.Differences(x, y, least: 2));
        var (first, second) = (Descriptive.StandardDeviation(x), Descriptive.StandardDeviation(y));
        return first == 0 && second == 0 ? double.NaN : mean / (double.Hypot(first, second) / Math.Sqrt(2));
    }

    // The noncentrality at which P(T <= t) = probability: it falls as the noncentrality rises. Compared by the smaller
    // tail on the log scale, where the function is close to a parabola.
    private static double Noncentrality(double t, double degrees, double probability)
    {
        var lower = probability <= 0.5;
        var wanted = Math.Log(lower ? probability : 1 - probability);
        var reach = 8 + (Math.Abs(t) / 2);
        var (low, high) = (t - reach, t + reach);
        while (Excess(low) < 0)
        {
            low -= reach;
        }

        while (Excess(high) > 0)
        {
            high += reach;
        }

        return MonotoneRoot.Find(Excess, low, high);

        double Excess(double noncentrality) =>
            lower
                ? Log(NoncentralT.Cdf(t, degrees, noncentrality)) - wanted
                : wanted - Log(NoncentralT.UpperTail(t, degrees, noncentrality));

        static double Log(double tail) => Math.Log(Math.Max(tail, double.Epsilon));
    }
}

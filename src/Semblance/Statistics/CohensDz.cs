using Semblance.Statistics.Distributions;

namespace Semblance.Statistics;

/// <summary>Cohen's dz: the mean of paired differences d = y - x over their standard deviation (n - 1 form; Cohen 1988).</summary>
/// <param name="Value">dz, without a unit.</param>
/// <param name="Interval">
/// The noncentralities of Student's t for which the observed t is the upper and the lower quantile, over sqrt(n)
/// (Steiger and Fouladi 1997).
/// </param>
/// <param name="HedgesCorrection">
/// J(m) = Gamma(m/2) / (sqrt(m/2) Gamma((m-1)/2)), m = n - 1, which takes the bias out of dz (Hedges 1981); NaN for two
/// pairs.
/// </param>
public sealed record CohensDz(double Value, Interval Interval, double HedgesCorrection)
{
    /// <summary>Hedges' gz = J dz.</summary>
    public double HedgesGz => Value * HedgesCorrection;

    /// <summary>The effect of y against x.</summary>
    /// <exception cref="AssumptionException">
    /// Empty, LengthMismatch, NotFinite, TooFew (under two pairs), NoVariation; OutOfRange for the level.
    /// </exception>
    public static CohensDz Of(ReadOnlySpan<double> x, ReadOnlySpan<double> y, double level = 0.95) =>
        Of(Sample.VaryingDifferences(x, y), level);

    /// <summary>The effect that differences have.</summary>
    /// <param name="differences">d, at least two that are not all the same.</param>
    /// <param name="level">Coverage of the interval, between 0 and 1.</param>
    /// <exception cref="AssumptionException">Empty, NotFinite, TooFew, NoVariation; OutOfRange for the level.</exception>
    public static CohensDz Of(ReadOnlySpan<double> differences, double level = 0.95)
    {
        Sample.RequireFraction(level);
        var test = PairedTTest.Of(differences);
        var (t, root) = (test.T(), Math.Sqrt(test.Pairs));
        var half = test.Degrees / 2.0;
        return new CohensDz(
            t / root,
            new(
                Noncentrality(t, test.Degrees, (1 + level) / 2) / root,
                Noncentrality(t, test.Degrees, (1 - level) / 2) / root
            ),
            test.Pairs == 2 ? double.NaN : Math.Exp(LogGamma.Of(half) - LogGamma.Of(half - 0.5) - (Math.Log(half) / 2))
        );
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

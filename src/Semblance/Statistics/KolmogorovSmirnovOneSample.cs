using Semblance.Statistics.Distributions;

namespace Semblance.Statistics;

/// <summary>
/// The Kolmogorov-Smirnov test of a sample against a normal distribution that was fixed beforehand: the largest distance
/// between the empirical distribution function and that of N(mean, sd).
/// </summary>
/// <remarks>
/// Mean and sd must not come from the sample (<see cref="Lilliefors"/> is for that). Against N(0, 1) scores in the tens
/// always give D = 1 and p = 0, which says nothing about their normality.
/// </remarks>
/// <param name="Alternative">Greater looks at D+ = max(i/n - F(x_i)), less at D- = max(F(x_i) - (i-1)/n).</param>
/// <param name="Statistic">D, D+ or D-, in [0, 1].</param>
/// <param name="Location">The value of the sample at which the distance is largest.</param>
/// <param name="Sign">1 where the sample's distribution function lies above there, -1 where below.</param>
/// <param name="PExact">The exact law of a continuous distribution.</param>
/// <param name="PLimit">The limit law at D sqrt(n): Kolmogorov's or, one-sided, Smirnov's.</param>
internal sealed record KolmogorovSmirnovOneSample(
    Alternative Alternative,
    double Statistic,
    double Location,
    int Sign,
    double PExact,
    double PLimit
)
{
    /// <summary>Tests a sample.</summary>
    /// <param name="values">At least one value.</param>
    /// <param name="mean">Mean of the normal distribution.</param>
    /// <param name="standardDeviation">Its standard deviation, above 0.</param>
    /// <param name="alternative">Which distance to test.</param>
    /// <exception cref="AssumptionException">Empty, NotFinite; OutOfRange for the mean or standard deviation.</exception>
    public static KolmogorovSmirnovOneSample Of(
        ReadOnlySpan<double> values,
        double mean = 0,
        double standardDeviation = 1,
        Alternative alternative = Alternative.TwoSided
    )
    {
        Sample.Require(values);
        if (!double.IsFinite(mean) || !double.IsFinite(standardDeviation) || standardDeviation <= 0)
        {
            throw new AssumptionException(
                Assumption.OutOfRange,
                FormattableString.Invariant(
                    $"N({mean}, {standardDeviation}) is no normal distribution: the standard deviation must be above 0."
                )
            );
        }

        var sorted = values.ToArray();
        Array.Sort(sorted);
        var distance = NormalDistance.Of(sorted, mean, standardDeviation);
        var above = alternative switch
        {
            Alternative.Greater => true,
            Alternative.Less => false,
            // Distances that are equal but for rounding count as below, as in scipy.
            _ => distance.Above > distance.Below + 1e-14,
        };
        var twoSided = alternative == Alternative.TwoSided;
        var statistic =
            twoSided ? Math.Max(distance.Above, distance.Below)
            : above ? distance.Above
            : distance.Below;
        var n = sorted.Length;
        var z = statistic * Math.Sqrt(n);
        return new KolmogorovSmirnovOneSample(
            alternative,
            statistic,
            sorted[above ? distance.AboveAt : distance.BelowAt],
            above ? 1 : -1,
            twoSided ? Kolmogorov.UpperTail(statistic, n) : Kolmogorov.OneSidedUpperTail(statistic, n),
            twoSided ? Kolmogorov.LimitUpperTail(z) : Math.Exp(-2 * z * z)
        );
    }
}

/// <summary>How far the distribution function of a sample lies above and below a normal one, and at which values.</summary>
internal readonly record struct NormalDistance(double Above, int AboveAt, double Below, int BelowAt)
{
    public static NormalDistance Of(ReadOnlySpan<double> sorted, double mean, double standardDeviation)
    {
        var found = new NormalDistance(double.NegativeInfinity, 0, double.NegativeInfinity, 0);
        for (var i = 0; i < sorted.Length; i++)
        {
            var expected = Normal.Cdf((sorted[i] - mean) / standardDeviation);
            var above = ((i + 1.0) / sorted.Length) - expected;
            var below = expected - ((double)i / sorted.Length);
            found = above > found.Above ? found with { Above = above, AboveAt = i } : found;
            found = below > found.Below ? found with { Below = below, BelowAt = i } : found;
        }

        return found;
    }
}

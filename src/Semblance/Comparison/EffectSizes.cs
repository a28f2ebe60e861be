using Semblance.Statistics;

namespace Semblance.Comparison;

/// <summary>The effect sizes of a pair of models, with words only where a convention is published.</summary>
internal static class EffectSizes
{
    // Set for d, and widely used for dz, which is larger than d where the models' scores are correlated.
    private const string Cohen = "Cohen 1988: 0.2 small, 0.5 medium, 0.8 large";

    // Set for two independent samples.
    private const string Romano = "Romano et al. 2006: 0.147 small, 0.33 medium, 0.474 large";

    // How the intervals are found; the procedures say more.
    private const string Jackknife = "jackknife of Fisher's z (Newson 2006)";
    private const string OneSign = "the signs alone, since all agree";
    private const string Wilson = "score interval (Wilson 1927)";
    private const string NoncentralT = "noncentral t (Steiger and Fouladi 1997)";

    /// <summary>All that exist for these scores.</summary>
    /// <param name="first">Scores of the first model.</param>
    /// <param name="second">Scores of the second model.</param>
    /// <param name="d">Their differences.</param>
    /// <param name="level">Of the intervals.</param>
    public static IReadOnlyList<EffectSize> Of(double[] first, double[] second, double[] d, double level)
    {
        var superiority = Superiority.Of(
            Array.ConvertAll(first, PairedDifferences.Rounded),
            Array.ConvertAll(second, PairedDifferences.Rounded)
        );
        var sizes = new List<EffectSize>();
        if (Array.Exists(d, value => value != 0))
        {
            var biserial = RankBiserial.Of(d, level);
            var method = biserial.OfSigns ? OneSign : Jackknife;
            sizes.Add(Wordless("rank-biserial correlation", biserial.Value, biserial.Interval, method));
        }

        var probability = superiority.Probability;
        sizes.Add(Wordless("probability of superiority", probability, superiority.Interval(level), Wilson));
        if (PairedDifferences.Vary(d))
        {
            var dz = CohensDz.Of(d, level);
            sizes.Add(Standardized("Cohen's dz", dz.Value, 1));
            if (d.Length > 2)
            {
                sizes.Add(Standardized("Hedges' gz", dz.HedgesGz, dz.HedgesCorrection));
            }

            // The correction is a factor of the estimate, and so of its limits.
            EffectSize Standardized(string name, double value, double factor) =>
                new(
                    name,
                    value,
                    dz.Interval.Low * factor,
                    dz.Interval.High * factor,
                    NoncentralT,
                    Word(value, 0.2, 0.5, 0.8),
                    Cohen
                );
        }

        var delta = superiority.CliffsDelta;
        var word = Word(delta, 0.147, 0.33, 0.474);
        sizes.Add(new("Cliff's delta (pairing ignored)", delta, null, null, null, word, Romano));
        return sizes;
    }

    private static EffectSize Wordless(string name, double value, Interval interval, string method) =>
        new(name, value, interval.Low, interval.High, method, null, null);

    private static string Word(double value, double small, double medium, double large)
    {
        var size = Math.Abs(value);
        return size >= large ? "large"
            : size >= medium ? "medium"
            : size >= small ? "small"
            : "negligible";
    }
}

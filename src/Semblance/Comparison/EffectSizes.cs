using Semblance.Statistics;

namespace Semblance.Comparison;

/// <summary>The effect sizes of a pair of models, with words only where somebody has set them.</summary>
internal static class EffectSizes
{
    // Set for d, and widely used for dz, which is larger than d where the models' scores go together.
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
        if (d.AsSpan().IndexOfAnyExcept(0) >= 0)
        {
            var (biserial, ofSigns) = RankBiserial.Limits(d, level);
            sizes.Add(
                new EffectSize(
                    "rank-biserial correlation",
                    RankBiserial.Of(d),
                    biserial.Low,
                    biserial.High,
                    ofSigns ? OneSign : Jackknife,
                    null,
                    null
                )
            );
        }

        var (low, high) = superiority.Interval(level);
        sizes.Add(new EffectSize("probability of superiority", superiority.Probability, low, high, Wilson, null, null));
        if (d.AsSpan().IndexOfAnyExcept(d[0]) >= 0)
        {
            var dz = StandardizedDifference.OfDifferences(d, level);
            sizes.Add(Standardized("Cohen's dz", dz.CohensDz, 1));
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
                    Word(value, "negligible", (0.2, "small"), (0.5, "medium"), (0.8, "large")),
                    Cohen
                );
        }

        sizes.Add(
            new EffectSize(
                "Cliff's delta (pairing ignored)",
                superiority.CliffsDelta,
                null,
                null,
                null,
                Word(superiority.CliffsDelta, "negligible", (0.147, "small"), (0.33, "medium"), (0.474, "large")),
                Romano
            )
        );
        return sizes;
    }

    private static string Word(double value, string below, params ReadOnlySpan<(double From, string Word)> steps)
    {
        var word = below;
        foreach (var (from, name) in steps)
        {
            word = Math.Abs(value) >= from ? name : word;
        }

        return word;
    }
}

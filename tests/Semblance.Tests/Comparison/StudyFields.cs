using System.Text.Json;
using Semblance.Statistics;
using Semblance.Tests.Statistics;

namespace Semblance.Tests.Comparison;

/// <summary>The procedures under the names that the expectations of a study give their results.</summary>
internal static class StudyFields
{
    private static readonly double[] Probabilities =
    [
        0,
        0.025,
        0.05,
        0.1,
        0.25,
        1.0 / 3,
        0.5,
        0.75,
        0.9,
        0.95,
        0.975,
        1,
    ];

    public static Fields Description(double[] x)
    {
        var d = Semblance.Statistics.Description.Of(x);
        var sorted = x.Order().ToArray();
        return new()
        {
            ["n"] = d.Count,
            ["mean"] = d.Mean,
            ["variance"] = d.Variance,
            ["sd"] = d.StandardDeviation,
            ["standard_error"] = d.StandardError,
            ["min"] = d.Minimum,
            ["max"] = d.Maximum,
            ["median"] = d.Median,
            ["quantiles"] = Probabilities.Select(p => Descriptive.QuantileOfSorted(sorted, p)).ToArray(),
            ["iqr"] = d.InterquartileRange,
            ["mad"] = d.MedianDeviation,
            ["mad_normal"] = d.NormalMedianDeviation,
            ["skewness"] = d.Skewness,
            ["skewness_adjusted"] = d.AdjustedSkewness,
            ["kurtosis_excess"] = d.KurtosisExcess,
            ["kurtosis_excess_adjusted"] = d.AdjustedKurtosisExcess,
        };
    }

    public static Fields BoxPlot(double[] x)
    {
        var box = Semblance.Statistics.BoxPlot.Of(x);
        return new()
        {
            ["q1"] = box.LowerQuartile,
            ["median"] = box.Median,
            ["q3"] = box.UpperQuartile,
            ["whisker_low"] = box.LowerWhisker,
            ["whisker_high"] = box.UpperWhisker,
            ["outliers"] = box.Outliers,
            ["tukey_five_numbers"] = box.FiveNumbers,
        };
    }

    public static Fields Densities(double[] x) =>
        new()
        {
            ["scott"] = new Fields { ["bandwidth"] = KernelDensity.Of(x, BandwidthRule.Scott).Bandwidth },
            ["silverman"] = new Fields { ["bandwidth"] = KernelDensity.Of(x, BandwidthRule.Silverman).Bandwidth },
        };

    public static Fields Paper(string first, string second, double[] x, double[] y)
    {
        var wilcoxon = WilcoxonSignedRank.Of(x, y);
        return new()
        {
            ["ks_against_standard_normal"] = new Fields { [first] = AgainstNormal(x), [second] = AgainstNormal(y) },
            ["ks_two_sample"] = new Fields
            {
                ["two_sided"] = TwoSamples(x, y, Alternative.TwoSided),
                ["less"] = TwoSamples(x, y, Alternative.Less),
                ["greater"] = TwoSamples(x, y, Alternative.Greater),
                ["has_ties"] = KolmogorovSmirnovTwoSample.Of(x, y).HasTies,
            },
            ["wilcoxon_scipy_default"] = new Fields
            {
                ["statistic"] = Math.Min(wilcoxon.WPlus, wilcoxon.WMinus),
                ["p_value"] =
                    wilcoxon.ScipyMethod == "asymptotic" ? wilcoxon.Normal.TwoSided : wilcoxon.Exact!.TwoSided,
            },
        };
    }

    public static Fields Normality(double[] d)
    {
        var anderson = AndersonDarling.Of(d);
        var dagostino = DAgostinoPearson.Of(d);
        return new()
        {
            ["lilliefors"] = Lilliefors(d),
            ["shapiro_wilk"] = ShapiroWilk(d),
            ["anderson_darling"] = new Fields
            {
                ["a_squared"] = anderson.ASquared,
                ["a_squared_modified"] = anderson.Modified,
                ["p_value"] = anderson.PValue,
            },
            ["dagostino"] = new Fields
            {
                ["z_skewness"] = dagostino.ZSkewness,
                ["p_skewness"] = dagostino.PSkewness,
                ["z_kurtosis"] = dagostino.ZKurtosis,
                ["p_kurtosis"] = dagostino.PKurtosis,
                ["k_squared"] = dagostino.KSquared,
                ["p_value"] = dagostino.PValue,
            },
        };
    }

    // The p-values of statsmodels come from a table that is not in use here, and those by Monte Carlo are not exact.
    public static Fields Lilliefors(double[] x)
    {
        var test = Semblance.Statistics.Lilliefors.Of(x);
        Action<JsonElement> unused = _ => { };
        return new()
        {
            ["statistic"] = test.Statistic,
            ["p_dallal_wilkinson"] = test.PDallalWilkinson,
            ["p_nortest"] = test.PValue ?? double.NaN,
            ["p_statsmodels_table"] = unused,
            ["p_statsmodels_approx"] = unused,
            ["p_monte_carlo"] = unused,
            ["p_monte_carlo_standard_error"] = unused,
        };
    }

    public static Fields ShapiroWilk(double[] x)
    {
        var test = Semblance.Statistics.ShapiroWilk.Of(x);
        return new() { ["w"] = test.W, ["p_value"] = test.PValue };
    }

    public static Fields SignedRank(double[] x, double[] y)
    {
        var test = WilcoxonSignedRank.Of(x, y);
        return new()
        {
            ["n_pairs"] = test.Pairs,
            ["n_zero"] = test.Zeros,
            ["n_ranked_nonzero"] = test.Ranked,
            ["has_ties"] = test.HasTies,
            ["w_plus"] = test.WPlus,
            ["w_minus"] = test.WMinus,
            ["mean"] = test.Mean,
            ["standard_error"] = test.StandardError,
            ["z"] = test.Z,
            ["p_exact"] = Fields.Of(test.Exact!),
            ["p_normal"] = Fields.Of(test.Normal),
            ["p_normal_corrected"] = Fields.Of(test.NormalCorrected),
            ["scipy_auto_method"] = test.ScipyMethod,
        };
    }

    public static Fields EffectSizes(double[] x, double[] y)
    {
        var superiority = Superiority.Of(x, y);
        var d = Sample.Differences(x, y);
        var dz = StandardizedDifference.Of(x, y);
        return new()
        {
            ["probability_of_superiority"] = superiority.Probability,
            ["wins"] = superiority.Wins,
            ["losses"] = superiority.Losses,
            ["ties"] = superiority.Ties,
            ["rank_biserial_wilcox"] = RankBiserial.Of(d),
            ["rank_biserial_pratt"] = RankBiserial.Of(d, ZeroMethod.Pratt),
            ["unpaired_probability_of_superiority"] = superiority.UnpairedProbability,
            ["cliffs_delta"] = superiority.CliffsDelta,
            ["mean_difference"] = dz.Mean,
            ["sd_difference"] = dz.StandardDeviation,
            ["cohens_dz"] = dz.CohensDz,
            ["dz_ci95"] = TTestTests.Pair(dz.Interval),
            ["hedges_correction_exact"] = dz.HedgesCorrection,
            ["hedges_gz"] = dz.HedgesGz,
            ["hedges_correction_approximate"] = dz.ApproximateHedgesCorrection,
            ["hedges_gz_approximate"] = dz.ApproximateHedgesGz,
            ["cohens_dav"] = StandardizedDifference.CohensDav(x, y),
        };
    }

    public static Fields HodgesLehmann(double[] d)
    {
        var result = Semblance.Statistics.HodgesLehmann.OfDifferences(d);
        return new()
        {
            ["pseudomedian"] = result.Pseudomedian,
            ["walsh_count"] = result.WalshCount,
            ["exact_rank"] = result.ExactRank,
            ["exact_ci"] = TTestTests.Pair(result.Exact!.Value),
            ["exact_achieved_level"] = result.AchievedLevel,
            ["approximate_rank"] = result.ApproximateRank,
            ["approximate_ci"] = TTestTests.Pair(result.Approximate),
        };
    }

    public static Fields SignFlip(double[] d)
    {
        var test = Semblance.Statistics.SignFlip.Of(d);
        Assert.True(test.IsExact);

        // The names do not begin with p_, but they are p-values: compared relative to their size.
        return new()
        {
            ["two_sided"] = Relative("two_sided", test.P.TwoSided),
            ["greater"] = Relative("greater", test.P.Greater),
            ["less"] = Relative("less", test.P.Less),
        };

        static Action<JsonElement> Relative(string field, double p) =>
            expected =>
            {
                var wanted = expected.GetProperty("sign_flip").GetProperty(field).GetDouble();
                Assert.Equal(wanted, p, 1e-8 * wanted);
            };
    }

    public static Fields PairedT(double[] d)
    {
        var test = PairedTTest.OfDifferences(d);
        return new()
        {
            ["t"] = test.T(),
            ["df"] = test.Degrees,
            ["p"] = Fields.Of(test.P()),
            ["ci95"] = TTestTests.Pair(test.Interval()),
        };
    }

    public static Fields Welch(double[] x, double[] y)
    {
        var test = TwoSampleTTest.Of(x, y).Welch;
        return new()
        {
            ["t"] = test.T,
            ["df"] = test.Degrees,
            ["p_value"] = test.P.TwoSided,
        };
    }

    public static Fields Equivalence(double[] d)
    {
        var test = EquivalenceTest.OfDifferences(d, -1, 1);
        return new()
        {
            ["p_lower"] = test.PLower,
            ["p_upper"] = test.PUpper,
            ["ci90"] = TTestTests.Pair(test.Test.Interval(0.9)),
        };
    }

    public static Fields NonInferiority(double[] d)
    {
        var test = NonInferiorityTest.OfDifferences(d, 1);
        return new() { ["p_t"] = test.Shifted.P().Greater, ["p_wilcoxon_normal"] = test.Wilcoxon.Normal.Greater };
    }

    public static Fields Correlation(double[] x, double[] y)
    {
        var (pearson, spearman, kendall) = (Pearson.Of(x, y), Spearman.Of(x, y), Kendall.Of(x, y));
        var (low, high) = pearson.Interval!.Value;
        return new()
        {
            ["pearson"] = new Fields
            {
                ["r"] = pearson.R,
                ["p_value"] = pearson.PValue,
                ["ci95_fisher"] = new[] { low, high },
            },
            ["spearman"] = new Fields { ["rho"] = spearman.Rho, ["p_t"] = spearman.PStudent },
            ["kendall"] = new Fields { ["tau_b"] = kendall.TauB, ["p_normal"] = kendall.PNormal },
        };
    }

    public static int Required(double[] d) =>
        Power.PairsForTTest(StandardizedDifference.OfDifferences(d).CohensDz, 0.8, 0.05, Alternative.TwoSided);

    private static Fields AgainstNormal(double[] x)
    {
        var test = KolmogorovSmirnovOneSample.Of(x);
        return new()
        {
            ["statistic"] = test.Statistic,
            ["location"] = test.Location,
            ["sign"] = test.Sign,
            ["p_exact"] = test.PExact,
            ["p_asymptotic"] = test.PLimit,
        };
    }

    private static Fields TwoSamples(double[] x, double[] y, Alternative alternative)
    {
        var test = KolmogorovSmirnovTwoSample.Of(x, y, alternative);
        return new()
        {
            ["statistic"] = test.Statistic,
            ["p_exact"] = test.PExact,
            ["p_exact_ties_ignored"] = test.PExactTiesIgnored,
            ["p_asymptotic_scipy"] = test.PEffectiveSize,
            ["p_kolmogorov_limit"] = test.PLimit,
        };
    }
}

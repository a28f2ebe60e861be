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
        var sorted = x.Order().ToArray();
        return new Fields
        {
            ["n"] = x.Length,
            ["mean"] = Descriptive.Mean(x),
            ["variance"] = Descriptive.Variance(x),
            ["sd"] = Descriptive.StandardDeviation(x),
            ["min"] = sorted[0],
            ["max"] = sorted[^1],
            ["median"] = Descriptive.Median(x),
            ["quantiles"] = Probabilities.Select(p => Descriptive.QuantileOfSorted(sorted, p)).ToArray(),
            ["skewness"] = Descriptive.Skewness(x),
            ["kurtosis_excess"] = Descriptive.KurtosisExcess(x),
        }.Without("standard_error", "iqr", "mad", "mad_normal", "skewness_adjusted", "kurtosis_excess_adjusted");
    }

    public static Fields BoxPlot(double[] x)
    {
        var box = Semblance.Statistics.BoxPlot.Of(x);
        return new Fields
        {
            ["q1"] = box.LowerQuartile,
            ["median"] = box.Median,
            ["q3"] = box.UpperQuartile,
            ["whisker_low"] = box.LowerWhisker,
            ["whisker_high"] = box.UpperWhisker,
            ["outliers"] = box.Outliers,
        }.Without("tukey_five_numbers");
    }

    public static Fields Densities(double[] x) =>
        new Fields { ["scott"] = new Fields { ["bandwidth"] = KernelDensity.Of(x).Bandwidth } }.Without("silverman");

    public static Fields Paper(string first, string second, double[] x, double[] y)
    {
        var wilcoxon = WilcoxonSignedRank.Of(x, y);
        return new()
        {
            ["ks_against_standard_normal"] = new Fields { [first] = AgainstNormal(x), [second] = AgainstNormal(y) },
            ["ks_two_sample"] = KolmogorovSmirnovTests.TwoSamples(x, y),
            ["wilcoxon_scipy_default"] = new Fields
            {
                ["statistic"] = Math.Min(wilcoxon.WPlus, wilcoxon.WMinus),
                ["p_value"] =
                    ScipyWilcoxon.Method(wilcoxon) == "asymptotic"
                        ? wilcoxon.Normal.TwoSided
                        : wilcoxon.Exact!.TwoSided,
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
                ["p_value"] = anderson.P,
            },
            ["dagostino"] = new Fields
            {
                ["z_skewness"] = dagostino.ZSkewness,
                ["p_skewness"] = dagostino.PSkewness,
                ["z_kurtosis"] = dagostino.ZKurtosis,
                ["p_kurtosis"] = dagostino.PKurtosis,
                ["k_squared"] = dagostino.KSquared,
                ["p_value"] = dagostino.P,
            },
        };
    }

    // The p-values of statsmodels come from a table that is not in use here, and those by Monte Carlo are not exact.
    public static Fields Lilliefors(double[] x)
    {
        var test = Semblance.Statistics.Lilliefors.Of(x);
        return new Fields
        {
            ["statistic"] = test.Statistic,
            ["p_dallal_wilkinson"] = test.PDallalWilkinson,
            ["p_nortest"] = test.P ?? double.NaN,
        }.Without("p_statsmodels_table", "p_statsmodels_approx", "p_monte_carlo", "p_monte_carlo_standard_error");
    }

    public static Fields ShapiroWilk(double[] x)
    {
        var test = Semblance.Statistics.ShapiroWilk.Of(x);
        return new() { ["w"] = test.W, ["p_value"] = test.P };
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
            ["scipy_auto_method"] = ScipyWilcoxon.Method(test),
        };
    }

    public static Fields EffectSizes(double[] x, double[] y)
    {
        var superiority = Superiority.Of(x, y);
        var d = Sample.Differences(x, y);
        var dz = CohensDz.Of(x, y);
        return new Fields
        {
            ["probability_of_superiority"] = superiority.Probability,
            ["wins"] = superiority.Wins,
            ["losses"] = superiority.Losses,
            ["ties"] = superiority.Ties,
            ["rank_biserial_wilcox"] = RankBiserial.Of(d).Value,
            ["unpaired_probability_of_superiority"] = superiority.UnpairedProbability,
            ["cliffs_delta"] = superiority.CliffsDelta,
            ["cohens_dz"] = dz.Value,
            ["dz_ci95"] = PairedTTestTests.Pair(dz.Interval),
            ["hedges_correction_exact"] = dz.HedgesCorrection,
            ["hedges_gz"] = dz.HedgesGz,
        }.Without(
            "rank_biserial_pratt",
            "mean_difference",
            "sd_difference",
            "hedges_correction_approximate",
            "hedges_gz_approximate",
            "cohens_dav"
        );
    }

    public static Fields HodgesLehmann(double[] d)
    {
        var result = Semblance.Statistics.HodgesLehmann.Of(d);
        return new()
        {
            ["pseudomedian"] = result.Pseudomedian,
            ["walsh_count"] = result.WalshCount,
            ["exact_rank"] = result.ExactRank,
            ["exact_ci"] = PairedTTestTests.Pair(result.Exact!.Value),
            ["exact_achieved_level"] = result.AchievedLevel,
            ["approximate_rank"] = result.ApproximateRank,
            ["approximate_ci"] = PairedTTestTests.Pair(result.Approximate),
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
        var test = PairedTTest.Of(d);
        return new()
        {
            ["t"] = test.T(),
            ["df"] = test.Degrees,
            ["p"] = Fields.Of(test.P()),
            ["ci95"] = PairedTTestTests.Pair(test.Interval()),
        };
    }

    public static Fields NonInferiority(double[] d)
    {
        var shifted = Array.ConvertAll(d, value => value + 1);
        return new()
        {
            ["p_t"] = PairedTTest.Of(d).P(-1).Greater,
            ["p_wilcoxon_normal"] = WilcoxonSignedRank.Of(shifted).Normal.Greater,
        };
    }

    public static Fields Equivalence(double[] d)
    {
        var test = PairedTTest.Of(d);
        return new()
        {
            ["p_lower"] = test.P(-1).Greater,
            ["p_upper"] = test.P(1).Less,
            ["ci90"] = PairedTTestTests.Pair(test.Interval(0.9)),
        };
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
                ["p_value"] = pearson.P,
                ["ci95_fisher"] = new[] { low, high },
            },
            ["spearman"] = new Fields { ["rho"] = spearman.Rho, ["p_t"] = spearman.PStudent },
            ["kendall"] = new Fields { ["tau_b"] = kendall.TauB, ["p_normal"] = kendall.PNormal },
        };
    }

    public static int Required(double[] d) =>
        (int)
            Bisection.Smallest(
                1,
                2,
                1_000_000,
                n => Power.OfTTest(CohensDz.Of(d).Value, (int)n, 0.05, Alternative.TwoSided) >= 0.8
            )!;

    private static Fields AgainstNormal(double[] x)
    {
        var test = KolmogorovSmirnov.AgainstNormal(x);
        return new Fields { ["statistic"] = test.Statistic, ["p_exact"] = test.P }.Without(
            "location",
            "sign",
            "p_asymptotic"
        );
    }
}

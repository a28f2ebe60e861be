using Semblance.Statistics;

namespace Semblance.Tests.Statistics;

public sealed class EffectSizeTests
{
    public static IEnumerable<TheoryDataRow<string>> Cases => Golden.Cases("paired_effect_sizes");

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Cases))]
    public void Golden_effect_sizes(string name) =>
        Golden.Check(
            "paired_effect_sizes",
            name,
            input =>
            {
                var (x, y) = (input.Numbers("x"), input.Numbers("y"));
                if (input.Has("wanted"))
                {
                    return new() { [input.Text("wanted")] = Wanted(input.Text("wanted"), x, y) };
                }

                var superiority = Superiority.Of(x, y);
                var d = Sample.Differences(x, y);
                var dz = new Lazy<StandardizedDifference>(() => StandardizedDifference.Of(x, y, input.Number("level")));
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
                    ["mean_difference"] = Later(() => dz.Value.Mean),
                    ["sd_difference"] = Later(() => dz.Value.StandardDeviation),
                    ["cohens_dz"] = Later(() => dz.Value.CohensDz),
                    ["dz_ci95"] = Later(() => TTestTests.Pair(dz.Value.Interval)),
                    ["hedges_correction_exact"] = Later(() => dz.Value.HedgesCorrection),
                    ["hedges_gz"] = Later(() => dz.Value.HedgesGz),
                    ["hedges_correction_approximate"] = Later(() => dz.Value.ApproximateHedgesCorrection),
                    ["hedges_gz_approximate"] = Later(() => dz.Value.ApproximateHedgesGz),
                    ["cohens_dav"] = Later(() => StandardizedDifference.CohensDav(x, y)),
                };
            }
        );

    [Fact]
    public void The_limits_of_dz_put_the_observed_t_at_the_tails()
    {
        double[] d = [1.2, -0.3, 0.8, 2.5, 0.1, 1.9, -0.7, 1.1];
        var effect = StandardizedDifference.OfDifferences(d, 0.9);
        var t = PairedTTest.OfDifferences(d).T();
        Assert.Equal(0.05, NoncentralT.UpperTail(t, 7, effect.Interval.Low * Math.Sqrt(8)), 1e-10);
        Assert.Equal(0.05, NoncentralT.Cdf(t, 7, effect.Interval.High * Math.Sqrt(8)), 1e-10);
    }

    [Fact]
    public void A_huge_effect_still_has_limits()
    {
        var effect = StandardizedDifference.OfDifferences([100, 100.1, 99.9]);
        Assert.InRange(effect.CohensDz, effect.Interval.Low, effect.Interval.High);
    }

    private static Func<object?> Later(Func<object?> value) => value;

    private static object? Wanted(string field, double[] x, double[] y) =>
        field switch
        {
            "cohens_dz" => StandardizedDifference.Of(x, y).CohensDz,
            "rank_biserial" => RankBiserial.Of(Sample.Differences(x, y)),
            _ => throw new InvalidDataException($"No effect size is called {field}."),
        };
}

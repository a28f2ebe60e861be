using System.Text.Json;
using Semblance.Statistics;
using Semblance.Statistics.Distributions;

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

    public static IEnumerable<TheoryDataRow<string>> Proportions => Golden.Cases("proportion");

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Proportions))]
    public void Golden_score_intervals(string name) =>
        Golden.Check(
            "proportion",
            name,
            input =>
            {
                var limits = Proportion.Wilson(input.Whole("successes"), input.Whole("trials"), input.Number("level"));
                Action<JsonElement> unused = _ => { };
                return new()
                {
                    ["proportion"] = unused,
                    ["wilson"] = TTestTests.Pair(limits),
                    ["clopper_pearson"] = unused,
                    ["jeffreys"] = unused,
                    ["agresti_coull"] = unused,
                    ["wilson_continuity"] = unused,
                    ["p_half"] = unused,
                };
            }
        );

    [Fact]
    public void The_limits_of_the_rank_biserial_correlation_are_the_jackknifes()
    {
        // Taken apart by leaving each difference out in turn; ties, and zeros that do not count.
        double[] d = [1.2, -0.3, 0.8, 2.5, 0, 0.3, 1.9, -0.7, 1.1, 0, -0.8, 2.5];
        double[] ranked = [.. d.Where(one => one != 0)];
        var n = ranked.Length;
        var without = Enumerable
            .Range(0, n)
            .Select(i => RankBiserial.Of([.. ranked[..i], .. ranked[(i + 1)..]]))
            .ToArray();
        var error = Math.Sqrt((n - 1.0) / n * without.Sum(one => Math.Pow(one - without.Average(), 2)));
        var r = RankBiserial.Of(d);
        var half = StudentT.Quantile(0.95, n - 1) * error / (1 - (r * r));
        var (limits, ofSigns) = RankBiserial.Limits(d, 0.9);
        Assert.False(ofSigns);
        Assert.Equal(Math.Tanh(Math.Atanh(r) - half), limits.Low, 1e-12);
        Assert.Equal(Math.Tanh(Math.Atanh(r) + half), limits.High, 1e-12);
        var (turned, _) = RankBiserial.Limits(Array.ConvertAll(d, one => -one), 0.9);
        Assert.Equal(-limits.High, turned.Low, 1e-12);
        Assert.Equal(-limits.Low, turned.High, 1e-12);
    }

    [Theory]
    // 0.025^(1/20) = 0.831567 is the least chance of a sign that 20 of 20 do not contradict: 2 * 0.691503 - 1.
    [InlineData(20, 0.383006)]
    [InlineData(1, -0.99875)]
    public void Differences_of_one_sign_have_the_limits_of_their_sign(int count, double least)
    {
        double[] d = [.. Enumerable.Range(1, count).Select(i => (double)i)];
        var (limits, ofSigns) = RankBiserial.Limits(d);
        Assert.True(ofSigns);
        Assert.Equal(1, limits.High);
        Assert.Equal(least, limits.Low, 1e-6);
        Assert.Equal(new Interval(-1, -limits.Low), RankBiserial.Limits(Array.ConvertAll(d, one => -one)).Interval);
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

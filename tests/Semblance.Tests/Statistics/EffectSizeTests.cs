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
                var dz = new Lazy<CohensDz>(() => CohensDz.Of(x, y, input.Number("level")));
                return new Fields
                {
                    ["probability_of_superiority"] = superiority.Probability,
                    ["wins"] = superiority.Wins,
                    ["losses"] = superiority.Losses,
                    ["ties"] = superiority.Ties,
                    ["rank_biserial_wilcox"] = RankBiserial.Of(d).Value,
                    ["unpaired_probability_of_superiority"] = superiority.UnpairedProbability,
                    ["cliffs_delta"] = superiority.CliffsDelta,
                    ["cohens_dz"] = Later(() => dz.Value.Value),
                    ["dz_ci95"] = Later(() => PairedTTestTests.Pair(dz.Value.Interval)),
                    ["hedges_correction_exact"] = Later(() => dz.Value.HedgesCorrection),
                    ["hedges_gz"] = Later(() => dz.Value.HedgesGz),
                }.Without(
                    "rank_biserial_pratt",
                    "mean_difference",
                    "sd_difference",
                    "hedges_correction_approximate",
                    "hedges_gz_approximate",
                    "cohens_dav"
                );
            }
        );

    [Fact]
    public void The_limits_of_dz_put_the_observed_t_at_the_tails()
    {
        double[] d = [1.2, -0.3, 0.8, 2.5, 0.1, 1.9, -0.7, 1.1];
        var effect = CohensDz.Of(d, 0.9);
        var t = PairedTTest.Of(d).T();
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
                return new Fields { ["wilson"] = PairedTTestTests.Pair(limits) }.Without(
                    "proportion",
                    "clopper_pearson",
                    "jeffreys",
                    "agresti_coull",
                    "wilson_continuity",
                    "p_half"
                );
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
            .Select(i => RankBiserial.Of([.. ranked[..i], .. ranked[(i + 1)..]]).Value)
            .ToArray();
        var error = Math.Sqrt((n - 1.0) / n * without.Sum(one => Math.Pow(one - without.Average(), 2)));
        var r = RankBiserial.Of(d).Value;
        var half = StudentT.Quantile(0.95, n - 1) * error / (1 - (r * r));
        var (_, limits, ofSigns) = RankBiserial.Of(d, 0.9);
        Assert.False(ofSigns);
        Assert.Equal(Math.Tanh(Math.Atanh(r) - half), limits.Low, 1e-12);
        Assert.Equal(Math.Tanh(Math.Atanh(r) + half), limits.High, 1e-12);
        var turned = RankBiserial.Of(Array.ConvertAll(d, one => -one), 0.9).Interval;
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
        var (_, limits, ofSigns) = RankBiserial.Of(d);
        Assert.True(ofSigns);
        Assert.Equal(1, limits.High);
        Assert.Equal(least, limits.Low, 1e-6);
        Assert.Equal(new Interval(-1, -limits.Low), RankBiserial.Of(Array.ConvertAll(d, one => -one)).Interval);
    }

    [Fact]
    public void A_huge_effect_still_has_limits()
    {
        var effect = CohensDz.Of([100, 100.1, 99.9]);
        Assert.InRange(effect.Value, effect.Interval.Low, effect.Interval.High);
    }

    private static Func<object?> Later(Func<object?> value) => value;

    private static object? Wanted(string field, double[] x, double[] y) =>
        field switch
        {
            "cohens_dz" => CohensDz.Of(x, y).Value,
            "rank_biserial" => RankBiserial.Of(Sample.Differences(x, y)).Value,
            _ => throw new InvalidDataException($"No effect size is called {field}."),
        };
}

using Semblance.Statistics;

namespace Semblance.Tests.Statistics;

public sealed class TTestTests
{
    public static IEnumerable<TheoryDataRow<string>> PairedCases => Golden.Cases("paired_t_test");

    public static IEnumerable<TheoryDataRow<string>> TwoSampleCases => Golden.Cases("two_sample_t_test");

    public static IEnumerable<TheoryDataRow<string>> EquivalenceCases => Golden.Cases("equivalence_tost_paired");

    public static IEnumerable<TheoryDataRow<string>> NonInferiorityCases => Golden.Cases("non_inferiority_paired");

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(PairedCases))]
    public void Golden_paired_t_tests(string name) =>
        Golden.Check(
            "paired_t_test",
            name,
            input =>
            {
                var test = PairedTTest.Of(input.Numbers("x"), input.Numbers("y"));
                return new()
                {
                    ["n"] = test.Pairs,
                    ["mean_difference"] = test.MeanDifference,
                    ["standard_error"] = test.StandardError,
                    ["df"] = test.Degrees,
                    ["t"] = test.T(),
                    ["p"] = Fields.Of(test.P()),
                    ["ci95"] = Pair(test.Interval()),
                    ["lower_bound95"] = test.LowerBound(),
                    ["upper_bound95"] = test.UpperBound(),
                };
            }
        );

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(TwoSampleCases))]
    public void Golden_two_sample_t_tests(string name) =>
        Golden.Check(
            "two_sample_t_test",
            name,
            input =>
            {
                var test = TwoSampleTTest.Of(input.Numbers("x"), input.Numbers("y"));
                return new()
                {
                    ["mean_difference"] = test.Welch.Difference,
                    ["welch"] = Statistic(test.Welch),
                    ["student"] = Statistic(test.Student),
                };
            }
        );

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(EquivalenceCases))]
    public void Golden_equivalence_tests(string name) =>
        Golden.Check(
            "equivalence_tost_paired",
            name,
            input =>
            {
                var test = EquivalenceTest.Of(
                    input.Numbers("x"),
                    input.Numbers("y"),
                    input.Number("lower"),
                    input.Number("upper")
                );
                return new()
                {
                    ["p_value"] = test.P,
                    ["t_lower"] = test.TLower,
                    ["p_lower"] = test.PLower,
                    ["t_upper"] = test.TUpper,
                    ["p_upper"] = test.PUpper,
                    ["df"] = test.Test.Degrees,
                    ["ci90"] = Pair(test.Test.Interval(0.9)),
                };
            }
        );

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(NonInferiorityCases))]
    public void Golden_non_inferiority_tests(string name) =>
        Golden.Check(
            "non_inferiority_paired",
            name,
            input =>
            {
                var test = NonInferiorityTest.Of(input.Numbers("x"), input.Numbers("y"), input.Number("margin"));
                return new()
                {
                    ["t"] = test.Shifted.T(),
                    ["df"] = test.Shifted.Degrees,
                    ["p_t"] = test.Shifted.P().Greater,
                    ["mean_difference_lower_bound95"] = test.Test.LowerBound(),
                    ["wilcoxon_w_plus"] = test.Wilcoxon.WPlus,
                    ["p_wilcoxon_exact"] = test.Wilcoxon.Exact!.Greater,
                    ["p_wilcoxon_normal"] = test.Wilcoxon.Normal.Greater,
                    ["p_wilcoxon_normal_corrected"] = test.Wilcoxon.NormalCorrected.Greater,
                };
            }
        );

    [Fact]
    public void Two_pairs_worked_by_hand()
    {
        // Differences 1 and 3: mean 2, standard error 1, one degree of freedom (Cauchy): P(T > 2) = 1/2 - atan(2)/pi.
        var test = PairedTTest.Of([0, 0], [1, 3]);
        Assert.Equal(2, test.T(), 1e-15);
        Assert.Equal(1 - (2 * Math.Atan(2) / Math.PI), test.P().TwoSided, 1e-15);
    }

    [Fact]
    public void Differences_that_vary_by_rounding_alone_do_not_vary() =>
        Assert.Equal(
            Assumption.NoVariation,
            Assert.Throws<AssumptionException>(() => PairedTTest.Of([85.1, 85.3, 80], [85.2, 85.4, 80.1])).Violated
        );

    [Fact]
    public void Equivalent_at_5_percent_exactly_when_the_90_percent_interval_lies_inside()
    {
        double[] d = [0.2, -0.5, 0.9, 0.1, 0.4, -0.2];
        var (low, high) = PairedTTest.OfDifferences(d).Interval(0.9);
        Assert.True(EquivalenceTest.OfDifferences(d, low - 1e-9, high + 1e-9).P < 0.05);
        Assert.True(EquivalenceTest.OfDifferences(d, low + 1e-9, high + 1e-9).P > 0.05);
        Assert.True(EquivalenceTest.OfDifferences(d, low - 1e-9, high - 1e-9).P > 0.05);
    }

    [Fact]
    public void Values_near_the_end_of_the_range_of_doubles_have_a_test()
    {
        var small = TwoSampleTTest.Of([1, 2, 4], [3, 7, 8]);
        var large = TwoSampleTTest.Of([1e200, 2e200, 4e200], [3e200, 7e200, 8e200]);
        Assert.Equal(small.Welch.T, large.Welch.T, 1e-12);
        Assert.Equal(small.Welch.Degrees, large.Welch.Degrees, 1e-12);
    }

    internal static double[] Pair(Interval interval) => [interval.Low, interval.High];

    private static Fields Statistic(TStatistic test) =>
        new()
        {
            ["t"] = test.T,
            ["df"] = test.Degrees,
            ["p"] = Fields.Of(test.P),
            ["ci95"] = Pair(test.Interval()),
        };
}

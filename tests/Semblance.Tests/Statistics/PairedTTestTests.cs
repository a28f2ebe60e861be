using Semblance.Statistics;

namespace Semblance.Tests.Statistics;

public sealed class PairedTTestTests
{
    public static IEnumerable<TheoryDataRow<string>> PairedCases => Golden.Cases("paired_t_test");

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
                    ["lower_bound95"] = test.LowerLimit(),
                    ["upper_bound95"] = test.UpperLimit(),
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

    internal static double[] Pair(Interval interval) => [interval.Low, interval.High];
}

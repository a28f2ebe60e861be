using Semblance.Statistics;
using Semblance.Statistics.Distributions;

namespace Semblance.Tests.Statistics;

public sealed class PowerTests
{
    public static IEnumerable<TheoryDataRow<string>> Cases => Golden.Cases("power", input => input.Has("n"));

    // Where the test looks to the other side, no number of pairs has the power.
    public static IEnumerable<TheoryDataRow<string>> NeededCases =>
        Golden.Cases(
            "power",
            input =>
                input.Has("power")
                && input.Alternative() switch
                {
                    Alternative.Greater => input.Number("effect") > 0,
                    Alternative.Less => input.Number("effect") < 0,
                    _ => input.Number("effect") != 0,
                }
        );

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Cases))]
    public void Golden_power(string name) =>
        Golden.Check(
            "power",
            name,
            input =>
            {
                var (effect, alpha) = (input.Number("effect"), input.Number("alpha"));
                var power = Power.OfTTest(effect, input.Whole("n"), alpha, input.Alternative());
                return new Fields { ["power_t"] = power }.Without("power_t_normal", "power_wilcoxon_normal");
            }
        );

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(NeededCases))]
    public void Golden_numbers_of_pairs(string name) =>
        Golden.Check(
            "power",
            name,
            input =>
            {
                var (effect, power, alpha) = (input.Number("effect"), input.Number("power"), input.Number("alpha"));
                var alternative = input.Alternative();
                var pairs = Bisection.Smallest(
                    1,
                    2,
                    1_000_000_000,
                    n => Power.OfTTest(effect, (int)n, alpha, alternative) >= power
                );
                return new Fields
                {
                    ["n_t"] = pairs,
                    ["n_wilcoxon_from_t"] = Power.SignedRankPairsFromTTest((int)pairs!.Value),
                }.Without("n_wilcoxon_normal");
            }
        );

    [Fact]
    public void Without_an_effect_the_power_is_the_size_of_the_test() =>
        Assert.All(
            Enum.GetValues<Alternative>(),
            alternative => Assert.Equal(0.03, Power.OfTTest(0, 12, 0.03, alternative), 1e-12)
        );

    [Fact]
    public void Less_is_the_mirror_of_greater() =>
        Assert.Equal(
            Power.OfTTest(0.4, 15, 0.05, Alternative.Greater),
            Power.OfTTest(-0.4, 15, 0.05, Alternative.Less),
            1e-14
        );

    [Fact]
    public void A_tail_below_the_smallest_double_is_0_and_costs_nothing()
    {
        var calls = 0;
        double Far(double u)
        {
            calls++;
            return -4.5e6 - (1e5 * u * u);
        }

        Assert.Equal(0, Trapezoid.IntegrateExponential(Far, 0.01));
        Assert.InRange(calls, 1, 1000);
        Assert.Equal(1, Power.OfTTest(10, 100_000, 0.05, Alternative.TwoSided), 1e-12);
    }
}

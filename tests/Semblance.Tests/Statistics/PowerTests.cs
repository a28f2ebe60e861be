using Semblance.Statistics;
using Semblance.Statistics.Distributions;

namespace Semblance.Tests.Statistics;

public sealed class PowerTests
{
    public static IEnumerable<TheoryDataRow<string>> Cases => Golden.Cases("power");

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Cases))]
    public void Golden_power(string name) =>
        Golden.Check(
            "power",
            name,
            input =>
            {
                var (effect, alpha) = (input.Number("effect"), input.Number("alpha"));
                var alternative = input.Alternative();
                if (input.Has("power"))
                {
                    var power = input.Number("power");
                    var pairs = Power.PairsForTTest(effect, power, alpha, alternative);
                    return new()
                    {
                        ["n_t"] = pairs,
                        ["n_wilcoxon_from_t"] = Power.SignedRankPairsFromTTest(pairs),
                        ["n_wilcoxon_normal"] = Power.PairsForSignedRank(effect, power, alpha, alternative),
                    };
                }

                var n = input.Whole("n");
                return new()
                {
                    ["power_t"] = Power.OfTTest(effect, n, alpha, alternative),
                    ["power_t_normal"] = Power.OfTTestNormal(effect, n, alpha, alternative),
                    ["power_wilcoxon_normal"] = Power.OfSignedRank(effect, n, alpha, alternative),
                };
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
    public void An_effect_on_the_other_side_needs_no_number_of_pairs() =>
        Assert.Equal(
            Assumption.OutOfRange,
            Assert.Throws<AssumptionException>(() => Power.PairsForTTest(-0.5, 0.8, 0.05, Alternative.Greater)).Violated
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

using CsCheck;
using Semblance.Statistics;

namespace Semblance.Tests.Statistics;

public sealed class MultipleComparisonsTests
{
    public static IEnumerable<TheoryDataRow<string>> Cases => Golden.Cases("multiple_comparisons");

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Cases))]
    public void Golden_adjusted_p_values(string name) =>
        Golden.Check(
            "multiple_comparisons",
            name,
            input =>
            {
                var p = input.Numbers("p");
                return new()
                {
                    ["bonferroni"] = Both(MultipleComparisons.Bonferroni(p)),
                    ["sidak"] = Both(MultipleComparisons.Sidak(p)),
                    ["holm"] = Both(MultipleComparisons.Holm(p)),
                    ["holm_sidak"] = Both(MultipleComparisons.HolmSidak(p)),
                    ["hochberg"] = Both(MultipleComparisons.Hochberg(p)),
                    ["benjamini_hochberg"] = Both(MultipleComparisons.BenjaminiHochberg(p)),
                    ["benjamini_yekutieli"] = Both(MultipleComparisons.BenjaminiYekutieli(p)),
                };
            }
        );

    private static Fields Both(double[] adjusted) =>
        new() { ["adjusted"] = adjusted, ["rejected_at_5_percent"] = adjusted.Select(p => p <= 0.05).ToArray() };

    [Fact]
    public void Three_values_worked_by_hand()
    {
        // In order: 0.01, 0.03, 0.04.
        double[] p = [0.04, 0.01, 0.03];
        Near([0.12, 0.03, 0.09], MultipleComparisons.Bonferroni(p));
        Near([0.06, 0.03, 0.06], MultipleComparisons.Holm(p));
        Near([0.04, 0.03, 0.04], MultipleComparisons.Hochberg(p));
        Near([0.04, 0.03, 0.04], MultipleComparisons.BenjaminiHochberg(p));
        Near([0.04 * 11 / 6, 0.03 * 11 / 6, 0.04 * 11 / 6], MultipleComparisons.BenjaminiYekutieli(p));
    }

    [Fact]
    public void Sidak_keeps_the_digits_of_small_p_values()
    {
        Assert.Equal(2e-20, MultipleComparisons.Sidak([1e-20, 0.5])[0], 1e-32);
        Assert.Equal(2e-20, MultipleComparisons.HolmSidak([1e-20, 0.5])[0], 1e-32);
    }

    [Fact]
    public void Each_method_lies_where_theory_puts_it() =>
        Gen.Double[0, 1]
            .Array[1, 30]
            .Sample(p =>
            {
                var bonferroni = MultipleComparisons.Bonferroni(p);
                var holm = MultipleComparisons.Holm(p);
                var hochberg = MultipleComparisons.Hochberg(p);
                var benjamini = MultipleComparisons.BenjaminiHochberg(p);
                var yekutieli = MultipleComparisons.BenjaminiYekutieli(p);
                const double slack = 1e-12;
                return Enumerable
                    .Range(0, p.Length)
                    .All(i =>
                        p[i] <= benjamini[i] + slack
                        && benjamini[i] <= hochberg[i] + slack
                        && hochberg[i] <= holm[i] + slack
                        && holm[i] <= bonferroni[i] + slack
                        && bonferroni[i] <= 1
                        && benjamini[i] <= yekutieli[i] + slack
                        && yekutieli[i] <= 1
                    );
            });

    private static void Near(double[] expected, double[] actual) =>
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
}

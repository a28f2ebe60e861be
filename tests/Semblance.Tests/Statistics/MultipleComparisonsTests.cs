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
                return new Fields
                {
                    ["holm"] = Both(MultipleComparisons.Holm(p)),
                    ["benjamini_yekutieli"] = Both(MultipleComparisons.BenjaminiYekutieli(p)),
                }.Without("bonferroni", "sidak", "holm_sidak", "hochberg", "benjamini_hochberg");
            }
        );

    private static Fields Both(double[] adjusted) =>
        new() { ["adjusted"] = adjusted, ["rejected_at_5_percent"] = adjusted.Select(p => p <= 0.05).ToArray() };

    [Fact]
    public void Three_values_worked_by_hand()
    {
        // In order: 0.01, 0.03, 0.04.
        double[] p = [0.04, 0.01, 0.03];
        Near([0.06, 0.03, 0.06], MultipleComparisons.Holm(p));
        Near([0.04 * 11 / 6, 0.03 * 11 / 6, 0.04 * 11 / 6], MultipleComparisons.BenjaminiYekutieli(p));
    }

    [Fact]
    public void Adjusted_values_keep_the_order_and_are_no_less_than_before() =>
        Gen.Double[0, 1]
            .Array[1, 30]
            .Sample(p =>
                new[] { MultipleComparisons.Holm(p), MultipleComparisons.BenjaminiYekutieli(p) }.All(adjusted =>
                    p.Zip(adjusted).All(pair => pair.First <= pair.Second + 1e-12 && pair.Second <= 1)
                    && p.Zip(adjusted).OrderBy(pair => pair.First).Select(pair => pair.Second) is var ordered
                    && ordered.Zip(ordered.Skip(1)).All(pair => pair.First <= pair.Second)
                )
            );

    private static void Near(double[] expected, double[] actual) =>
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
}

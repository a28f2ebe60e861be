using Semblance.Statistics;

namespace Semblance.Tests.Statistics;

public sealed class MeanIntervalTests
{
    public static IEnumerable<TheoryDataRow<string>> Cases => Golden.Cases("mean_interval");

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Cases))]
    public void Golden_intervals_of_means(string name) =>
        Golden.Check(
            "mean_interval",
            name,
            input =>
                new()
                {
                    ["ci90"] = At(input, 0.90),
                    ["ci95"] = At(input, 0.95),
                    ["ci99"] = At(input, 0.99),
                }
        );

    private static double[] At(CaseInput input, double level)
    {
        var (low, high) = MeanInterval.Student(input.Numbers("x"), level);
        return [low, high];
    }

    [Fact]
    public void Two_values_worked_by_hand()
    {
        // One degree of freedom is Cauchy: t(0.975) = tan(0.475 pi); 1 and 3 have mean 2 and standard error 1.
        var (low, high) = MeanInterval.Student([1, 3]);
        var half = Math.Tan(0.475 * Math.PI);
        Assert.Equal(2 - half, low, 1e-9);
        Assert.Equal(2 + half, high, 1e-9);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(double.NaN)]
    public void A_level_lies_between_0_and_1(double level) =>
        Assert.Equal(
            Assumption.OutOfRange,
            Assert.Throws<AssumptionException>(() => MeanInterval.Student([1, 3], level)).Violated
        );
}

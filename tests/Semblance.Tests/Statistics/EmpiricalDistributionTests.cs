using Semblance.Statistics;

namespace Semblance.Tests.Statistics;

public sealed class EmpiricalDistributionTests
{
    public static IEnumerable<TheoryDataRow<string>> Cases => Golden.Cases("ecdf");

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Cases))]
    public void Golden_distribution_functions(string name) =>
        Golden.Check(
            "ecdf",
            name,
            input =>
            {
                var distribution = EmpiricalDistribution.Of(input.Numbers("x"));
                return new()
                {
                    ["points"] = distribution.Points,
                    ["values"] = distribution.Values,
                    ["at_values"] = input.Numbers("at").Select(distribution.At).ToArray(),
                };
            }
        );

    [Fact]
    public void It_steps_at_the_values_and_is_continuous_from_the_right()
    {
        var distribution = EmpiricalDistribution.Of([3, 1, 3, 2]);
        Assert.Equal([1.0, 2.0, 3.0], distribution.Points);
        Assert.Equal(0, distribution.At(Math.BitDecrement(1)));
        Assert.Equal(0.25, distribution.At(1));
        Assert.Equal(0.5, distribution.At(Math.BitDecrement(3)));
        Assert.Equal(1, distribution.At(3));
        Assert.Equal(0, distribution.At(double.NegativeInfinity));
        Assert.Equal(1, distribution.At(double.PositiveInfinity));
    }

    [Fact]
    public void Nan_has_no_place_in_it() =>
        Assert.Throws<AssumptionException>(() => EmpiricalDistribution.Of([1]).At(double.NaN));
}

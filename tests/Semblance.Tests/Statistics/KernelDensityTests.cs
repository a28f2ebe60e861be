using Semblance.Statistics;

namespace Semblance.Tests.Statistics;

public sealed class KernelDensityTests
{
    public static IEnumerable<TheoryDataRow<string>> Cases => Golden.Cases("kernel_density");

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Cases))]
    public void Golden_densities(string name) =>
        Golden.Check(
            "kernel_density",
            name,
            input =>
            {
                var density = KernelDensity.Of(input.Numbers("x"));
                return new Fields
                {
                    ["scott"] = new Fields
                    {
                        ["bandwidth"] = density.Bandwidth,
                        ["density"] = input.Numbers("at").Select(density.At).ToArray(),
                    }.Without("factor"),
                }.Without("silverman");
            }
        );

    [Fact]
    public void It_encloses_an_area_of_1()
    {
        var density = KernelDensity.Of([70, 75, 76, 90]);
        const double step = 0.01;
        var area = Enumerable.Range(0, 20_000).Sum(i => step * density.At(step * i));
        Assert.Equal(1, area, 1e-9);
    }
}

using Semblance.Statistics;

namespace Semblance.Tests.Statistics;

public sealed class DescriptiveTests
{
    public static IEnumerable<TheoryDataRow<string>> Cases => Golden.Cases("descriptive");

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Cases))]
    public void Golden_descriptions(string name) =>
        Golden.Check(
            "descriptive",
            name,
            input =>
            {
                var x = input.Numbers("x");
                var sorted = x.Order().ToArray();
                var probabilities = input.Numbers("probabilities");
                return new Fields
                {
                    ["n"] = x.Length,
                    ["mean"] = Descriptive.Mean(Checked(x)),
                    ["variance"] = x.Length < 2 ? double.NaN : Descriptive.Variance(x),
                    ["sd"] = x.Length < 2 ? double.NaN : Descriptive.StandardDeviation(x),
                    ["min"] = sorted[0],
                    ["max"] = sorted[^1],
                    ["median"] = Descriptive.Median(x),
                    ["quantiles"] = Array.ConvertAll(probabilities, p => Descriptive.QuantileOfSorted(sorted, p)),
                    ["skewness"] = Descriptive.Skewness(x),
                    ["kurtosis_excess"] = Descriptive.KurtosisExcess(x),
                }.Without(
                    "standard_error",
                    "iqr",
                    "mad",
                    "mad_normal",
                    "skewness_adjusted",
                    "kurtosis_excess_adjusted"
                );
            }
        );

    private static double[] Checked(double[] x)
    {
        Sample.Require(x);
        return x;
    }

    [Fact]
    public void Constant_values_have_no_skewness_whatever_their_mean_rounds_to()
    {
        double[] x = [0.1, 0.1, 0.1];
        Assert.Equal(0, Descriptive.Variance(x));
        Assert.Equal(double.NaN, Descriptive.Skewness(x));
        Assert.Equal(new Interval(0.1, 0.1), MeanInterval.Student(x));
    }

    [Fact]
    public void A_small_value_among_large_ones_is_not_lost() =>
        Assert.Equal(0.5, Descriptive.Mean([1e16, 1, 1, -1e16]));
}

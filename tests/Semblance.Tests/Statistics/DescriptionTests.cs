using Semblance.Statistics;

namespace Semblance.Tests.Statistics;

public sealed class DescriptionTests
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
                var d = Description.Of(x);
                Array.Sort(x);
                return new()
                {
                    ["n"] = d.Count,
                    ["mean"] = d.Mean,
                    ["variance"] = d.Variance,
                    ["sd"] = d.StandardDeviation,
                    ["standard_error"] = d.StandardError,
                    ["min"] = d.Minimum,
                    ["max"] = d.Maximum,
                    ["median"] = d.Median,
                    ["quantiles"] = input
                        .Numbers("probabilities")
                        .Select(p => Descriptive.QuantileOfSorted(x, p))
                        .ToArray(),
                    ["iqr"] = d.InterquartileRange,
                    ["mad"] = d.MedianDeviation,
                    ["mad_normal"] = d.NormalMedianDeviation,
                    ["skewness"] = d.Skewness,
                    ["skewness_adjusted"] = d.AdjustedSkewness,
                    ["kurtosis_excess"] = d.KurtosisExcess,
                    ["kurtosis_excess_adjusted"] = d.AdjustedKurtosisExcess,
                };
            }
        );

    [Fact]
    public void Constant_values_have_no_skewness_whatever_their_mean_rounds_to()
    {
        var d = Description.Of([0.1, 0.1, 0.1]);
        Assert.Equal(0.1, d.Mean);
        Assert.Equal(0, d.Variance);
        Assert.Equal(double.NaN, d.Skewness);
    }

    [Fact]
    public void A_small_value_among_large_ones_is_not_lost() =>
        Assert.Equal(0.5, Descriptive.Mean([1e16, 1, 1, -1e16]));
}

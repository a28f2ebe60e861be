using CsCheck;
using Semblance.Statistics;
using Semblance.Statistics.Distributions;

namespace Semblance.Tests.Statistics;

public sealed class KolmogorovSmirnovTests
{
    public static IEnumerable<TheoryDataRow<string>> OneSampleCases => Golden.Cases("ks_one_sample");

    public static IEnumerable<TheoryDataRow<string>> TwoSampleCases => Golden.Cases("ks_two_sample");

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(OneSampleCases))]
    public void Golden_tests_of_one_sample(string name) =>
        Golden.Check(
            "ks_one_sample",
            name,
            input =>
            {
                var test = KolmogorovSmirnov.AgainstNormal(
                    input.Numbers("x"),
                    input.Number("mean"),
                    input.Number("sd")
                );
                return new Fields
                {
                    ["two_sided"] = new Fields { ["statistic"] = test.Statistic, ["p_exact"] = test.P }.Without(
                        "location",
                        "sign",
                        "p_asymptotic"
                    ),
                }.Without("less", "greater");
            }
        );

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(TwoSampleCases))]
    public void Golden_tests_of_two_samples(string name) =>
        Golden.Check("ks_two_sample", name, input => TwoSamples(input.Numbers("x"), input.Numbers("y")));

    internal static Fields TwoSamples(double[] x, double[] y)
    {
        var test = KolmogorovSmirnov.TwoSample(x, y);
        var counted = Math.Max(x.Length, y.Length) <= KolmogorovSmirnov.ExactLimit;
        return new Fields
        {
            ["two_sided"] = new Fields
            {
                ["statistic"] = test.Statistic,
                [counted ? "p_exact_ties_ignored" : "p_asymptotic_scipy"] = test.P,
            }.Without("p_exact", counted ? "p_asymptotic_scipy" : "p_exact_ties_ignored", "p_kolmogorov_limit"),
        }.Without("less", "greater", "has_ties");
    }

    [Fact]
    public void One_value_at_the_mean_is_half_away() =>
        // F = 1/2: D = 1/2, which one uniform value exceeds with certainty.
        Assert.Equal(new KolmogorovSmirnov(0.5, 1), KolmogorovSmirnov.AgainstNormal([3], 3));

    [Theory]
    [InlineData(37, 0.2, 0.08979521784208916)]
    [InlineData(100, 0.11945754235498979, 0.1060719035712759)]
    [InlineData(400, 0.05, 0.261212602925650589)]
    [InlineData(1000, 0.023341226218841382, 0.638437003626001085)]
    public void The_exact_law_keeps_its_digits_for_large_samples(int n, double d, double expected)
    {
        // Marsaglia, Tsang and Wang's matrix, with 60 digits.
        Assert.Equal(expected, Kolmogorov.UpperTail(d, n), 2e-14);
        Assert.Equal(1 - expected, Kolmogorov.Cdf(d, n), 2e-14);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_normal_distribution_needs_a_standard_deviation(double sd) =>
        Assert.Equal(
            Assumption.OutOfRange,
            Assert.Throws<AssumptionException>(() => KolmogorovSmirnov.AgainstNormal([1, 2], 0, sd)).Violated
        );

    [Fact]
    public void Separated_samples_have_two_splits_of_all()
    {
        // Only both samples on either side are so far apart: 2 of C(7, 3) = 35.
        var test = KolmogorovSmirnov.TwoSample([1, 2, 3], [4, 5, 6, 7]);
        Assert.Equal(1, test.Statistic);
        Assert.Equal(2.0 / 35, test.P, 1e-14);
    }

    [Fact]
    public void The_exact_p_is_that_of_all_splits() =>
        Gen.Select(Gen.Double[0, 1].Array[1, 5], Gen.Double[0, 1].Array[1, 5])
            .Where((x, y) => x.Concat(y).Distinct().Count() == x.Length + y.Length)
            .Sample(
                (x, y) =>
                {
                    double[] pooled = [.. x, .. y];
                    var test = KolmogorovSmirnov.TwoSample(x, y);
                    var (all, asFar) = (0, 0);
                    for (var split = 0; split < 1 << pooled.Length; split++)
                    {
                        if (int.PopCount(split) == x.Length)
                        {
                            var first = pooled.Where((_, i) => (split >> i & 1) == 1).ToArray();
                            var second = pooled.Where((_, i) => (split >> i & 1) == 0).ToArray();
                            all++;
                            asFar += Distance(first, second) >= test.Statistic - 1e-9 ? 1 : 0;
                        }
                    }

                    Assert.Equal((double)asFar / all, test.P, 1e-12);
                },
                iter: 200
            );

    private static double Distance(double[] x, double[] y)
    {
        var (fx, fy) = (EmpiricalDistribution.Of(x), EmpiricalDistribution.Of(y));
        return x.Concat(y).Max(v => Math.Abs(fx.At(v) - fy.At(v)));
    }

    [Fact]
    public void Beyond_the_exact_limit_the_law_of_one_sample_stands_in()
    {
        var x = Enumerable.Range(0, KolmogorovSmirnov.ExactLimit + 1).Select(i => (double)i).ToArray();
        var test = KolmogorovSmirnov.TwoSample(x, [5, 5000, 7000]);

        // 3 x 10,001 / 10,004, rounded.
        Assert.Equal(Kolmogorov.UpperTail(test.Statistic, 3), test.P);
        Assert.InRange(test.P, 0.01, 1);
    }
}

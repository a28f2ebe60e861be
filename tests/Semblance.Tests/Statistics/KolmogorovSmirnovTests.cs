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
                new()
                {
                    ["two_sided"] = OneSample(input, Alternative.TwoSided),
                    ["less"] = OneSample(input, Alternative.Less),
                    ["greater"] = OneSample(input, Alternative.Greater),
                }
        );

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(TwoSampleCases))]
    public void Golden_tests_of_two_samples(string name) =>
        Golden.Check(
            "ks_two_sample",
            name,
            input =>
                new()
                {
                    ["two_sided"] = TwoSamples(input, Alternative.TwoSided),
                    ["less"] = TwoSamples(input, Alternative.Less),
                    ["greater"] = TwoSamples(input, Alternative.Greater),
                    ["has_ties"] = KolmogorovSmirnovTwoSample.Of(input.Numbers("x"), input.Numbers("y")).HasTies,
                }
        );

    private static Fields OneSample(CaseInput input, Alternative alternative)
    {
        var test = KolmogorovSmirnovOneSample.Of(
            input.Numbers("x"),
            input.Number("mean"),
            input.Number("sd"),
            alternative
        );
        return new()
        {
            ["statistic"] = test.Statistic,
            ["location"] = test.Location,
            ["sign"] = test.Sign,
            ["p_exact"] = test.PExact,
            ["p_asymptotic"] = test.PLimit,
        };
    }

    private static Fields TwoSamples(CaseInput input, Alternative alternative)
    {
        var test = KolmogorovSmirnovTwoSample.Of(input.Numbers("x"), input.Numbers("y"), alternative);
        return new()
        {
            ["statistic"] = test.Statistic,
            ["p_exact"] = test.PExact,
            ["p_exact_ties_ignored"] = test.PExactTiesIgnored,
            ["p_asymptotic_scipy"] = test.PEffectiveSize,
            ["p_kolmogorov_limit"] = test.PLimit,
        };
    }

    [Fact]
    public void One_value_at_the_mean_is_half_away()
    {
        // F = 1/2: D = 1/2, which one uniform value exceeds with certainty two-sided, and with 1/2 one-sided.
        var test = KolmogorovSmirnovOneSample.Of([3], 3);
        Assert.Equal(0.5, test.Statistic);
        Assert.Equal(-1, test.Sign);
        Assert.Equal(1, test.PExact, 1e-12);
        Assert.Equal(0.5, KolmogorovSmirnovOneSample.Of([3], 3, 1, Alternative.Less).PExact, 1e-12);
    }

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
            Assert.Throws<AssumptionException>(() => KolmogorovSmirnovOneSample.Of([1, 2], 0, sd)).Violated
        );

    [Fact]
    public void Separated_samples_have_two_splits_of_all()
    {
        // Only both samples on either side are so far apart: 2 of C(7, 3) = 35.
        var test = KolmogorovSmirnovTwoSample.Of([1, 2, 3], [4, 5, 6, 7]);
        Assert.Equal(1, test.Statistic);
        Assert.Equal(2.0 / 35, test.PExact!.Value, 1e-14);
        Assert.Equal(
            1.0 / 35,
            KolmogorovSmirnovTwoSample.Of([1, 2, 3], [4, 5, 6, 7], Alternative.Greater).PExact!.Value,
            1e-14
        );
        Assert.Equal(1, KolmogorovSmirnovTwoSample.Of([1, 2, 3], [4, 5, 6, 7], Alternative.Less).PExact);
    }

    [Fact]
    public void The_exact_p_is_that_of_all_splits() =>
        Gen.Select(Gen.Int[0, 5].Array[1, 5], Gen.Int[0, 5].Array[1, 5])
            .Sample(
                (x, y) =>
                {
                    var pooled = x.Concat(y).Select(v => (double)v).ToArray();
                    foreach (var alternative in Enum.GetValues<Alternative>())
                    {
                        var test = KolmogorovSmirnovTwoSample.Of(
                            pooled.AsSpan(0, x.Length),
                            pooled.AsSpan(x.Length),
                            alternative
                        );
                        var (all, asFar) = (0, 0);
                        for (var split = 0; split < 1 << pooled.Length; split++)
                        {
                            if (int.PopCount(split) == x.Length)
                            {
                                var first = pooled.Where((_, i) => (split >> i & 1) == 1).ToArray();
                                var second = pooled.Where((_, i) => (split >> i & 1) == 0).ToArray();
                                all++;
                                asFar += Distance(first, second, alternative) >= test.Statistic - 1e-9 ? 1 : 0;
                            }
                        }

                        Assert.Equal((double)asFar / all, test.PExact!.Value, 1e-12);
                    }
                },
                iter: 200
            );

    private static double Distance(double[] x, double[] y, Alternative alternative)
    {
        var (fx, fy) = (EmpiricalDistribution.Of(x), EmpiricalDistribution.Of(y));
        var apart = x.Concat(y).Select(v => fx.At(v) - fy.At(v)).Append(0).ToArray();
        return alternative switch
        {
            Alternative.Greater => apart.Max(),
            Alternative.Less => -apart.Min(),
            _ => apart.Max(Math.Abs),
        };
    }

    [Fact]
    public void Beyond_the_exact_limit_only_approximations_are_given()
    {
        var x = Enumerable.Range(0, KolmogorovSmirnovTwoSample.ExactLimit + 1).Select(i => (double)i).ToArray();
        var test = KolmogorovSmirnovTwoSample.Of(x, [5, 5000, 7000]);
        Assert.Null(test.PExact);
        Assert.Null(test.PExactTiesIgnored);
        Assert.InRange(test.PLimit, 0.01, 1);
    }
}

using Semblance.Statistics.Distributions;

namespace Semblance.Tests.Statistics;

public sealed class SpecialFunctionTests
{
    // The cases of functions that nothing here needs.
    private static readonly string[] Unused = ["studentized_range_cdf(q, k, df)", "kolmogorov_sf(x)"];

    public static IEnumerable<TheoryDataRow<string>> Cases =>
        Golden.Cases("special_functions").Where(row => !Unused.Contains(row.Data));

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Cases))]
    public void Golden_distribution_functions(string name) =>
        Golden.Check(
            "special_functions",
            name,
            input => new() { ["values"] = input.Rows("arguments").Select(Function(name)).ToArray() }
        );

    private static Func<double[], double> Function(string name) =>
        name switch
        {
            "normal_cdf(x)" => a => Normal.Cdf(a[0]),
            "normal_sf(x)" => a => Normal.UpperTail(a[0]),
            "normal_log_cdf(x)" => a => Normal.LogCdf(a[0]),
            "normal_ppf(p)" => a => Normal.Quantile(a[0]),
            "student_t_cdf(t, df)" => a => StudentT.Cdf(a[0], a[1]),
            "student_t_sf(t, df)" => a => StudentT.UpperTail(a[0], a[1]),
            "student_t_ppf(p, df)" => a => StudentT.Quantile(a[0], a[1]),
            "noncentral_t_cdf(t, df, nc)" => a => NoncentralT.Cdf(a[0], a[1], a[2]),
            "noncentral_t_sf(t, df, nc)" => a => NoncentralT.UpperTail(a[0], a[1], a[2]),
            "binomial_cdf(k, n, p)" => a => Binomial.Cdf((int)a[0], (int)a[1], a[2]),
            "binomial_sf(k, n, p)" => a => Binomial.UpperTail((int)a[0], (int)a[1], a[2]),
            "f_sf(x, d1, d2)" => a => FisherF.UpperTail(a[0], a[1], a[2]),
            "chi2_sf(x, df)" => a => ChiSquared.UpperTail(a[0], a[1]),
            "beta_cdf(x, a, b)" => a => Beta.Cdf(a[0], a[1], a[2]),
            "beta_ppf(p, a, b)" => a => Beta.Quantile(a[0], a[1], a[2]),
            "studentized_range_cdf(q, k, infinity)" => a => StudentizedRange.Cdf(a[0], (int)a[1]),
            "studentized_range_sf(q, k, infinity)" => a => StudentizedRange.UpperTail(a[0], (int)a[1]),
            "studentized_range_ppf(p, k, infinity)" => a => StudentizedRange.Quantile(a[0], (int)a[1]),
            "kolmogorov_exact_cdf(d, n)" => a => Kolmogorov.Cdf(a[0], (int)a[1]),
            "kolmogorov_exact_sf(d, n)" => a => Kolmogorov.UpperTail(a[0], (int)a[1]),
            "signed_rank_cdf(k, n)" => a => Ranks((int)a[1]).Cdf((long)a[0]),
            "signed_rank_sf(k, n)" => a => Ranks((int)a[1]).UpperTail((long)a[0]),
            "log_gamma(x)" => a => LogGamma.Of(a[0]),
            _ => throw new InvalidDataException($"No function is called {name}."),
        };

    private static SubsetSum Ranks(int n) => new([.. Enumerable.Range(1, n).Select(i => (long)i)]);

    [Fact]
    public void Distributions_with_closed_forms()
    {
        // One degree of freedom is Cauchy; two have t / sqrt(2 + t^2); chi-squared with two is exponential.
        Assert.Equal(0.5 - (Math.Atan(3) / Math.PI), StudentT.UpperTail(3, 1), 1e-15);
        Assert.Equal((1 - (3 / Math.Sqrt(11))) / 2, StudentT.UpperTail(3, 2), 1e-15);
        Assert.Equal(Math.Exp(-2.5), ChiSquared.UpperTail(5, 2), 1e-15);

        // F with two and n degrees: (1 + 2f/n)^(-n/2). Beta(a, 1): x^a.
        Assert.Equal(Math.Pow(2, -5), FisherF.UpperTail(5, 2, 10), 1e-15);
        Assert.Equal(Math.Pow(0.3, 7), Beta.Cdf(0.3, 7, 1), 1e-15);
        Assert.Equal(Math.Pow(0.3, 1 / 7.0), Beta.Quantile(0.3, 7, 1), 1e-14);

        // The range of two normal variables is sqrt(2) |Z|.
        Assert.Equal(2 * Normal.UpperTail(3 / Math.Sqrt(2)), StudentizedRange.UpperTail(3, 2), 1e-14);

        // One value: D is the larger of u and 1 - u, u uniform.
        Assert.Equal(0.4, Kolmogorov.Cdf(0.7, 1), 1e-15);
    }

    [Theory]
    [InlineData(1e-12, 3)]
    [InlineData(0.02, 1)]
    [InlineData(0.6, 40)]
    public void Quantiles_undo_the_distribution_function(double p, double degrees)
    {
        Assert.Equal(1, StudentT.Cdf(StudentT.Quantile(p, degrees), degrees) / p, 1e-12);
        Assert.Equal(1, Beta.Cdf(Beta.Quantile(p, degrees, 2), degrees, 2) / p, 1e-12);
        Assert.Equal(1, Normal.Cdf(Normal.Quantile(p)) / p, 1e-12);
    }

    [Theory]
    [InlineData(2, 99, 12)]
    [InlineData(-1.5, 4, 0.3)]
    [InlineData(60, 1, 2)]
    public void Both_tails_of_noncentral_t_add_up_to_1(double t, double degrees, double noncentrality) =>
        Assert.Equal(
            1,
            NoncentralT.Cdf(t, degrees, noncentrality) + NoncentralT.UpperTail(t, degrees, noncentrality),
            1e-12
        );

    [Theory]
    [InlineData(1e-20)]
    [InlineData(-1e-10)]
    [InlineData(0.3)]
    public void Logarithm_and_exponential_near_0_keep_their_digits(double x)
    {
        var series = x - (x * x / 2) + (x * x * x / 3);
        Assert.Equal(Math.Abs(x) < 1e-3 ? series : Math.Log(1 + x), Elementary.LogOnePlus(x), Math.Abs(x) * 1e-15);
        Assert.Equal(x, Elementary.ExpMinusOne(Elementary.LogOnePlus(x)), Math.Abs(x) * 1e-15);
    }

    [Fact]
    public void Subset_sums_of_tied_and_zero_weights_are_those_of_full_enumeration()
    {
        long[] weights = [0, 3, 3, 4, 10, 0, 7, 3];
        var law = new SubsetSum(weights);
        for (var s = -1; s <= law.Total + 1; s++)
        {
            var count = Enumerable
                .Range(0, 1 << weights.Length)
                .Count(subset => weights.Where((_, i) => (subset >> i & 1) == 1).Sum() <= s);
            Assert.Equal(count / 256.0, law.Cdf(s), 1e-15);
        }
    }
}

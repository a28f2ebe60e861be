using Semblance.Statistics;

namespace Semblance.Tests.Statistics;

public sealed class SignFlipTests
{
    public static IEnumerable<TheoryDataRow<string>> SignFlipCases => Golden.Cases("sign_flip_permutation");

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(SignFlipCases))]
    public void Golden_sign_flips(string name) =>
        Golden.Check(
            "sign_flip_permutation",
            name,
            input =>
            {
                var d = input.Numbers("d");
                var test = SignFlip.Of(d);
                var vectors = Math.Pow(2, d.Length);
                Assert.True(test.IsExact);
                return new()
                {
                    ["n"] = d.Length,
                    ["mean_difference"] = test.MeanDifference,
                    ["p_exact"] = Fields.Of(test.P),
                    ["sign_vectors"] = vectors,
                    ["as_or_more_extreme_two_sided"] = test.P.TwoSided * vectors,
                    ["standard_error_of_p_9999_resamples"] = Drawn(d, test, 9_999),
                    ["standard_error_of_p_99999_resamples"] = Drawn(d, test, 99_999),
                };
            }
        );

    // A p-value from random signs lies within five standard errors (and the step of 1/B) of the exact one.
    private static Func<object?> Drawn(double[] d, SignFlip exact, int resamples) =>
        () =>
        {
            var drawn = SignFlip.MonteCarlo(d, resamples, seed: 3);
            Near(exact.P.TwoSided, drawn.P.TwoSided);
            Near(exact.P.Less, drawn.P.Less);
            Near(exact.P.Greater, drawn.P.Greater);
            Assert.Equal(Error(drawn.P.TwoSided), drawn.StandardError!.Value, 1e-15);
            return Error(exact.P.TwoSided);

            double Error(double p) => Math.Sqrt(p * (1 - p) / resamples);
            void Near(double truth, double p) => Assert.Equal(truth, p, (5 * Error(truth)) + (1.0 / resamples));
        };

    [Fact]
    public void Counting_enumerating_and_drawing_agree()
    {
        // The same differences on a grid and, by an irrational factor, off it.
        double[] d = [.. Enumerable.Range(0, 20).Select(i => (double)((i * 7919 % 23) - 8))];
        var counted = SignFlip.Of(d);
        var enumerated = SignFlip.Of([.. d.Select(v => v * Math.Sqrt(2))]);
        Assert.Equal(counted.P.TwoSided, enumerated.P.TwoSided, 1e-12);
        Assert.Equal(counted.P.Less, enumerated.P.Less, 1e-12);
        Assert.Equal(counted.P.Greater, enumerated.P.Greater, 1e-12);
    }

    [Fact]
    public void A_small_difference_beside_a_huge_one_is_not_taken_for_a_tie()
    {
        // All positive: of the 8 sign vectors only the observed one has so large a sum, and its mirror so large a size.
        var test = SignFlip.Of([1e14, 1, 3]);
        Assert.Equal(new PValues(0.25, 1, 0.125), test.P);
    }

    [Fact]
    public void Drawn_p_values_depend_on_the_seed_and_not_on_the_threads()
    {
        double[] d = [.. Enumerable.Range(0, 60).Select(i => Math.Sin(i) + 0.2)];
        var one = SignFlip.Of(d, 5_500, seed: 9, threads: 1);
        Assert.False(one.IsExact);
        Assert.Equal(one, SignFlip.Of(d, 5_500, seed: 9, threads: 4));
        Assert.NotEqual(one.P, SignFlip.Of(d, 5_500, seed: 10).P);
    }
}

using CsCheck;
using Semblance.Simulations;
using Semblance.Statistics;

namespace Semblance.Tests.Statistics;

public sealed class StudentisedBootstrapTests
{
    /// <summary>Two values a and b: a resample has both (t* = 0) or one of them twice (no spread: t* beyond any quantile).</summary>
    [Fact]
    public void Resamples_without_a_spread_are_held_at_the_most() =>
        Assert.Equal(new StudentisedBootstrap(2.5, 2.5), Of([1, 2]));

    /// <summary>
    /// Worked by hand. Of 0, 1, 3 (mean 4/3) there are 27 resamples; t* = (mean* - 4/3) / (s* / sqrt(3)) is
    /// without a spread twice below all (0 0 0 and 1 1 1) and once above (3 3 3); -3 for 0 0 1 (mean 1/3, s*^2 1/3),
    /// -2 for 0 1 1, -1/3 for 0 0 3, 1/2 for 1 1 3, 2/3 for 0 3 3, 3/2 for 1 3 3, three times each; 0 six times for 0 1 3.
    /// So the lower tenth (2.7 of 27) is -3, the upper 3/2, and Student's for 4 degrees of freedom is 1.533206.
    /// </summary>
    [Fact]
    public void Three_values_give_the_quantiles_of_their_27_resamples()
    {
        var limits = StudentisedBootstrap.Of(
            [
                [0, 1, 3],
            ],
            null,
            [4],
            0.8,
            20_000,
            1,
            new Threads(1)
        )[0];
        Assert.Equal(1.5 / 1.533206, limits.Below, 1e-6);
        Assert.Equal(3 / 1.533206, limits.Above, 1e-6);
    }

    /// <summary>
    /// Worked by hand. Clusters of 0 0, of 1 and of 3: mean 1, sums of residuals -2, 0, 2. A resample of three clusters with
    /// n values and shifted mean m has error sqrt(3/2 sum (E_c - n_c m)^2) / n: of the first twice and the second n = 5,
    /// m = -4/5, squares 2 (2/5)^2 + (4/5)^2, error 0.24, t* = -10/3; and likewise -4/3, -5/9, 4/9, 1, 2, three times each,
    /// 0 seven times, once below and once above all. Lower tenth -10/3, upper 2; Student's for 2 degrees 0.8 / sqrt(0.18).
    /// </summary>
    [Fact]
    public void Clusters_of_unequal_size_give_the_quantiles_of_their_27_resamples()
    {
        var limits = StudentisedBootstrap.Of(
            [
                [0, 0, 1, 3],
            ],
            [0, 0, 1, 2],
            [2],
            0.8,
            20_000,
            1,
            new Threads(1)
        )[0];
        Assert.Equal(2 * Math.Sqrt(0.18) / 0.8, limits.Below, 1e-9);
        Assert.Equal(10 / 3.0 * Math.Sqrt(0.18) / 0.8, limits.Above, 1e-9);
    }

    [Fact]
    public void A_long_tail_to_the_right_moves_the_upper_limit_away()
    {
        var limits = Of([0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 4]);
        Assert.InRange(limits.Above, 1.3, 2.5);
        Assert.Equal(0.95, limits.Below);
        var mirrored = Of([0, -0.1, -0.2, -0.3, -0.4, -0.5, -0.6, -0.7, -0.8, -4]);
        Assert.Equal(limits.Above, mirrored.Below, 1e-9);
    }

    [Fact]
    public void Scale_and_place_do_not_matter() =>
        Gen.Double[-5, 5]
            .Array[10, 20]
            .Where(values => values.Max() - values.Min() > 0.1)
            .Sample(
                values =>
                {
                    var limits = Of(values);
                    var moved = Of([.. values.Select(value => 3 + (7 * value))]);
                    Assert.Equal(limits.Below, moved.Below, 1e-6);
                    Assert.Equal(limits.Above, moved.Above, 1e-6);
                },
                iter: 20
            );

    [Fact]
    public void Neither_threads_nor_other_columns_matter()
    {
        var random = new Random(2);
        double[][] columns =
        [
            .. Enumerable.Range(0, 70).Select(_ => Enumerable.Range(0, 12).Select(_ => random.NextDouble()).ToArray()),
        ];
        var one = StudentisedBootstrap.Of(columns, null, [.. columns.Select(_ => 11.0)], 0.9, 300, 4, new Threads(1));
        var many = StudentisedBootstrap.Of(columns, null, [.. columns.Select(_ => 11.0)], 0.9, 300, 4, new Threads(3));
        Assert.Equal(one, many);
        Assert.Equal(one[69], StudentisedBootstrap.Of([columns[69]], null, [11], 0.9, 300, 4, new Threads(1))[0]);
    }

    /// <summary>Differences that are equal in decimals and not in doubles: 85.3 - 85.1 and 85.6 - 85.4.</summary>
    [Fact]
    public void Means_that_tie_in_decimals_tie()
    {
        double[] plain = [.. Enumerable.Range(0, 12).Select(i => i % 2 == 0 ? 0.1 : -0.1)];
        double[] noisy = [.. plain.Select((value, i) => value + (i % 3 * 1e-14))];
        Assert.Equal(Of(plain).Below, Of(noisy).Below, 1e-9);
    }

    [Fact]
    public void Whole_clusters_are_drawn()
    {
        double[] values = [1, 1, 1, 4, 4, 4, 9, 9, 9, 2, 2, 2];
        int[] clusters = [0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3];
        var whole = StudentisedBootstrap.Of([values], clusters, [3], 0.8, 500, 1, new Threads(1))[0];
        var means = StudentisedBootstrap.Of(
            [
                [1, 4, 9, 2],
            ],
            null,
            [3],
            0.8,
            500,
            1,
            new Threads(1)
        )[0];
        Assert.Equal(means.Below, whole.Below, 1e-9);
        Assert.Equal(means.Above, whole.Above, 1e-9);
    }

    /// <summary>A short run of `bench simulate N intervals`; three standard errors of 400 samples are 3.3 points.</summary>
    [Fact]
    [Trait("speed", "slow")]
    public void It_covers_and_is_hardly_wider_than_Students()
    {
        List<double> widths = [];
        foreach (var law in MeanIntervals.Laws[..5])
        {
            foreach (var prompts in new[] { 10, 20, 50 })
            {
                var rate = MeanIntervals.Of(law, prompts, runs: 400, resamples: 499, seed: 8, threads: 0);
                Assert.InRange(rate.Coverage, 0.94 - 0.035, 0.985);
                Assert.True(rate.Coverage >= rate.Student - 0.02, rate.ToString());
                widths.Add(rate.Width);
            }
        }

        Assert.InRange(widths.Average(), 1, 1.12);
    }

    private static StudentisedBootstrap Of(double[] values) =>
        StudentisedBootstrap.Of([values], null, [values.Length - 1], 0.95, 999, 1, new Threads(1))[0];
}

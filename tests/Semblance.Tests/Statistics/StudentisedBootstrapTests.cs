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

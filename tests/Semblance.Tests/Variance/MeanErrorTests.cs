using CsCheck;
using Semblance.Consistency;
using Semblance.Simulations;
using Semblance.Statistics;
using Semblance.Variance;

namespace Semblance.Tests.Variance;

public sealed class MeanErrorTests
{
    private static readonly string[] Names = ["7", "8", "9"];

    /// <summary>
    /// Worked by hand. Three prompts of 1, 2, 6 (variance 7, V_prompts 7/3); seeds do (1, -1, 0), (2, -2, 0), (0, -1, 1).
    /// A = (1, -4/3, 1/3), V_seeds = 1 + 16/9 + 1/9 = 26/9; V_within = (2 + 8 + 2) / 9 = 12/9; between 14/9.
    /// V = 7/3 + 14/9 = 35/9; degrees (35/9)^2 / ((7/3)^2 / 2 + (14/9)^2 / 2) = 1225 / ((441 + 196) / 2).
    /// </summary>
    [Fact]
    public void Seeds_of_all_prompts_add_their_covariance()
    {
        var error = MeanError.Of(
            [1, 2, 6],
            Table([
                    [1, -1, 0],
                    [2, -2, 0],
                    [0, -1, 1],
                ])
                .Of(null, 0)
        );
        Assert.Equal(SeedDesign.Crossed, error.SeedDesign);
        Assert.Equal(Math.Sqrt(7 / 3.0), error.PromptError, 1e-12);
        Assert.Equal(Math.Sqrt(35 / 9.0), error.StandardError, 1e-12);
        Assert.Equal(2450 / 637.0, error.DegreesOfFreedom, 1e-12);
        Assert.Equal(14 / 9.0 * 3 / 2, error.SeedsCommon!.Value, 1e-12);
        Assert.Equal(14 / 35.0, error.ShareFromSeeds!.Value, 1e-12);
    }

    /// <summary>Second model less first, seed by seed: (1, -1, 0) - (0, 1, -1) = (1, -2, 1) and so on.</summary>
    [Fact]
    public void A_seed_is_left_out_of_both_models_at_once()
    {
        var table = SeedTable.Of([
            [Set([0, 1, -1]), Set([1, 0, -1])],
            [Set([1, -1, 0]), Set([1, 1, -2])],
        ])!;
        var effects = table.Of(0, 1)!;

        // Differences (1, -2, 1) and (0, 1, -1): twice their product, over 4: 2 (0 - 2 - 1) / 4.
        Assert.Equal(-1.5, effects.Between, 1e-12);
        Assert.Equal(-effects.Between, -table.Of(1, 0)!.Between, 1e-12);
        var below = MeanError.Of([1, 4], effects);
        Assert.Equal(below.PromptError, below.StandardError, 1e-12);
        Assert.Equal(1, below.DegreesOfFreedom);
        Assert.True(below.Independent);
    }

    [Fact]
    public void Seeds_of_one_prompt_each_add_nothing()
    {
        var table = SeedTable.Of([
            [
                Set([1, -1, 0]),
                new SeedDeviations(["1", "2", "3"], [2, -2, 0]),
                new SeedDeviations(["4", "5", "6"], [3, 0, -3]),
            ],
        ])!;
        Assert.Equal(new SeedEffects(SeedDesign.Nested, 0, 0), table.Of(null, 0));
        Assert.Equal(1, MeanError.Of([1, 2, 6], table.Of(null, 0)).Widening(0.025, 3));
    }

    [Fact]
    public void Some_seeds_in_common_are_partly_and_unknown_ones_are_said_so()
    {
        var table = SeedTable.Of([
            [Set([1, -1, 0]), new SeedDeviations(["7", "2", "3"], [2, -2, 0])],
            [Set([1, -1, 0]), null],
        ])!;

        // Only seed 7 is shared: 2 x 1 x 2 / 4.
        Assert.Equal(new SeedEffects(SeedDesign.Partly, 1, 1), table.Of(null, 0));
        Assert.Null(table.Of(null, 1));
        Assert.Null(table.Of(0, 1));
        Assert.Equal(SeedDesign.Unknown, MeanError.Of([1, 2]).SeedDesign);
        Assert.Null(MeanError.Of([1, 2]).SeedsCommon);
    }

    /// <summary>The definition, from the similarities themselves: leave a seed out of all prompts at once, and out of each.</summary>
    [Fact]
    public void The_variance_is_that_of_the_delete_one_seed_jackknives()
    {
        var (p, s) = (6, 5);
        var matrix = SharedSeeds.Matrix(p, s, 0.4, both: false, new Draws(5, 1));
        var without = new double[p][];
        var draws = new Random(3);
        var kernels = new PairKernel[p];
        string[] names = [.. Enumerable.Range(0, s).Select(i => $"{i}")];
        for (var i = 0; i < p; i++)
        {
            var vectors = Enumerable.Range(0, s * 4).Select(_ => (float)(draws.NextDouble() - 0.2)).ToArray();
            kernels[i] = PairKernel.OfEmbeddings(vectors, 4);
            without[i] = kernels[i].DeleteOne();
            var set = ConsistencyScore.Of(vectors, 4);
            var deviations = SeedDeviations.Of(kernels[i], names)!;
            Assert.Equal(set.StandardError!.Value, Math.Sqrt(deviations.Values.Sum(x => x * x)), 1e-9);
            Assert.All(
                deviations.Values.Zip(SeedDeviations.Of(set.PerImage, names)!.Values),
                both => Assert.Equal(both.First, both.Second, 1e-9)
            );
        }

        double Jackknife(double[] values) => (s - 1.0) / s * values.Sum(value => Math.Pow(value - values.Average(), 2));
        var seeds = Jackknife([.. Enumerable.Range(0, s).Select(k => without.Average(own => own[k]))]);
        var within = without.Average(Jackknife) / p;
        var effects = SeedTable
            .Of([
                [.. kernels.Select(kernel => SeedDeviations.Of(kernel, names))],
            ])!
            .Of(null, 0)!;
        Assert.Equal(seeds - within, effects.Between, 1e-9);
        Assert.Equal(SeedDesign.Crossed, effects.Design);
        Assert.Equal(2, matrix.Models.Count);
    }

    [Fact]
    public void Fewer_than_three_images_and_a_seed_twice_are_unknown()
    {
        var two = ConsistencyScore.Of([1, 0, 0, 1], 2);
        Assert.Null(SeedDeviations.Of(two.PerImage, ["1", "2"]));
        var three = ConsistencyScore.Of([1, 0, 0, 1, 1, 1], 2);
        Assert.Null(SeedDeviations.Of(three.PerImage, ["1", "2", "2"]));
        Assert.Null(SeedDeviations.Of(three.PerImage, null));
        Assert.NotNull(SeedDeviations.Of(three.PerImage, ["1", "2", "3"]));
    }

    /// <summary>Clusters of 1, 2 and 3 of 6: residual sums 0, of values 1, 2, 3, 4, 5, 9 (mean 4) -3; -3; +6.</summary>
    [Fact]
    public void Clusters_are_the_unit()
    {
        double[] values = [1, 2, 3, 4, 5, 9];
        int[] clusters = [0, 1, 1, 2, 2, 2];
        var error = MeanError.Of(values, null, clusters);
        var variance = ((9 / (1 - (1 / 6.0))) + (9 / (1 - (2 / 6.0))) + (36 / (1 - (3 / 6.0)))) / 36;
        Assert.Equal(Math.Sqrt(variance), error.StandardError, 1e-12);
        Assert.Equal(3, error.Clusters);
        Assert.Equal(Degrees(clusters), error.DegreesOfFreedom, 1e-9);
    }

    [Fact]
    public void Clusters_of_one_prompt_are_no_clusters() =>
        Gen.Double[-9, 9]
            .Array[2, 12]
            .Where(values => values.Max() - values.Min() > 1e-3)
            .Sample(values =>
            {
                var plain = MeanError.Of(values);
                var each = MeanError.Of(values, null, [.. Enumerable.Range(0, values.Length)]);
                Assert.Equal(plain.StandardError, each.StandardError, 1e-9);
                Assert.Equal(values.Length - 1, each.DegreesOfFreedom, 1e-6);
            });

    [Fact]
    public void One_cluster_has_no_error() =>
        Assert.Equal(
            Assumption.TooFew,
            Assert.Throws<AssumptionException>(() => MeanError.Of([1, 2, 3], null, [0, 0, 0])).Violated
        );

    /// <summary>Two-way with clusters: within-cluster products of seeds are in the clusters' variance already.</summary>
    [Fact]
    public void Seeds_within_a_cluster_are_counted_once()
    {
        var table = Table([
            [1, -1, 0],
            [2, -2, 0],
            [0, -1, 1],
        ]);

        // Sums of the clusters (3, -3, 0) and (0, -1, 1): twice their product, 6 / 9.
        Assert.Equal(6 / 9.0, table.Of(null, 0, [0, 0, 1])!.Between, 1e-12);
    }

    /// <summary>tr(B)^2 / tr(B^2) from the matrices themselves.</summary>
    private static double Degrees(int[] clusters)
    {
        var n = clusters.Length;
        var count = clusters.Max() + 1;
        var rows = new double[count][];
        for (var c = 0; c < count; c++)
        {
            var size = clusters.Count(one => one == c);
            var scale = 1 / (n * Math.Sqrt(1 - ((double)size / n)));
            rows[c] = [.. clusters.Select(one => (one == c ? scale : 0) - (size * scale / n))];
        }

        var trace = 0.0;
        var squares = 0.0;
        for (var a = 0; a < count; a++)
        {
            for (var b = 0; b < count; b++)
            {
                var product = rows[a].Zip(rows[b], (x, y) => x * y).Sum();
                trace += a == b ? product : 0;
                squares += product * product;
            }
        }

        return trace * trace / squares;
    }

    private static SeedDeviations Set(double[] values) => new(Names, values);

    private static SeedTable Table(double[][] prompts) =>
        SeedTable.Of([
            [.. prompts.Select(Set)],
        ])!;
}

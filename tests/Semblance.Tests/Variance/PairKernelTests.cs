using Semblance.Consistency;
using Semblance.Statistics;
using Semblance.Tests.Statistics;
using Semblance.Variance;

namespace Semblance.Tests.Variance;

public sealed class PairKernelTests
{
    public static IEnumerable<TheoryDataRow<string>> Cases => Golden.Cases("pair_score_variance");

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Cases))]
    public void Golden_variances_of_a_score(string name) =>
        Golden.Check(
            "pair_score_variance",
            name,
            input => input.Has("similarity_a") ? Difference(input) : OneSet(PairKernel.Of(input.Rows("similarity")))
        );

    private static Fields Difference(CaseInput input)
    {
        var (a, b) = (PairKernel.Of(input.Rows("similarity_a")), PairKernel.Of(input.Rows("similarity_b")));
        var difference = a.Minus(b);
        return new()
        {
            ["difference"] = difference.Mean,
            ["jackknife_se_same_seeds"] = difference.JackknifeError(),
            ["jackknife_se_independent_seeds"] = double.Hypot(a.JackknifeError()!.Value, b.JackknifeError()!.Value),
        };
    }

    private static Fields OneSet(PairKernel kernel)
    {
        var components = kernel.Components();
        return new Fields
        {
            ["n"] = kernel.Images,
            ["score"] = kernel.Mean,
            ["delete_one_scores"] = kernel.DeleteOne(),
            ["jackknife_se"] = kernel.JackknifeError(),
            ["zeta1"] = components?.Zeta1,
            ["zeta2"] = components?.Zeta2,
            ["variance_unbiased"] = components?.VarianceAt(kernel.Images),
            ["variance_truncated"] = components is null ? null : Math.Max(0, components.VarianceAt(kernel.Images)),
            ["predicted_variance"] = components is null
                ? null
                : new Fields
                {
                    ["2"] = components.VarianceAt(2),
                    ["5"] = components.VarianceAt(5),
                    ["10"] = components.VarianceAt(10),
                    ["20"] = components.VarianceAt(20),
                    ["50"] = components.VarianceAt(50),
                },
        }.Without("pairs", "naive_se", "min_pair", "max_pair", "median_pair", "hajek_se");
    }

    [Theory]
    [InlineData(4, 0.3)]
    [InlineData(9, 1.0)]
    [InlineData(25, 0.01)]
    [InlineData(40, 5.0)]
    public void Components_from_embeddings_from_the_score_and_from_the_matrix_agree(int images, double spread)
    {
        var embeddings = Embeddings(images, 7, spread, 3);
        var kernel = PairKernel.OfEmbeddings(embeddings, 7);
        var score = ConsistencyScore.Of(embeddings, 7);
        var matrix = PairKernel.Of(Similarities(embeddings, 7));
        var (one, two, three) = (
            kernel.Components()!,
            PairComponents.Of(score.PerImage, score.PairStandardDeviation)!,
            matrix.Components()!
        );
        Assert.Equal(score.Scs, kernel.Mean, 1e-9);
        Assert.Equal(score.StandardError!.Value, kernel.JackknifeError()!.Value, 1e-9 * (1 + one.Zeta2));
        Assert.Equal(one.Zeta2, two.Zeta2, 1e-8 * one.Zeta2);
        Assert.Equal(one.Zeta1, two.Zeta1, 1e-8 * one.Zeta2);
        Assert.Equal(one.Zeta2, three.Zeta2, 1e-8 * one.Zeta2);
        Assert.Equal(one.Zeta1, three.Zeta1, 1e-8 * one.Zeta2);
    }

    [Fact]
    public void Components_are_means_over_distinct_images()
    {
        // Worked from the definition: all ordered tuples of distinct images of a set of six.
        var k = Similarities(Embeddings(6, 4, 1, 8), 4);
        double two = 0,
            one = 0,
            none = 0;
        foreach (var (i, j, l, m) in Tuples(6))
        {
            two += k[i][j] * k[i][j];
            one += k[i][j] * k[i][l];
            none += k[i][j] * k[l][m];
        }

        var count = 6 * 5 * 4 * 3;
        var components = PairKernel.Of(k).Components()!;
        Assert.Equal((one - none) / count, components.Zeta1, 1e-8);
        Assert.Equal((two - none) / count, components.Zeta2, 1e-8);
    }

    [Fact]
    public void Fewer_than_four_images_have_no_components()
    {
        Assert.Null(PairKernel.OfEmbeddings(Embeddings(3, 4, 1, 1), 4).Components());
        Assert.Null(PairComponents.Of(ConsistencyScore.Of(Embeddings(3, 4, 1, 1), 4).PerImage, 1));
        Assert.Null(PairKernel.OfEmbeddings(Embeddings(2, 4, 1, 1), 4).JackknifeError());
    }

    [Fact]
    public void A_set_minus_itself_has_no_variance()
    {
        var kernel = PairKernel.OfEmbeddings(Embeddings(8, 4, 1, 2), 4);
        Assert.Equal(new PairComponents(0, 0), kernel.Minus(kernel).Components());
    }

    [Fact]
    public void A_direction_of_zero_length_is_refused() =>
        Assert.Equal(
            Assumption.Undefined,
            Assert.Throws<AssumptionException>(() => PairKernel.OfEmbeddings(new float[8], 4)).Violated
        );

    private static IEnumerable<(int, int, int, int)> Tuples(int n) =>
        from i in Enumerable.Range(0, n)
        from j in Enumerable.Range(0, n)
        from l in Enumerable.Range(0, n)
        from m in Enumerable.Range(0, n)
        where i != j && i != l && i != m && j != l && j != m && l != m
        select (i, j, l, m);

    private static double[][] Similarities(float[] embeddings, int dimension)
    {
        var n = embeddings.Length / dimension;
        double Dot(int i, int j) =>
            Enumerable
                .Range(0, dimension)
                .Sum(k => (double)embeddings[(i * dimension) + k] * embeddings[(j * dimension) + k]);
        return
        [
            .. Enumerable
                .Range(0, n)
                .Select(i =>
                    Enumerable
                        .Range(0, n)
                        .Select(j => Math.Max(0, 100 * Dot(i, j) / Math.Sqrt(Dot(i, i) * Dot(j, j))))
                        .ToArray()
                ),
        ];
    }

    private static float[] Embeddings(int images, int dimension, double spread, int seed)
    {
        var draws = new NormalDraws(seed);
        return
        [
            .. Enumerable
                .Range(0, images * dimension)
                .Select(i => (float)((i % dimension == 0 ? 2 : 0) + (spread * draws.Next()))),
        ];
    }
}

using CsCheck;
using Semblance.Statistics;

namespace Semblance.Tests.Statistics;

/// <summary>Friedman and Nemenyi.</summary>
public sealed class SeveralModelsTests
{
    public static IEnumerable<TheoryDataRow<string>> FriedmanCases => Golden.Cases("friedman");

    public static IEnumerable<TheoryDataRow<string>> NemenyiCases => Golden.Cases("nemenyi");

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(FriedmanCases))]
    public void Golden_friedman_tests(string name) =>
        Golden.Check(
            "friedman",
            name,
            input =>
            {
                var test = Friedman.Of(input.Rows("scores"));
                return new()
                {
                    ["average_ranks"] = test.AverageRanks,
                    ["chi_square"] = test.ChiSquare,
                    ["df"] = test.DegreesOfFreedom,
                    ["p_chi_square"] = test.PChiSquare,
                    ["kendalls_w"] = test.KendallsW,
                    ["iman_davenport_f"] = test.F,
                    ["df1"] = test.DegreesOfFreedom,
                    ["df2"] = test.FDegreesOfFreedom,
                    ["p_f"] = test.PF,
                };
            }
        );

    [Theory]
    [InlineData(3, 4)]
    [InlineData(4, 3)]
    [InlineData(2, 5)]
    public void The_least_p_is_the_chance_that_all_prompts_agree(int prompts, int models)
    {
        // Every arrangement of ranks, prompt by prompt: how many agree wholly?
        var orders = Orders(models).ToArray();
        var all = Math.Pow(orders.Length, prompts);
        var agreeing = 0;
        for (var number = 0; number < all; number++)
        {
            var rest = number;
            var first = rest % orders.Length;
            var agree = true;
            for (var i = 0; i < prompts; i++, rest /= orders.Length)
            {
                agree &= rest % orders.Length == first;
            }

            agreeing += agree ? 1 : 0;
        }

        var scores = Enumerable.Range(0, prompts).Select(_ => orders[1]).ToArray();
        var test = Friedman.Of(scores);
        Assert.Equal(double.PositiveInfinity, test.F);
        Assert.Equal(agreeing / all, test.LeastP, 1e-12);

        static IEnumerable<double[]> Orders(int count) =>
            count == 1
                ?
                [
                    [1],
                ]
                : Orders(count - 1)
                    .SelectMany(order =>
                        Enumerable.Range(0, count).Select(at => (double[])[.. order[..at], count, .. order[at..]])
                    );
    }

    [Fact]
    public void Models_that_tie_have_fewer_orders()
    {
        // 1.5, 1.5, 3: three orders for each of four prompts, of which 3 of 81 agree.
        var test = Friedman.Of([
            [7, 7, 8],
            [1, 1, 2],
            [5, 5, 9],
            [2, 2, 3],
        ]);
        Assert.Equal(double.PositiveInfinity, test.F);
        Assert.Equal(3 / 81.0, test.LeastP, 1e-12);
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(NemenyiCases))]
    public void Golden_comparisons_of_all_pairs(string name) =>
        Golden.Check(
            "nemenyi",
            name,
            input =>
            {
                var scores = input.Rows("scores");
                var test = Nemenyi.Of(scores);
                var models = Enumerable.Range(0, scores[0].Length).ToArray();
                var pairs = models.SelectMany(i => models.Skip(i + 1).Select(j => (First: i, Second: j))).ToArray();
                var wilcoxon = pairs.Select(pair => SignedRankP(scores, pair.First, pair.Second)).ToArray();
                return new()
                {
                    ["pairs"] = pairs.Select(pair => new[] { pair.First, pair.Second }).ToArray(),
                    ["rank_differences"] = pairs.Select(pair => test.RankDifference(pair.First, pair.Second)).ToArray(),
                    ["critical_difference"] = new Fields
                    {
                        ["0.05"] = test.CriticalDifference(),
                        ["0.1"] = test.CriticalDifference(0.1),
                    },
                    ["p_nemenyi"] = pairs.Select(pair => test.PValue(pair.First, pair.Second)).ToArray(),
                    ["p_wilcoxon_normal"] = wilcoxon,
                    ["p_wilcoxon_holm"] = MultipleComparisons.Holm(wilcoxon),
                };
            }
        );

    // A pair without any difference cannot differ: p = 1, so that it counts in the family.
    private static double SignedRankP(double[][] scores, int first, int second)
    {
        var x = Array.ConvertAll(scores, row => row[first]);
        var y = Array.ConvertAll(scores, row => row[second]);
        return x.SequenceEqual(y) ? 1 : WilcoxonSignedRank.Of(x, y).Normal.TwoSided;
    }

    [Fact]
    public void Three_prompts_worked_by_hand()
    {
        // Rank sums 3, 7, 8 around 6: chi squared = 12 / (3 * 3 * 4) * (9 + 1 + 4) = 14 / 3, F = 2 (14/3) / (6 - 14/3) = 7.
        var test = Friedman.Of([
            [1, 2, 3],
            [1, 3, 2],
            [1, 2, 3],
        ]);
        Assert.Equal(14.0 / 3, test.ChiSquare, 1e-12);
        Assert.Equal(7, test.F, 1e-12);
        Assert.Equal(7.0 / 9, test.KendallsW, 1e-12);
        Assert.Equal(Math.Exp(-7.0 / 3), test.PChiSquare, 1e-12);
    }

    [Fact]
    public void Prompts_that_agree_have_concordance_1_whatever_their_number() =>
        Gen.Select(Gen.Int[2, 40], Gen.Int[3, 12])
            .Sample(
                (n, k) =>
                {
                    var row = Enumerable.Range(0, k).Select(j => (double)(j * j)).ToArray();
                    var test = Friedman.Of([.. Enumerable.Repeat(row, n)]);
                    return test.KendallsW == 1 && double.IsPositiveInfinity(test.F) && test.PF == 0;
                },
                iter: 100
            );

    [Fact]
    public void Two_models_at_the_critical_difference_have_a_p_of_alpha()
    {
        var scores = Enumerable.Range(0, 50).Select(i => new double[] { i % 3, i % 5, i % 7, i % 2 }).ToArray();
        var test = Nemenyi.Of(scores);
        var edge = test with { AverageRanks = [1, 2, 3, 1 + test.CriticalDifference(0.1)] };
        Assert.Equal(0.1, edge.PValue(0, 3), 1e-8);
        Assert.Equal(0.1, edge.PValue(3, 0), 1e-8);
    }
}

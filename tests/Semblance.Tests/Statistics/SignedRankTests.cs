using Semblance.Statistics;

namespace Semblance.Tests.Statistics;

public sealed class SignedRankTests
{
    public static IEnumerable<TheoryDataRow<string>> WilcoxonCases =>
        Golden.Cases("wilcoxon_signed_rank", input => input.Text("zero_method") == "wilcox");

    public static IEnumerable<TheoryDataRow<string>> HodgesLehmannCases => Golden.Cases("hodges_lehmann");

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(WilcoxonCases))]
    public void Golden_signed_rank_tests(string name) =>
        Golden.Check(
            "wilcoxon_signed_rank",
            name,
            input =>
            {
                var test = WilcoxonSignedRank.Of(input.Numbers("x"), input.Numbers("y"));
                return new()
                {
                    ["n_pairs"] = test.Pairs,
                    ["n_zero"] = test.Zeros,
                    ["n_ranked_nonzero"] = test.Ranked,
                    ["has_ties"] = test.HasTies,
                    ["w_plus"] = test.WPlus,
                    ["w_minus"] = test.WMinus,
                    ["mean"] = test.Mean,
                    ["standard_error"] = test.StandardError,
                    ["z"] = test.Z,
                    ["p_exact"] = Fields.Of(test.Exact!),
                    ["p_normal"] = Fields.Of(test.Normal),
                    ["p_normal_corrected"] = Fields.Of(test.NormalCorrected),
                    ["scipy_auto_method"] = ScipyWilcoxon.Method(test),
                };
            }
        );

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(HodgesLehmannCases))]
    public void Golden_pseudomedians(string name) =>
        Golden.Check(
            "hodges_lehmann",
            name,
            input =>
            {
                var result = HodgesLehmann.Of(input.Numbers("x"), input.Numbers("y"), input.Number("level"));
                return new()
                {
                    ["pseudomedian"] = result.Pseudomedian,
                    ["walsh_count"] = result.WalshCount,
                    ["exact_rank"] = result.ExactRank,
                    ["exact_ci"] = PairedTTestTests.Pair(result.Exact!.Value),
                    ["exact_achieved_level"] = result.AchievedLevel,
                    ["approximate_rank"] = result.ApproximateRank,
                    ["approximate_ci"] = PairedTTestTests.Pair(result.Approximate),
                };
            }
        );

    [Fact]
    public void Three_differences_worked_by_hand()
    {
        // Ranks 1, 2, 3 with signs +, -, +: W+ = 4; of the 8 sign choices 4 or more comes up in 3 (4, 5, 6).
        var test = WilcoxonSignedRank.Of([1, -2, 3]);
        Assert.Equal(4, test.WPlus);
        Assert.Equal(new PValues(0.75, 0.75, 0.375), test.Exact);
    }

    [Fact]
    public void A_thousand_positive_differences_keep_their_tail()
    {
        var test = WilcoxonSignedRank.Of([.. Enumerable.Range(1, 1000).Select(i => (double)i)]);
        Assert.Equal(1, test.Exact!.Greater / Math.Pow(2, -1000), 1e-12);
    }

    [Fact]
    public void Above_the_limit_the_approximation_stands_alone()
    {
        double[] d =
        [
            .. Enumerable.Range(1, WilcoxonSignedRank.ExactLimit + 1).Select(i => i % 3 == 0 ? -i : (double)i),
        ];
        var test = WilcoxonSignedRank.Of(d);
        Assert.Null(test.Exact);
        Assert.Equal(test.NormalCorrected, test.P);
        Assert.Null(HodgesLehmann.Of(d).Exact);
    }

    [Fact]
    public void Walsh_averages_are_those_of_the_sorted_list()
    {
        double[] d = [-3.25, 0, 1e-300, 2, 2, -1e12, 7.5, -0.0];
        var walsh = new WalshAverages(d);
        var all = Enumerable
            .Range(0, d.Length)
            .SelectMany(i => Enumerable.Range(i, d.Length - i).Select(j => (d[i] + d[j]) / 2))
            .Order()
            .ToArray();
        Assert.Equal(all.Length, walsh.Count);
        Assert.Equal(all, Enumerable.Range(1, all.Length).Select(k => walsh.At(k)));
    }
}

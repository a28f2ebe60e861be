using Semblance.Statistics;
using Semblance.Tests.Statistics;
using Semblance.Variance;

namespace Semblance.Tests.Variance;

public sealed class VarianceSplitTests
{
    public static IEnumerable<TheoryDataRow<string>> Cases => Golden.Cases("prompt_variance");

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Cases))]
    public void Golden_variances_over_prompts(string name) =>
        Golden.Check(
            "prompt_variance",
            name,
            input =>
            {
                var (a, b) = (input.Numbers("scores_a"), input.Numbers("scores_b"));
                var (va, vb) = (input.Numbers("seed_variance_a"), input.Numbers("seed_variance_b"));
                var difference = Sample.Differences(a, b);
                return new()
                {
                    ["a"] = Of(a, va),
                    ["b"] = Of(b, vb),
                    ["difference_independent_seeds"] = Of(difference, [.. va.Zip(vb, (x, y) => x + y)]),
                };
            }
        );

    [Fact]
    public void A_part_from_seeds_below_0_leaves_the_error_for_these_prompts_unknown()
    {
        Assert.Null(VarianceSplit.Of([70, 72, 75], [-1, 0.2, 0.3]).StandardErrorFixedPrompts);
        Assert.Equal(0, VarianceSplit.Of([70, 72, 75], [0, 0, 0]).StandardErrorFixedPrompts);
    }

    private static Fields Of(double[] scores, double[] seedVariances)
    {
        var split = VarianceSplit.Of(scores, seedVariances);
        var (low, high) = MeanInterval.Student(scores);
        return new()
        {
            ["mean"] = scores.Average(),
            ["variance_total"] = split.Total,
            ["variance_seeds"] = split.Seeds,
            ["variance_prompts"] = split.Prompts,
            ["variance_prompts_truncated"] = Math.Max(0, split.Prompts),
            ["share_from_seeds"] = split.ShareFromSeeds,
            ["se_mean_prompts_random"] = split.StandardErrorRandomPrompts,
            ["se_mean_prompts_fixed"] = split.StandardErrorFixedPrompts,
            ["ci95_prompts_random"] = new[] { low, high },
        };
    }
}

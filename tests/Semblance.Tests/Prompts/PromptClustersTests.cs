using Semblance.Comparison;
using Semblance.Prompts;
using Semblance.Simulations;

namespace Semblance.Tests.Prompts;

public sealed class PromptClustersTests
{
    private static readonly string[] Foxes = ["A red fox.", "a red fox, painted", "A RED owl", "a blue owl"];

    [Theory]
    [InlineData(1, new[] { 0, 0, 0, 0 })]
    [InlineData(2, new[] { 0, 0, 0, 1 })]
    [InlineData(3, new[] { 0, 0, 1, 2 })]
    [InlineData(9, new[] { 0, 1, 2, 3 })]
    public void First_words_make_clusters_whatever_their_case(int words, int[] clusters)
    {
        if (clusters.Max() == 0)
        {
            Assert.Contains(
                "one cluster",
                Assert.Throws<InputException>(() => PromptClusters.ByFirstWords(words).Assign(Foxes)).Message,
                StringComparison.Ordinal
            );
        }
        else
        {
            Assert.Equal(clusters, PromptClusters.ByFirstWords(words).Assign(Foxes));
        }
    }

    [Fact]
    public void No_words_make_no_cluster() => Assert.Throws<UsageException>(() => PromptClusters.ByFirstWords(0));

    [Fact]
    public void A_table_is_matched_by_text_and_by_key()
    {
        var clusters = PromptClusters.Of(
            "t.csv",
            [("a red fox", "fox"), ("a red fox, painted", "fox"), ("A RED owl", "owl"), ("a blue owl", "owl")]
        );
        Assert.Equal([0, 0, 1, 1], clusters.Assign(Foxes));
        var fault = Assert.Throws<InputException>(() => clusters.Assign([.. Foxes, "a dog", "a cat"]));
        Assert.Equal(
            "t.csv has no cluster for 2 prompts of 6: \"a dog\" and \"a cat\"; give each prompt one.",
            fault.Message
        );
    }

    [Fact]
    public void A_prompt_is_in_one_cluster() =>
        Assert.Equal(
            "t.csv puts the prompt \"a fox\" into two clusters, \"x\" and \"y\"; keep one.",
            Assert
                .Throws<InputException>(() =>
                    PromptClusters.Of("t.csv", [("a fox", "x"), ("a fox", "x"), ("a fox", "y")])
                )
                .Message
        );

    [Theory]
    [InlineData(new[] { "a red fox", "a red fox!", "a dog" }, 2)]
    [InlineData(new[] { "a red fox 1", "a red fox 2", "a dog" }, 2)]
    [InlineData(new[] { "a red fox", "a red fox in snow", "a red foxglove" }, 2)]
    [InlineData(new[] { "a red fox, oil painting", "a red fox, photo", "a dog" }, 2)]
    [InlineData(new[] { "a red fox", "a red fox in snow", "a red fox in snow 2" }, 3)]
    [InlineData(new[] { "cat", "cat on a mat", "dog" }, 0)]
    [InlineData(new[] { "prompt 1", "prompt 2" }, 0)]
    [InlineData(new[] { "1", "2", "3" }, 0)]
    [InlineData(new[] { "a red fox", "the red fox", "a blue fox" }, 0)]
    public void Prompts_that_look_alike_are_found(string[] prompts, int alike) =>
        Assert.Equal(alike, LookAlikePrompts.Of(prompts).Sum(group => group.Count));

    [Fact]
    public void They_are_warned_of_unless_clusters_are_given()
    {
        string[] prompts =
        [
            .. Enumerable
                .Range(0, 6)
                .SelectMany(i => new[] { $"the subject {(char)('a' + i)}", $"the subject {(char)('a' + i)}, photo" }),
        ];
        double[] d = [.. prompts.Select((_, i) => 0.1 * i)];
        var matrix = KnownTruth.Matrix(d) with { Prompts = prompts };
        var report = Comparison.Scores.Compare(matrix);
        Assert.StartsWith(
            "12 of 12 prompts are variants of 6 texts, such as \"the subject a\" and \"the subject a, photo\"",
            report.LookAlike,
            StringComparison.Ordinal
        );
        Assert.Contains(report.LookAlike, report.Warnings);
        Assert.Equal(report.LookAlike, ConsistencyGate.Decide(matrix, "first", "second").LookAlike);
        var told = matrix with { Clusters = PromptClusters.ByFirstWords(3).Assign(prompts) };
        var clustered = Comparison.Scores.Compare(told);
        Assert.Null(clustered.LookAlike);
        Assert.Equal(6, clustered.Clusters);
        Assert.NotNull(clustered.Pairs[0].RobustT);
        Assert.Contains("clusters", ConsistencyGate.Decide(told, "first", "second").Method, StringComparison.Ordinal);
    }

    /// <summary>Four clusters have too few signs to decide at 0.05, however many prompts there are.</summary>
    [Fact]
    public void Clusters_count_where_the_fewest_are_asked_for()
    {
        double[] d = [.. Enumerable.Range(0, 40).Select(i => 5 + (0.1 * (i % 4)))];
        var matrix = KnownTruth.Matrix(d) with { Clusters = [.. d.Select((_, i) => i % 4)] };
        var decision = ConsistencyGate.Decide(matrix, "first", "second");
        Assert.Equal(GateOutcome.Inconclusive, decision.Outcome);
        Assert.Contains(
            decision.Warnings,
            one => one.StartsWith("4 clusters of prompts are too few", StringComparison.Ordinal)
        );
    }

    /// <summary>A short run of `bench simulate N clusters`; three standard errors of 400 studies are 3.3 points.</summary>
    [Theory]
    [Trait("speed", "slow")]
    [InlineData(false, 0)]
    [InlineData(false, 0.3)]
    [InlineData(false, 0.6)]
    [InlineData(true, 0.6)]
    public void Intervals_cover_and_tests_hold_over_clusters(bool uneven, double correlation)
    {
        var rates = PromptFamilies.Of(20, uneven, correlation, runs: 400, seed: 5, threads: 0);
        foreach (var rate in rates.Where(rate => !rate.What.StartsWith("... as if", StringComparison.Ordinal)))
        {
            var slack = 3 * rate.StandardError;
            Assert.InRange(rate.Observed, rate.AtMost ? 0 : 0.95 - slack, rate.Nominal + slack);
        }

        if (correlation > 0)
        {
            Assert.True(rates[2].Observed < 0.87, rates[2].ToString());
        }
    }
}

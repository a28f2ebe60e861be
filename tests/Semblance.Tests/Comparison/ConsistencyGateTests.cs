using System.Text.Json;
using Semblance.Comparison;
using Semblance.Statistics;
using Semblance.Statistics.Distributions;
using Semblance.Variance;

namespace Semblance.Tests.Comparison;

public sealed class ConsistencyGateTests
{
    [Theory]
    // Mean 0.5, limits about 0.08 and 0.92 at margins of 1 point.
    [InlineData(0.5, GateClaim.NonInferiority, 1, GateOutcome.Pass)]
    [InlineData(0.5, GateClaim.Superiority, 0, GateOutcome.Pass)]
    [InlineData(0.5, GateClaim.Superiority, 1, GateOutcome.Fail)]
    [InlineData(0.5, GateClaim.Superiority, 0.5, GateOutcome.Inconclusive)]
    [InlineData(0.5, GateClaim.Equivalence, 1, GateOutcome.Pass)]
    [InlineData(0.5, GateClaim.Equivalence, 0.5, GateOutcome.Inconclusive)]
    [InlineData(0.5, GateClaim.Variety, 1, GateOutcome.Pass)]
    [InlineData(-2, GateClaim.Variety, 0, GateOutcome.Pass)]
    [InlineData(2, GateClaim.Variety, 1, GateOutcome.Fail)]
    [InlineData(0.5, GateClaim.Variety, 0.5, GateOutcome.Inconclusive)]
    [InlineData(-2, GateClaim.NonInferiority, 1, GateOutcome.Fail)]
    [InlineData(-1.2, GateClaim.NonInferiority, 1, GateOutcome.Inconclusive)]
    [InlineData(-2, GateClaim.Equivalence, 1, GateOutcome.Fail)]
    [InlineData(2, GateClaim.Equivalence, 1, GateOutcome.Fail)]
    public void Limits_decide(double mean, GateClaim claim, double margin, GateOutcome outcome)
    {
        foreach (var test in Enum.GetValues<GateTest>())
        {
            var matrix = Scores.WithDifferences([
                .. Enumerable.Range(0, 20).Select(i => mean + (1.0 / 10 * (i - 9.5))),
            ]);
            var decision = ConsistencyGate.Decide(
                matrix,
                "model 0",
                "model 1",
                new GateOptions
                {
                    Claim = claim,
                    Margin = margin,
                    Test = test,
                }
            );
            Assert.Equal(outcome, decision.Outcome);
            Assert.StartsWith(outcome.ToString(), decision.Sentence, StringComparison.Ordinal);
            Assert.Equal(outcome == GateOutcome.Inconclusive, decision.MorePrompts != 0);
            Assert.Equal(outcome == GateOutcome.Pass, decision.P <= 0.05);
        }
    }

    private static IEnumerable<JsonElement> Cases(string file)
    {
        var path = Fixtures.At("statistics", file);
        Assert.SkipUnless(File.Exists(path), $"There is no {file}.");
        return JsonDocument
            .Parse(File.ReadAllBytes(path))
            .RootElement.GetProperty("cases")
            .EnumerateArray()
            .Where(one =>
                one.TryGetProperty("expected", out _) && one.GetProperty("input").GetProperty("x").GetArrayLength() >= 5
            );
    }

    private static GateDecision Decide(JsonElement input, double margin, GateClaim claim, GateTest test)
    {
        double[] Of(string name) => [.. input.GetProperty(name).EnumerateArray().Select(number => number.GetDouble())];
        var differences = Of("y").Zip(Of("x"), (y, x) => y - x).ToArray();
        return ConsistencyGate.Decide(
            Scores.WithDifferences(differences),
            "model 0",
            "model 1",
            new GateOptions
            {
                Claim = claim,
                Margin = margin,
                Test = test,
            }
        );
    }

    /// <summary>Scipy and R; only differences that are those of scores.</summary>
    [Fact]
    public void Non_inferiority_is_that_of_scipy()
    {
        var checkedCases = 0;
        foreach (var one in Cases("non_inferiority_paired.json"))
        {
            var (input, expected) = (one.GetProperty("input"), one.GetProperty("expected"));
            if (!one.GetProperty("name").GetString()!.StartsWith("scores_", StringComparison.Ordinal))
            {
                continue;
            }

            var margin = input.GetProperty("margin").GetDouble();
            var student = Decide(input, margin, GateClaim.NonInferiority, GateTest.Student);
            Assert.Equal(1, student.P / expected.GetProperty("p_t").GetDouble(), 1e-9);
            Assert.Equal(expected.GetProperty("mean_difference_lower_bound95").GetDouble(), student.Low, 1e-9);
            var ranks = Decide(input, margin, GateClaim.NonInferiority, GateTest.Wilcoxon);
            Assert.Equal(1, ranks.P / expected.GetProperty("p_wilcoxon_exact").GetDouble(), 1e-9);
            checkedCases++;
        }

        Assert.True(checkedCases >= 9);
    }

    /// <summary>Two one-sided tests of statsmodels, where both margins are one.</summary>
    [Fact]
    public void Equivalence_is_that_of_statsmodels()
    {
        var checkedCases = 0;
        foreach (var one in Cases("equivalence_tost_paired.json"))
        {
            var (input, expected) = (one.GetProperty("input"), one.GetProperty("expected"));
            var margin = input.GetProperty("upper").GetDouble();
            // Differences of 1e-12 points are rounding for scores.
            if (margin + input.GetProperty("lower").GetDouble() != 0 || margin is < 0.01 or > 100)
            {
                continue;
            }

            var decision = Decide(input, margin, GateClaim.Equivalence, GateTest.Student);
            Assert.Equal(1, decision.P / expected.GetProperty("p_value").GetDouble(), 1e-9);
            Assert.Equal(expected.GetProperty("ci90")[0].GetDouble(), decision.Low, 1e-9);
            Assert.Equal(expected.GetProperty("ci90")[1].GetDouble(), decision.High, 1e-9);
            checkedCases++;
        }

        Assert.True(checkedCases >= 9);
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Study.Names), MemberType = typeof(Study))]
    public void The_studies_p_values_come_out(string name)
    {
        var study = Study.Of(name);
        var (first, second) = (study.Matrix.Models[0], study.Matrix.Models[1]);
        GateDecision Decide(GateClaim claim) =>
            ConsistencyGate.Decide(study.Matrix, first, second, new GateOptions { Claim = claim });

        var inferior = study.Expected.GetProperty("non_inferiority_margin_1_point").GetProperty("p_t").GetDouble();
        Assert.Equal(inferior, Decide(GateClaim.NonInferiority).P, study.Tolerance * inferior);
        var equivalence = study.Expected.GetProperty("equivalence_within_1_point");
        var decision = Decide(GateClaim.Equivalence);
        Assert.Equal(equivalence.GetProperty("p_upper").GetDouble(), decision.P, study.Tolerance);
        Assert.Equal(equivalence.GetProperty("ci90")[0].GetDouble(), decision.Low, 1e-8);
        Assert.Equal(equivalence.GetProperty("ci90")[1].GetDouble(), decision.High, 1e-8);
    }

    [Fact]
    public void More_prompts_are_as_many_as_the_power_asks_for()
    {
        // Mean 0.5 and standard deviation 2 against a margin of 0: dz 0.25 needs 101 pairs one-sided at 5% and 80%.
        double[] d = [.. Enumerable.Range(0, 10).SelectMany(_ => new[] { 0.5 - 1.9, 0.5 + 1.9 })];
        var sd = Descriptive.StandardDeviation((ReadOnlySpan<double>)d);
        var scaled = Array.ConvertAll(d, v => 0.5 + ((v - 0.5) * 2 / sd));
        var decision = ConsistencyGate.Decide(
            Scores.WithDifferences(scaled),
            "model 0",
            "model 1",
            new GateOptions { Claim = GateClaim.Superiority, Margin = 0 }
        );
        Assert.Equal(GateOutcome.Inconclusive, decision.Outcome);
        Assert.Equal(101 - 20, decision.MorePrompts);
        Assert.Contains("81 more prompts (101 in all)", decision.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void A_difference_on_the_margin_is_never_decided()
    {
        var decision = ConsistencyGate.Decide(
            Scores.WithDifferences(-1, 1, -2, 2),
            "model 0",
            "model 1",
            new GateOptions { Claim = GateClaim.Superiority, Margin = 0 }
        );
        Assert.Null(decision.MorePrompts);
        Assert.Contains("No number of prompts", decision.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_scores_pass_with_a_warning()
    {
        var decision = ConsistencyGate.Decide(Scores.WithDifferences(0, 0, 0, 0, 0), "model 0", "model 1");
        Assert.Equal(GateOutcome.Pass, decision.Outcome);
        Assert.Equal(1 / 32.0, decision.P, 1e-12);
        Assert.Contains(decision.Warnings, warning => warning.Contains("same images", StringComparison.Ordinal));
    }

    [Fact]
    public void Signed_ranks_of_four_prompts_can_show_nothing_at_5_percent()
    {
        var options = new GateOptions { Test = GateTest.Wilcoxon };
        var four = ConsistencyGate.Decide(Scores.WithDifferences(5, 6, 7, 8), "model 0", "model 1", options);
        Assert.Equal(GateOutcome.Inconclusive, four.Outcome);
        Assert.Contains(four.Warnings, warning => warning.Contains("too few", StringComparison.Ordinal));
        Assert.Equal(1, four.MorePrompts);
        Assert.Equal(1 - (1 / 16.0), four.Level, 1e-12);
        Assert.Contains(
            "one-sided 93.75% limits, the most that so few prompts allow, +5.00",
            four.Sentence,
            StringComparison.Ordinal
        );
        Assert.Contains("1 more prompt (5 in all)", four.Sentence, StringComparison.Ordinal);
        var five = ConsistencyGate.Decide(Scores.WithDifferences(5, 6, 7, 8, 9), "model 0", "model 1", options);
        Assert.Equal(GateOutcome.Pass, five.Outcome);
    }

    [Fact]
    public void Differences_that_do_not_vary_pass_only_with_as_many_prompts_as_their_sign_takes()
    {
        foreach (var test in Enum.GetValues<GateTest>())
        {
            foreach (
                var (claim, difference) in ((GateClaim, double)[])
                    [
                        (GateClaim.NonInferiority, 0.5),
                        (GateClaim.NonInferiority, -2),
                        (GateClaim.Superiority, 1.5),
                        (GateClaim.Superiority, -0.5),
                        (GateClaim.Equivalence, 0.5),
                        (GateClaim.Equivalence, 0),
                        (GateClaim.Equivalence, -3),
                    ]
            )
            {
                foreach (var alpha in new[] { 0.05, 0.0625, 0.001 })
                {
                    var options = new GateOptions
                    {
                        Claim = claim,
                        Test = test,
                        Alpha = alpha,
                    };
                    GateDecision Of(int prompts) =>
                        ConsistencyGate.Decide(
                            Scores.WithDifferences([.. Enumerable.Repeat(difference, prompts)]),
                            "model 0",
                            "model 1",
                            options
                        );

                    // The sign of n differences is a chance of 2^-n.
                    var needed = Enumerable.Range(1, 20).First(n => Math.Pow(0.5, n) <= alpha);
                    Assert.NotEqual(GateOutcome.Inconclusive, Of(needed).Outcome);
                    Assert.Equal(1 - alpha, Of(needed).Level, 1e-12);
                    var two = Of(2);
                    Assert.Equal(GateOutcome.Inconclusive, two.Outcome);
                    Assert.Equal(needed - 2, two.MorePrompts);
                    Assert.Equal((0.75, difference, difference), (two.Level, two.Low, two.High));
                    Assert.Contains(
                        $"({needed} in all) with the same difference",
                        two.Sentence,
                        StringComparison.Ordinal
                    );
                    Assert.Contains(two.Warnings, one => one.Contains("too few", StringComparison.Ordinal));
                    Assert.Contains(two.Warnings, one => one.Contains("the same", StringComparison.Ordinal));
                }
            }
        }
    }

    [Fact]
    public void A_constant_difference_on_the_margin_is_never_decided()
    {
        var options = new GateOptions { Margin = 0.3 };
        var decision = ConsistencyGate.Decide(
            Scores.WithDifferences([.. Enumerable.Repeat(-0.3, 30)]),
            "model 0",
            "model 1",
            options
        );
        Assert.Equal((GateOutcome.Inconclusive, null), (decision.Outcome, decision.MorePrompts));
        var two = ConsistencyGate.Decide(Scores.WithDifferences(-0.3, -0.3), "model 0", "model 1", options);
        Assert.DoesNotContain(two.Warnings, warning => warning.Contains("give more", StringComparison.Ordinal));
        Assert.Contains("No number of prompts", two.Sentence, StringComparison.Ordinal);
        Assert.Equal(1, decision.P);
    }

    [Theory]
    // log2(1 / alpha), upwards.
    [InlineData(0.05, 5)]
    [InlineData(0.001, 10)]
    [InlineData(0.2, 3)]
    public void No_test_decides_on_fewer_prompts_than_a_sign_takes(double alpha, int fewest)
    {
        GateDecision Of(int prompts) =>
            ConsistencyGate.Decide(
                Scores.WithDifferences([.. Enumerable.Range(0, prompts).Select(i => 1 + (i / 1000.0))]),
                "model 0",
                "model 1",
                new GateOptions
                {
                    Claim = GateClaim.Superiority,
                    Margin = 0,
                    Alpha = alpha,
                }
            );
        var few = Of(fewest - 1);
        Assert.Equal((GateOutcome.Inconclusive, 1), (few.Outcome, few.MorePrompts));
        Assert.True(few.Low > 0 && few.P < alpha);
        Assert.Contains(
            FormattableString.Invariant($"Fewer than {fewest} prompts decide nothing at alpha {alpha}."),
            few.Sentence,
            StringComparison.Ordinal
        );
        Assert.Contains(few.Warnings, one => one.Contains("too few to decide", StringComparison.Ordinal));
        Assert.Equal(GateOutcome.Pass, Of(fewest).Outcome);
    }

    [Fact]
    public void Cosines_are_refused()
    {
        double[] cosines = [.. Enumerable.Range(0, 20).Select(i => 0.7 + (i / 100.0))];
        double[] worse = [.. cosines.Select(cosine => cosine - 0.05)];
        var fault = Assert.Throws<InputException>(() =>
            ConsistencyGate.Decide(Scores.Of(cosines, worse), "model 0", "model 1")
        );
        Assert.Contains("between 0 and 1", fault.Message, StringComparison.Ordinal);
        Assert.Contains("by 100", fault.Message, StringComparison.Ordinal);

        // One score above 1 and they are points.
        worse[3] = 1.5;
        Assert.NotNull(ConsistencyGate.Decide(Scores.Of(cosines, worse), "model 0", "model 1"));
    }

    [Fact]
    public void A_limit_on_the_margin_is_explained()
    {
        GateDecision Of(GateClaim claim, double margin, params double[] d) =>
            ConsistencyGate.Decide(
                Scores.WithDifferences(d),
                "model 0",
                "model 1",
                new GateOptions
                {
                    Claim = claim,
                    Margin = margin,
                    Test = GateTest.Wilcoxon,
                }
            );

        // Zeros are left out by the test: eight of one sign have p = 1 / 256; the limits keep all sixteen.
        var zeros = Of(GateClaim.Superiority, 0, [.. new double[8], .. Enumerable.Repeat(1.0, 8)]);
        Assert.Equal((GateOutcome.Inconclusive, 0.0), (zeros.Outcome, zeros.Low));
        Assert.Equal(1 / 256.0, zeros.P, 1e-12);
        Assert.Contains(
            "one lies on the margin itself: 8 of 16 differences are exactly the margin, which the limits keep and the test behind the p leaves out.",
            zeros.Sentence,
            StringComparison.Ordinal
        );

        // Opposite differences of one size meet at 0.
        var cancelling = Of(GateClaim.Superiority, 0, 1, 1, 2, 1, -1, 2, 2);
        Assert.Equal((GateOutcome.Inconclusive, 0.0), (cancelling.Outcome, cancelling.Low));
        Assert.True(cancelling.P <= 0.05);
        Assert.Contains("equal differences on either side of it cancel", cancelling.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void The_needed_prompts_of_rounded_scores_decide_as_often_as_promised()
    {
        double[] d = [-1, -1, -1, .. new double[7], .. Enumerable.Repeat(1.0, 9), 2, 2, 3];
        var options = new GateOptions { Margin = 0, Test = GateTest.Wilcoxon };
        var decision = ConsistencyGate.Decide(Scores.WithDifferences(d), "model 0", "model 1", options);
        Assert.Equal(GateOutcome.Inconclusive, decision.Outcome);
        Assert.Contains("With differences like these", decision.Sentence, StringComparison.Ordinal);

        // Drawn anew, with other random numbers, and decided by the gate itself.
        double Share(int prompts)
        {
            var random = new Random(9);
            return Enumerable
                .Range(0, 600)
                .Average(_ =>
                {
                    double[] drawn = [.. Enumerable.Range(0, prompts).Select(_ => d[random.Next(d.Length)])];
                    var error = MeanError.Of(drawn);
                    var limits = GateLimits.Of(drawn, options, error, new DependentPrompts(error, null, prompts));
                    return limits.Low > 0 || limits.High < 0 ? 1.0 : 0;
                });
        }

        var all = d.Length + decision.MorePrompts!.Value;
        Assert.InRange(Share(all), 0.75, 0.85);
        Assert.True(Share(all * 3 / 4) < 0.78);
    }

    [Fact]
    public void Signed_ranks_on_the_margin_promise_nothing()
    {
        double[] zeros = [.. new double[30], 1, 1, 1, -1];
        var decision = ConsistencyGate.Decide(
            Scores.WithDifferences(zeros),
            "model 0",
            "model 1",
            new GateOptions
            {
                Claim = GateClaim.Superiority,
                Margin = 0,
                Test = GateTest.Wilcoxon,
            }
        );
        Assert.Null(decision.MorePrompts);
        Assert.Contains("even 1,000 prompts", decision.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void Students_limits_of_few_differences_that_do_not_look_normal_are_pointed_out()
    {
        double[] odd = [0.1, 0.2, 0.15, 0.05, 0.12, 0.18, 0.11, 9];
        IReadOnlyList<string> Warnings(double[] d, GateTest test) =>
            ConsistencyGate
                .Decide(Scores.WithDifferences(d), "model 0", "model 1", new GateOptions { Test = test })
                .Warnings;
        Assert.Contains(
            Warnings(odd, GateTest.Student),
            one => one.Contains("do not look normal", StringComparison.Ordinal)
        );
        Assert.DoesNotContain(
            Warnings(odd, GateTest.Wilcoxon),
            one => one.Contains("normal", StringComparison.Ordinal)
        );
        double[] even = [.. Enumerable.Range(0, 20).Select(i => Normal.Quantile((i + 0.5) / 20))];
        Assert.Empty(Warnings(even, GateTest.Student));
    }

    [Fact]
    public void What_cannot_be_decided_is_refused()
    {
        var matrix = Scores.WithDifferences(1, 2, 3);
        var unknown = Assert.Throws<UsageException>(() => ConsistencyGate.Decide(matrix, "model 0", "modle 1"));
        Assert.Contains("'model 1'", unknown.Message, StringComparison.Ordinal);
        Assert.Throws<UsageException>(() => ConsistencyGate.Decide(matrix, "model 0", "model 0"));
        Assert.Throws<InputException>(() => ConsistencyGate.Decide(Scores.WithDifferences(1), "model 0", "model 1"));
        foreach (
            var bad in new[]
            {
                new GateOptions { Margin = -1 },
                new GateOptions { Margin = double.NaN },
                new GateOptions { Alpha = 0.5 },
                new GateOptions { Claim = GateClaim.Equivalence, Margin = 0 },
            }
        )
        {
            Assert.Throws<UsageException>(() => ConsistencyGate.Decide(matrix, "model 0", "model 1", bad));
        }
    }
}

using System.Globalization;
using System.Text.Json;
using Semblance.Comparison;
using Semblance.Statistics;
using Semblance.Variance;

namespace Semblance.Tests.Comparison;

public sealed class ModelComparisonTests
{
    [Fact]
    public void A_clear_difference_is_named_with_size_interval_and_p()
    {
        var report = Scores.Compare(Scores.Random(2, 60, 3, 4));
        Assert.StartsWith(
            "model 1 is more consistent than model 0: model 1 - model 0 = +",
            report.Verdict,
            StringComparison.Ordinal
        );
        Assert.Matches(
            @"95% interval \+\d\.\d\d to \+\d\.\d\d; two-sided Wilcoxon p = \d\.\de-\d+; 60 prompts",
            report.Verdict
        );
        Assert.Equal(report.Verdict, report.Pairs[0].Verdict);
        Assert.Null(report.Several);
        Assert.Null(report.Paper);
        Assert.Empty(report.Warnings);
    }

    [Fact]
    public void Turned_around_the_difference_changes_its_sign_only()
    {
        var matrix = Scores.Random(2, 40, -1, 9);
        var (a, b) = (matrix.Scores(0), matrix.Scores(1));
        var (one, other) = (Scores.Compare(Scores.Of(a, b)).Pairs[0], Scores.Compare(Scores.Of(b, a)).Pairs[0]);
        Assert.Equal(one.Difference.Value, -other.Difference.Value, 1e-9);
        Assert.Equal(one.HodgesLehmann.Low, -other.HodgesLehmann.High, 1e-9);
        Assert.Equal(one.Wilcoxon!.P, other.Wilcoxon!.P);
        Assert.Equal(one.SecondHigher, other.FirstHigher);
    }

    [Fact]
    public void No_difference_is_not_called_none()
    {
        var report = Scores.Compare(Scores.Random(2, 30, 0, 3));
        Assert.StartsWith(
            "No difference between model 0 and model 1 is shown",
            report.Verdict,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Below_ten_prompts_the_interval_is_Students_and_a_warning_says_so()
    {
        var few = Scores.Compare(Scores.Random(2, 9, 3, 5));
        Assert.Equal("Student", few.Pairs[0].Difference.Method);
        Assert.Contains(few.Warnings, warning => warning.Contains("9 prompts", StringComparison.Ordinal));
        var (low, high) = MeanInterval.Student(
            PairedDifferences.Of(Scores.Random(2, 9, 3, 5).Scores(0), Scores.Random(2, 9, 3, 5).Scores(1))
        );
        Assert.Equal(low, few.Pairs[0].Difference.Low, 1e-12);
        Assert.Equal(high, few.Pairs[0].Difference.High, 1e-12);
        var enough = Scores.Compare(Scores.Random(2, 10, 3, 5));
        Assert.StartsWith("studentised", enough.Pairs[0].Difference.Method, StringComparison.Ordinal);
    }

    [Fact]
    public void Few_differences_that_are_not_normal_are_pointed_out()
    {
        var odd = Scores.Compare(Scores.WithDifferences(0.1, 0.2, 0.15, 0.05, 0.12, 0.18, 0.11, 9));
        Assert.Contains(odd.Warnings, warning => warning.Contains("do not look normal", StringComparison.Ordinal));
    }

    [Fact]
    public void Many_pairs_that_are_not_normal_are_pointed_out_in_one_sentence()
    {
        double[] odd = [0.1, 0.2, 0.15, 0.05, 0.12, 0.18, 0.11, 9];
        double[] flat = [.. odd.Select((_, i) => 50.0 + i)];
        var report = Scores.Compare(
            Scores.Of([
                flat,
                .. Enumerable.Range(1, 6).Select(m => flat.Select((score, i) => score + (m * odd[i])).ToArray()),
            ]),
            new ComparisonOptions { Against = "model 0" }
        );
        var warning = Assert.Single(
            report.Warnings,
            warning => warning.Contains("do not look normal", StringComparison.Ordinal)
        );
        Assert.StartsWith("The differences of 6 of 6 pairs", warning, StringComparison.Ordinal);
        Assert.Contains("the least so: model 0 and model ", warning, StringComparison.Ordinal);
    }

    [Fact]
    public void Constant_and_equal_models_are_named_in_one_sentence_each()
    {
        double[] flat = [50, 50, 50];
        double[] other = [50, 51, 53];
        var report = Scores.Compare(Scores.Of([flat, flat, flat, flat, flat, flat, other]));
        Assert.Contains(
            "All scores of model 0, model 1, model 2, model 3, model 4 and 1 more are one number each; check that they are what you meant.",
            report.Warnings
        );
        Assert.Single(report.Warnings, warning => warning.Contains("have the same scores", StringComparison.Ordinal));
        Assert.Contains(
            "All scores of model 1 are the same number; check that they are what you meant.",
            Scores.Compare(Scores.Of(other, flat)).Warnings
        );
    }

    [Fact]
    public void Scores_without_a_partner_are_named()
    {
        ScoreMatrix Without(params LeftOutPrompt[] prompts) => Scores.WithDifferences(1, 2) with { LeftOut = prompts };
        Assert.Contains(
            "1 score was left out because not every model has its prompt (a: \"a \\\"cat\\\"\").",
            Scores.Compare(Without(new LeftOutPrompt("a", "a \"cat\""))).Warnings
        );
        Assert.Contains(
            "7 scores were left out because not every model has their prompt (a: \"0\", \"1\", \"2\"; b: \"3\", \"4\"; and 2 more).",
            Scores
                .Compare(Without([.. Enumerable.Range(0, 7).Select(i => new LeftOutPrompt(i < 3 ? "a" : "b", $"{i}"))]))
                .Warnings
        );
    }

    [Fact]
    public void Sets_without_a_score_are_named_apart()
    {
        var matrix = ScoreMatching.Match(
            [new("a", "fox", 1), new("b", "fox", 2), new("b", "cat", 3), new("a", "hen", 1), new("b", "hen", 1)],
            new MatchOptions { AllowUnmatched = true, Unscored = [("a", "cat"), ("a", "dog"), ("b", "dog")] }
        );
        Assert.Equal(
            [
                new LeftOutPrompt("b", "cat"),
                new("a", "cat", LeftOutPrompt.Unscored),
                new("a", "dog", LeftOutPrompt.Unscored),
                new("b", "dog", LeftOutPrompt.Unscored),
            ],
            matrix.LeftOut
        );
        var warnings = Scores.Compare(matrix).Warnings;
        Assert.Contains(
            "3 sets were left out because they have fewer than two usable images (a: \"cat\", \"dog\"; b: \"dog\").",
            warnings
        );
        Assert.Contains("1 score was left out because not every model has its prompt (b: \"cat\").", warnings);
        Assert.Contains(
            "no set of c has two usable images",
            Assert
                .Throws<InputException>(() =>
                    ScoreMatching.Match([new("a", "fox", 1)], new MatchOptions { Unscored = [("c", "fox")] })
                )
                .Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Signed_rank_limits_of_five_prompts_say_what_level_they_have()
    {
        var estimate = Scores.Compare(Scores.WithDifferences(1, 2, 3, 4, 5.5)).Pairs[0].HodgesLehmann;
        Assert.Equal(1 - (2 / 32.0), estimate.Level, 1e-12);
        Assert.Contains("93.75%", estimate.Method, StringComparison.Ordinal);
    }

    [Fact]
    public void A_level_that_resamples_cannot_resolve_is_pointed_out()
    {
        var matrix = Scores.Random(2, 40, 3, 5);
        ComparisonReport At(double level, int resamples = 10_000) =>
            Scores.Compare(matrix, new ComparisonOptions { Level = level, Resamples = resamples });
        Assert.DoesNotContain(At(0.99).Warnings, one => one.Contains("resamples", StringComparison.Ordinal));
        var high = At(0.9999);
        Assert.Contains(
            high.Warnings,
            one =>
                one.StartsWith("At level 99.99% fewer than 5 of 10000 resamples lie beyond", StringComparison.Ordinal)
                && one.Contains("resamples or more, or a lower level", StringComparison.Ordinal)
        );
        Assert.Contains("(99.99% interval", high.Verdict, StringComparison.Ordinal);
        var higher = At(0.9999999);
        Assert.Contains(higher.Warnings, one => one.EndsWith("ask for a lower level.", StringComparison.Ordinal));
        Assert.Contains("(99.99999% interval", higher.Verdict, StringComparison.Ordinal);
        Assert.DoesNotContain(At(0.99, 2000).Warnings, one => one.Contains("resamples", StringComparison.Ordinal));
        Assert.Contains(At(0.99, 500).Warnings, one => one.Contains("resamples", StringComparison.Ordinal));
    }

    [Fact]
    public void A_level_that_few_prompts_cannot_have_is_not_rounded_to_one_that_they_could()
    {
        var method = Scores
            .Compare(Scores.Random(2, 16, 1, 5), new ComparisonOptions { Level = 0.999999 })
            .Pairs[0]
            .HodgesLehmann.Method;
        Assert.Contains("only 99.99694824%", method, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(4, new string[0])]
    [InlineData(5, new[] { "Shapiro-Wilk", "Lilliefors" })]
    [InlineData(7, new[] { "Shapiro-Wilk", "Lilliefors" })]
    [InlineData(8, new[] { "Shapiro-Wilk", "Lilliefors", "Anderson-Darling", "D'Agostino-Pearson" })]
    public void Normality_is_tested_where_there_are_enough_prompts(int prompts, string[] tests) =>
        Assert.Equal(
            tests,
            Scores.Compare(Scores.Random(2, prompts, 1, 5)).Pairs[0].Normality.Select(test => test.Name)
        );

    [Fact]
    public void Three_numbers_of_which_two_are_equal_are_not_called_odd()
    {
        var matrix = Scores.WithDifferences(0.5, 0.5, 2);
        Assert.DoesNotContain(
            Scores.Compare(matrix).Warnings,
            one => one.Contains("do not look normal", StringComparison.Ordinal)
        );
        Assert.DoesNotContain(
            ConsistencyGate.Decide(matrix, "model 0", "model 1").Warnings,
            one => one.Contains("do not look normal", StringComparison.Ordinal)
        );
    }

    [Theory]
    [InlineData(9, false)]
    [InlineData(10, true)]
    [InlineData(2000, true)]
    [InlineData(2001, false)]
    public void Prompts_are_resampled_where_there_are_neither_too_few_nor_very_many(int prompts, bool resampled)
    {
        var report = Scores.Compare(Scores.Random(2, prompts, 3, 5), new ComparisonOptions { Resamples = 200 });
        var pair = report.Pairs[0];
        Assert.Equal(
            resampled ? "studentised bootstrap over prompts, 200 resamples" : "Student",
            pair.Difference.Method
        );
        Assert.DoesNotContain("resamples", pair.Verdict, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2, 0.5)]
    [InlineData(5, 0.9375)]
    [InlineData(6, 0.95)]
    public void Differences_that_do_not_vary_are_sure_of_no_more_than_their_signs(int prompts, double level)
    {
        var report = Scores.Compare(Scores.WithDifferences([.. Enumerable.Repeat(0.5, prompts)]));
        var pair = report.Pairs[0];
        Assert.Equal((0.5, 0.5, level), (pair.Difference.Low, pair.Difference.High, pair.Difference.Level));
        Assert.StartsWith(
            prompts < 6
                ? $"Whether model 0 and model 1 differ cannot be shown with {prompts} prompts"
                : "model 1 is more consistent than model 0",
            report.Verdict,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_test_that_cannot_speak_does_not_disagree()
    {
        // Student's interval leaves 0 out, but five signs have no p below 2 / 32.
        var five = Scores.Compare(Scores.WithDifferences(1, 1.1, 0.9, 1.2, 0.8));
        Assert.True(five.Pairs[0].Difference.Low > 0);
        Assert.Contains(
            "cannot be shown with 5 prompts, since signed ranks give no p below 0.0625 there; only the interval",
            five.Verdict,
            StringComparison.Ordinal
        );
        Assert.DoesNotContain("mixed", five.Verdict, StringComparison.Ordinal);
        var six = Scores.Compare(Scores.WithDifferences(1, 1.1, 0.9, 1.2, 0.8, 1.05));
        Assert.StartsWith("model 1 is more consistent", six.Verdict, StringComparison.Ordinal);

        // Of twenty prompts sixteen are equal: four signs are left.
        var zeros = Scores.Compare(Scores.WithDifferences([1, 1.1, 0.9, 1.2, .. new double[16]]));
        Assert.Contains("the 4 of 20 prompts whose scores differ", zeros.Verdict, StringComparison.Ordinal);
    }

    [Theory]
    // Holm over three pairs: 3 * 2 / 64 is 0.094, 3 * 2 / 128 is 0.047.
    [InlineData(6, "but no two can be told apart, since 6 prompts cannot: signed ranks after Holm over 3 pairs take 7")]
    [InlineData(7, "it is more consistent than each of the 2 others")]
    public void Pairs_that_no_p_could_tell_apart_are_not_counted(int prompts, string expected)
    {
        double[][] scores =
        [
            .. Enumerable
                .Range(0, 3)
                .Select(m =>
                    Enumerable.Range(0, prompts).Select(i => 70.0 + (3 * i) + (m * (1 + (i / 9.0)))).ToArray()
                ),
        ];
        Assert.Contains(expected, Scores.Compare(Scores.Of(scores)).Verdict, StringComparison.Ordinal);
    }

    [Fact]
    public void A_verdict_says_where_Nemenyis_test_beside_it_says_more()
    {
        // Six prompts cannot separate pairs after Holm; ranks over all models can.
        var report = Scores.Compare(
            Scores.Of([
                [4, 3, 5, 4, 6, 5],
                [7, 6, 9, 8, 7, 6],
                [8, 7, 7, 9, 9, 7],
            ])
        );
        Assert.Contains("no two can be told apart, since 6 prompts cannot", report.Verdict, StringComparison.Ordinal);
        Assert.EndsWith(
            "By Nemenyi's test, which compares ranks over all models, model 0 and model 2 do differ; this verdict goes by the signed-rank test of each pair after Holm, and its interval.",
            report.Verdict,
            StringComparison.Ordinal
        );
        Assert.True(report.Pairs.Single(pair => pair is { First: "model 0", Second: "model 2" }).NemenyiP < 0.05);
    }

    [Theory]
    // scipy 1.11.4 counts 30 prompts as if nothing tied: 2 / 2^30. By the ranks with their ties it is the same here.
    [InlineData(30, 0, 1.862645149230957e-9, "exact, ties ignored")]
    [InlineData(50, 0, 1.7763568394002505e-15, "exact, ties ignored")]
    // 2 (1 - Phi(z)) with z = n (n + 1) / 4 over the root of the ties' variance: all ranks are alike.
    [InlineData(51, 0, 9.2e-13, "normal approximation")]
    [InlineData(30, 1, 7.2e-8, "normal approximation")]
    public void The_papers_signed_ranks_are_those_of_its_scipy(int prompts, int zeros, double p, string method)
    {
        double[] differences = [.. Enumerable.Repeat(1.0, prompts - zeros), .. new double[zeros]];
        var report = Scores.Compare(
            Scores.WithDifferences(differences),
            new ComparisonOptions { Paper = true, Resamples = 100 }
        );
        var pair = Assert.Single(report.Paper!.Pairs);
        Assert.Equal(method, pair.WilcoxonMethod);
        Assert.Equal(1, pair.WilcoxonP!.Value / p, 0.02);
        Assert.Contains(report.Paper.Notes, note => note.Contains("scipy 1.11.4", StringComparison.Ordinal));
    }

    [Fact]
    public void A_sum_of_ranks_that_ends_in_a_half_is_cut_as_the_papers_scipy_cuts_it()
    {
        // Differences 1, 1, 2, -2, -3 of ranks 1.5, 1.5, 3.5, 3.5, 5. scipy's r_plus is of first - second: 8.5, cut to 8, beside
        // the middle of 15, which is 7. P(W <= 8) is 19/32 by the ranks 1 to 5, P(W >= 8) 16/32.
        var report = Scores.Compare(
            Scores.WithDifferences(1, 1, 2, -2, -3),
            new ComparisonOptions { Paper = true, Resamples = 100 }
        );
        Assert.Equal(1.0, Assert.Single(report.Paper!.Pairs).WilcoxonP!.Value, 1e-12);
        // The other way round it is 6.5, cut to 6: P(W <= 6) is 13/32, twice that 0.8125.
        var turned = Scores.Compare(
            Scores.WithDifferences(-1, -1, -2, 2, 3),
            new ComparisonOptions { Paper = true, Resamples = 100 }
        );
        Assert.Equal(0.8125, Assert.Single(turned.Paper!.Pairs).WilcoxonP!.Value, 1e-12);
    }

    [Fact]
    public void Prompts_in_perfect_order_have_the_p_of_their_orders()
    {
        // Six prompts, three models: (1/3!)^5; the F of Iman and Davenport is infinite.
        double[][] scores =
        [
            .. Enumerable.Range(0, 3).Select(m => Enumerable.Range(0, 6).Select(i => 70.0 + i + m).ToArray()),
        ];
        var several = Scores.Compare(Scores.Of(scores)).Several!;
        Assert.Null(several.ImanDavenportF);
        Assert.Equal(Math.Pow(1 / 6.0, 5), several.ImanDavenportP, 1e-12);
    }

    [Fact]
    public void The_statistic_of_Anderson_and_Darling_is_the_plain_one()
    {
        var matrix = Scores.Random(2, 30, 1, 3);
        var d = PairedDifferences.Of(matrix.Scores(0), matrix.Scores(1));
        var test = Scores.Compare(matrix).Pairs[0].Normality.Single(one => one.Name == "Anderson-Darling");
        Assert.Equal((AndersonDarling.Of(d).ASquared, AndersonDarling.Of(d).P), (test.Statistic, test.P));
    }

    [Theory]
    [InlineData(12)]
    [InlineData(60)]
    public void Effect_sizes_have_intervals_and_say_of_what_kind(int prompts)
    {
        foreach (var step in new[] { 0.0, 1, 40 })
        {
            var sizes = Scores.Compare(Scores.Random(2, prompts, step, 5)).Pairs[0].EffectSizes;
            foreach (var size in sizes.Where(one => !one.Name.StartsWith("Cliff", StringComparison.Ordinal)))
            {
                Assert.InRange(size.Value, size.Low!.Value, size.High!.Value);
                Assert.True(size.Low < size.High, size.ToString());
                Assert.NotNull(size.Method);
            }
        }

        var none = Scores.Compare(Scores.WithDifferences(new double[prompts])).Pairs[0].EffectSizes;
        Assert.All(none, size => Assert.True(double.IsFinite(size.Value + (size.Low ?? 0) + (size.High ?? 0))));
    }

    [Fact]
    public void The_note_on_scipys_approximation_comes_where_it_was_used()
    {
        static bool Noted(ScoreMatrix matrix) =>
            Scores
                .Compare(matrix, new ComparisonOptions { Paper = true })
                .Paper!.Notes.Any(note => note.Contains("continuity", StringComparison.Ordinal));
        Assert.False(Noted(Scores.Random(2, 50, 1, 3)));
        Assert.True(Noted(Scores.Random(2, 51, 1, 3)));
        Assert.True(Noted(Scores.WithDifferences([.. Enumerable.Range(0, 20).Select(i => i / 2 - 3.0)])));
    }

    [Fact]
    public async Task A_comparison_can_be_stopped()
    {
        using var stop = new CancellationTokenSource();
        var matrix = Scores.Random(2, 2000, 1, 3);
        var options = new ComparisonOptions { Resamples = 2_000_000 };
        var running = Task.Run(
            () => ModelComparison.Of(matrix, options, null, stop.Token),
            TestContext.Current.CancellationToken
        );
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    [Fact]
    public void Equal_scores_have_no_test()
    {
        double[] scores = [.. Enumerable.Range(0, 20).Select(i => 70.0 + i)];
        var report = Scores.Compare(Scores.Of(scores, scores));
        var pair = report.Pairs[0];
        Assert.Null(pair.Wilcoxon);
        Assert.Null(pair.Permutation);
        Assert.Null(pair.PairedT);
        Assert.Equal((0.0, 0.0, 0.0), (pair.Difference.Value, pair.Difference.Low, pair.Difference.High));
        Assert.StartsWith("There is no difference at all", report.Verdict, StringComparison.Ordinal);
        Assert.Contains(report.Warnings, warning => warning.Contains("same images", StringComparison.Ordinal));
    }

    [Fact]
    public void Decimal_ties_tie()
    {
        // 85.3 - 85.1 and 85.6 - 85.4 differ in their last bits.
        var report = Scores.Compare(Scores.Of([85.1, 85.4, 80], [85.3, 85.6, 79.8]));
        Assert.True(report.Pairs[0].Wilcoxon!.HasTies);
        Assert.Equal(4, report.Pairs[0].Wilcoxon!.WPlus);
    }

    [Fact]
    public void Three_models_are_ranked_best_first()
    {
        var matrix = Scores.Random(3, 50, 2.5, 8);
        var report = Scores.Compare(matrix);
        Assert.Equal(3, report.Pairs.Count);
        Assert.Equal(report.Models.OrderBy(m => m.AverageRank).Select(m => m.Model), ["model 2", "model 1", "model 0"]);
        Assert.Equal(6, report.Models.Sum(m => m.AverageRank!.Value), 1e-9);
        Assert.Equal(
            MultipleComparisons.Holm(report.Pairs.Select(pair => pair.Wilcoxon!.P).ToArray()),
            report.Pairs.Select(pair => pair.AdjustedP!.Value)
        );
        Assert.Contains("model 2 ranks first", report.Verdict, StringComparison.Ordinal);
        Assert.Empty(report.Several!.Groups);
    }

    [Fact]
    public void Prompts_are_drawn_once_for_all_models()
    {
        var matrix = Scores.Random(3, 25, 1, 8);
        var three = Scores.Compare(matrix);
        var two = Scores.Compare(Scores.Of(matrix.Scores(0), matrix.Scores(1)));
        Assert.Equal(two.Pairs[0].Difference, three.Pairs[0].Difference);
    }

    [Fact]
    public void Twins_share_a_group_and_have_p_1()
    {
        var matrix = Scores.Random(2, 40, 4, 6);
        var report = Scores.Compare(Scores.Of(matrix.Scores(0), matrix.Scores(1), matrix.Scores(1)));
        Assert.Equal(["model 1", "model 2"], Assert.Single(report.Several!.Groups).Order(StringComparer.Ordinal));
        Assert.Equal(1, report.Pairs[2].AdjustedP);
    }

    [Theory]
    [InlineData(2, true)]
    [InlineData(9, true)]
    [InlineData(10, false)]
    public void Too_few_prompts_are_the_caution_that_comes_before_all_else(int prompts, bool few)
    {
        var report = Scores.Compare(Scores.Random(2, prompts, 0.1, 2));
        Assert.Equal(few, report.Caution is not null);
        Assert.Equal(few ? 0 : -1, report.Warnings.ToList().IndexOf(report.Caution!));
    }

    [Fact]
    public void Many_models_are_compared_with_one()
    {
        var matrix = Scores.Random(51, 20, 0.1, 2);
        Assert.Equal(
            [new Remedy(RemedyKind.CompareWithOne)],
            Assert.Throws<UsageException>(() => Scores.Compare(matrix)).Remedies
        );
        var report = Scores.Compare(matrix, new ComparisonOptions { Against = "model 7", Resamples = 200 });
        Assert.Equal(50, report.Pairs.Count);
        Assert.All(report.Pairs, pair => Assert.Equal("model 7", pair.First));
    }

    [Fact]
    public void What_cannot_be_compared_is_refused()
    {
        Assert.Contains(
            "have one prompt in common",
            Assert.Throws<InputException>(() => Scores.Compare(Scores.WithDifferences(1))).Message,
            StringComparison.Ordinal
        );
        Assert.Throws<InputException>(() => Scores.Compare(Scores.Of([1, 2, 3])));
        Assert.Contains(
            "prompt 1",
            Assert.Throws<InputException>(() => Scores.Compare(Scores.Of([1, 2, 3], [1, double.NaN, 3]))).Message,
            StringComparison.Ordinal
        );
        Assert.Throws<UsageException>(() =>
            Scores.Compare(Scores.WithDifferences(1, 2), new ComparisonOptions { Level = 95 })
        );
        Assert.Throws<UsageException>(() =>
            Scores.Compare(Scores.WithDifferences(1, 2), new ComparisonOptions { Against = "modell 0" })
        );
    }

    [Fact]
    public void The_same_seed_gives_the_same_bits_whatever_the_threads_and_the_culture()
    {
        var culture = CultureInfo.CurrentCulture;
        var matrix = Scores.Random(4, 120, 0.3, 12);
        var two = Scores.Random(2, 120, 0.3, 12);
        try
        {
            var reports = new HashSet<string>(StringComparer.Ordinal);
            foreach (var comma in new[] { ".", "," })
            {
                // The tests run without culture data: a culture is made that writes as German does.
                var made = (CultureInfo)CultureInfo.InvariantCulture.Clone();
                made.NumberFormat.NumberDecimalSeparator = comma;
                made.NumberFormat.PercentDecimalSeparator = comma;
                CultureInfo.CurrentCulture = made;
                foreach (var threads in new[] { 1, 2, 7 })
                {
                    var options = new ComparisonOptions
                    {
                        Seed = 5,
                        Resamples = 1000,
                        Paper = true,
                        Threads = threads,
                    };
                    var report = new[] { Scores.Compare(matrix, options), Scores.Compare(two, options) };
                    reports.Add(
                        JsonSerializer.Serialize(report.Select(one => one with { Settings = new ComparisonOptions() }))
                    );
                }
            }

            Assert.Single(reports);
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }

        Assert.NotEqual(
            Scores.Compare(two, new ComparisonOptions { Seed = 1 }).Pairs[0].Difference.Low,
            Scores.Compare(two, new ComparisonOptions { Seed = 2 }).Pairs[0].Difference.Low
        );
    }

    [Fact]
    public void Seeds_and_prompts_share_the_variance()
    {
        var rows = Scores.Random(2, 30, 1, 3);
        var components = new PairComponents(1.5, 12);
        var matrix = rows with
        {
            Rows =
            [
                .. rows.Rows.Select(own =>
                    (IReadOnlyList<PromptScore>)[.. own.Select(row => row with { Components = components })]
                ),
            ],
        };
        var apart = Scores.Compare(matrix).Pairs[0].Variance!;
        Assert.Equal(2 * components.VarianceAt(20), apart.Seeds, 1e-12);
        Assert.True(apart.CommonSeeds!.Nowhere());
        var shared = matrix
            .Prompts.Select(prompt => new SharedSeedComponents(
                "model 1",
                "model 0",
                prompt,
                20,
                new PairComponents(0.5, 4),
                new PairComponents(1.25, 10)
            ))
            .ToArray();
        var together = Scores.Compare(matrix, null, shared).Pairs[0].Variance!;
        Assert.Equal(new PairComponents(0.5, 4).VarianceAt(20), together.Seeds, 1e-12);
        Assert.True(together.CommonSeeds!.Everywhere());
        Assert.Equal(apart.Total, together.Total);
        Assert.Null(Scores.Compare(rows).Pairs[0].Variance);
    }
}

using CsCheck;
using Semblance.Agreement;
using Semblance.Statistics;

namespace Semblance.Tests.Agreement;

/// <summary>Cases small enough to be worked by hand, and what must hold for any votes.</summary>
public sealed class VoteStatisticsTests
{
    [Fact]
    public void A_vote_counts_for_the_model_whichever_side_it_was_on()
    {
        Vote[] votes =
        [
            new("r1", "fox", "B", "A", Answer.Left),
            new("r2", "fox", "A", "B", Answer.Right),
            new("r1", "owl", "B", "A", Answer.Same),
            new("r2", "owl", "A", "B", Answer.CannotJudge),
            new("r2", "fox", "B", "A", Answer.Right) { Check = CheckKind.Repeat },
        ];
        var table = VoteTable.Of(votes, ["A", "B"]);
        Assert.Equal([new VoteItem("fox", "A", "B"), new VoteItem("owl", "A", "B")], table.Items);
        Assert.Equal([Choice.Second, Choice.Second], table.Choices[0]);
        Assert.Equal([Choice.Tie, null], table.Choices[1]);
        Assert.Equal(3, table.Votes);
    }

    [Fact]
    public void Balanced_accuracy_is_the_mean_of_the_two_recalls()
    {
        // B is the majority on three prompts, of which the score finds two; A on one, which it finds.
        var found = MajorityAgreement.Of(Votes.Table("b", "b", "b", "a").Choices, [1, 1, -1, -1]);
        Assert.Equal(((2.0 / 3) + 1) / 2, found.BalancedAccuracy!.Value, 12);
        Assert.Equal(0.75, found.OfDecided);
    }

    [Fact]
    public void Always_naming_one_model_has_a_balanced_accuracy_of_one_half()
    {
        var table = Votes.Table("b", "b", "b", "a");
        double[] differences = [4, 1, -1, 1];
        var constant = BaselineAgreement.Constant(table.Items, differences);
        Assert.Equal([1, 1, 1, 1], constant);
        var found = BaselineAgreement.Of("always", table.Choices, differences, constant);
        Assert.Equal(0.75, found.Agreement.OfDecided);
        Assert.Equal(0.5, found.Agreement.BalancedAccuracy);
        // The score errs on the third and fourth prompt, the baseline on the fourth.
        Assert.Equal((0, 1), (found.ScoreOnly, found.BaselineOnly));
        Assert.Equal(1, found.P);
    }

    [Fact]
    public void The_ceiling_leaves_each_rater_out()
    {
        // The third rater is against both others on one of four prompts; each of the others then meets a tie.
        var found = HumanCeiling.Of(Votes.Table("aaa", "bbb", "aab", "bbb"));
        Assert.Equal([1, 1, 0.75], found.ByRater);
        Assert.Equal(2.75 / 3, found.OneRater, 12);
        Assert.Equal((0.75, 1), (found.Lowest, found.Highest));
    }

    [Fact]
    public void Raters_who_always_agree_have_a_ceiling_of_one()
    {
        var found = HumanCeiling.Of(Votes.Table("aaaa", "bbbb", "aaaa"));
        Assert.Equal((1, 1, 1), (found.OneRater, found.Panels!.Value, Math.Round(found.Reliability!.Value, 12)));
    }

    [Fact]
    public void Components_of_variance_of_a_complete_table_are_those_of_the_analysis_of_variance()
    {
        // Two prompts and two raters; right votes 1 1 / 1 0. SS prompts = SS raters = SS rest = 1/4, each of one degree.
        double[,] right =
        {
            { 1, 1 },
            { 1, 0 },
        };
        double[,] count =
        {
            { 1, 1 },
            { 1, 1 },
        };
        var found = VoteVariance.Of(right, count)!;
        Assert.Equal(0.25, found.Rest, 12);
        Assert.Equal(0, found.Prompts, 12);
        Assert.Equal(0, found.Raters, 12);
    }

    /// <summary>
    /// Worked by hand: 0.08 / 4 + 0.03 / 3 + 0.12 / 12 = 0.04, of 3, 2 and 12 - 4 - 3 + 1 = 6 degrees of freedom;
    /// 0.04^2 / (0.02^2 / 3 + 0.01^2 / 2 + 0.01^2 / 6) = 0.0016 / 0.0002 = 8, and t(0.975; 8) = 2.306004.
    /// </summary>
    [Fact]
    public void The_interval_of_a_share_has_Satterthwaites_degrees_of_freedom()
    {
        var variance = new VoteVariance(0.08, 0.03, 0.12, 4, 3, 12);
        var (low, high) = variance.Interval(0.5, 0.95);
        Assert.Equal(0.5 - (0.2 * 2.306004), low, 1e-6);
        Assert.Equal(0.5 + (0.2 * 2.306004), high, 1e-6);
        Assert.Equal(1, variance.Interval(0.9, 0.95).High);
        Assert.Equal(0, variance.Interval(0.1, 0.95).Low);

        // A part below 0 counts as 0 and has no say in the degrees: 0.03^2 / (0.02^2 / 3 + 0.01^2 / 6) = 6, t = 2.446912.
        var (without, _) = (variance with { Raters = -1 }).Interval(0.5, 0.95);
        Assert.Equal(0.5 - (Math.Sqrt(0.03) * 2.446912), without, 1e-6);
        Assert.Equal(new Interval(0.5, 0.5), new VoteVariance(0, -1, 0, 4, 3, 12).Interval(0.5, 0.95));
    }

    [Fact]
    public void A_score_that_is_always_with_the_others_replaces_every_rater()
    {
        // Each rater errs on every fifth prompt, never together.
        string[] rows =
        [
            .. Enumerable
                .Range(0, 60)
                .Select(i => new string([.. Enumerable.Range(0, 3).Select(r => i % 5 == r ? 'a' : 'b')])),
        ];
        var table = Votes.Table(rows);
        var found = AlternativeAnnotatorTest.Of(table, [.. table.Items.Select(_ => Choice.Second)]);
        Assert.Equal(1, found.WinningRate);
        Assert.Equal(1, found.AdvantageProbability);
        Assert.True(found.Passes);

        var bad = AlternativeAnnotatorTest.Of(table, [.. table.Items.Select(_ => Choice.First)]);
        Assert.Equal(0, bad.WinningRate);
        Assert.False(bad.Passes);
    }

    [Fact]
    public void The_test_of_annotators_needs_three_raters()
    {
        var table = Votes.Table([.. Enumerable.Repeat("ab", 40)]);
        var fault = Assert.Throws<AssumptionException>(() =>
            AlternativeAnnotatorTest.Of(table, [.. table.Items.Select(_ => Choice.First)])
        );
        Assert.Equal(Assumption.TooFew, fault.Violated);
    }

    [Fact]
    public void One_round_of_the_test_of_annotators_by_hand()
    {
        // 30 prompts; on 10 of them the score is with the others and the rater is not, on 20 both are.
        string[] rows = [.. Enumerable.Range(0, 30).Select(i => i < 10 ? "abb" : "bbb")];
        var table = Votes.Table(rows);
        var round = AlternativeAnnotatorTest.Of(table, [.. rows.Select(_ => Choice.Second)]).Rounds[0];
        Assert.Equal(1, round.ScoreAtLeast);
        Assert.Equal(20.0 / 30, round.RaterAtLeast, 12);
        // Mean -1/3, sd sqrt(10 * 20 / 30 / 29); t = (-1/3 - 0.1) / (sd / sqrt 30) with 29 degrees.
        var t = (-1.0 / 3 - 0.1) / (Math.Sqrt(200.0 / 30 / 29) / Math.Sqrt(30));
        Assert.Equal(Semblance.Statistics.Distributions.StudentT.Cdf(t, 29), round.P, 12);
    }

    [Fact]
    public void A_curve_without_ties_is_an_ordered_logit_of_two_answers()
    {
        CurvePoint[] points = [new(-2, 1, 5), new(-1, 2, 6), new(0.5, 3, 5), new(2, 5, 6)];
        var curve = PsychometricCurve.Fit(points);
        var ordered = OrderedLogit.Fit(
            [
                .. points.Select(p => new OrderedAnswer(1, [p.Difference], p.Second)),
                .. points.Select(p => new OrderedAnswer(0, [p.Difference], p.Votes - p.Second)),
            ],
            2
        );
        Assert.Equal(curve.Slope, ordered.Slopes[0], 1e-8);
        Assert.Equal(curve.Bias, -ordered.Cuts[0], 1e-8);
        Assert.Equal(curve.SlopeError, ordered.SlopeErrors[0], 1e-7);
        Assert.Equal(curve.LogLikelihood, ordered.LogLikelihood, 1e-9);
    }

    [Fact]
    public void Three_answers_that_depend_on_nothing_have_cuts_at_the_logits_of_their_shares()
    {
        var found = OrderedLogit.Fit(
            [new OrderedAnswer(0, [], 20), new OrderedAnswer(1, [], 30), new OrderedAnswer(2, [], 50)],
            3
        );
        Assert.Equal(Math.Log(0.2 / 0.8), found.Cuts[0], 1e-9);
        Assert.Equal(0, found.Cuts[1], 1e-9);
    }

    [Fact]
    public void The_difference_that_three_quarters_see_is_where_three_quarters_see_it()
    {
        CurvePoint[] points = [new(-3, 1, 20), new(-1, 6, 20), new(1, 13, 20), new(3, 19, 20)];
        var curve = PsychometricCurve.Fit(points, lapses: true);
        Assert.Equal(0.75, curve.At(curve.DifferenceAt(0.75)!.Value), 1e-12);
        Assert.Equal(0.75, curve.Seen(curve.DifferenceSeen(0.75)!.Value), 1e-12);
        Assert.Equal(0.5, curve.Seen(0), 1e-12);
        Assert.InRange(curve.Lapse, 0, PsychometricCurve.MostLapse);
    }

    [Fact]
    public void Lapses_are_found_in_shares_that_are_exactly_those_of_a_curve()
    {
        const double Lapse = 0.06;
        CurvePoint[] points =
        [
            .. Enumerable
                .Range(-8, 17)
                .Select(d => new CurvePoint(
                    d,
                    1000 * ((Lapse / 2) + ((1 - Lapse) / (1 + Math.Exp(-(0.2 + (0.9 * d)))))),
                    1000
                )),
        ];
        var curve = PsychometricCurve.Fit(points, lapses: true);
        Assert.Equal(Lapse, curve.Lapse, 1e-9);
        Assert.Equal(0.2, curve.Bias, 1e-6);
        Assert.Equal(0.9, curve.Slope, 1e-6);
        // 0.75 = 0.03 + 0.94 p: p = 0.76596, whose logit is 1.18562.
        Assert.Equal(1.18562 / 0.9, curve.DifferenceSeen(0.75)!.Value, 1e-4);
    }

    [Fact]
    public void Votes_that_one_difference_parts_have_no_curve()
    {
        CurvePoint[] points = [new(-2, 0, 5), new(-1, 0, 5), new(1, 5, 5), new(2, 5, 5)];
        var fault = Assert.Throws<AssumptionException>(() => PsychometricCurve.Fit(points));
        Assert.Equal(Assumption.NoMaximum, fault.Violated);
    }

    [Fact]
    public void Two_models_have_the_strengths_side_and_ties_of_a_closed_form()
    {
        // Shown either way round equally often: the side effect is half the log ratio of the products.
        SidedCounts[] counts = [new(0, 1, 30, 10, 10), new(1, 0, 20, 10, 20)];
        var found = DavidsonModel.Of(counts, 2, sides: true);
        Assert.True(found.LogSide > 0);
        Assert.True(found.LogStrengths[0] > found.LogStrengths[1]);
        var swapped = DavidsonModel.Of([new(1, 0, 10, 10, 30), new(0, 1, 20, 10, 20)], 2, sides: true);
        Assert.Equal(-found.LogSide!.Value, swapped.LogSide!.Value, 1e-8);
        Assert.Equal(found.LogStrengths[0], swapped.LogStrengths[0], 1e-8);
    }

    [Fact]
    public void A_model_that_wins_all_but_ties_has_no_finite_strength()
    {
        var fault = Assert.Throws<AssumptionException>(() =>
            DavidsonModel.Of(
                [
                    [0, 5],
                    [0, 0],
                ],
                [
                    [0, 3],
                    [3, 0],
                ]
            )
        );
        Assert.Equal(Assumption.NoMaximum, fault.Violated);
    }

    [Fact]
    public void A_rater_who_answers_at_random_is_found_without_known_answers()
    {
        string[] rows =
        [
            .. Enumerable
                .Range(0, 40)
                .Select(i =>
                    (i % 2 == 0 ? "aaa" : "bbb")
                    + (
                        i * 7 % 3 == 0 ? "a"
                        : i * 7 % 3 == 1 ? "b"
                        : "="
                    )
                ),
        ];
        var found = DawidSkene.Of(Votes.Table(rows).Choices);
        Assert.All(found.Accuracy.Take(3), accuracy => Assert.True(accuracy > 0.95));
        Assert.True(found.Accuracy[3] < 0.55);
        Assert.Equal(0.5, found.Shares[0], 0.05);
    }

    [Fact]
    public void Held_out_folds_are_not_judged_with_their_own_threshold()
    {
        // In each fold another threshold would be perfect; the other fold's makes mistakes.
        RankedPair[] small = [new(0, 1), new(1, 2), new(1, 3)];
        RankedPair[] large = [new(0, 2.5), new(1, 4), new(0, 1)];
        var found = TieCalibration.HeldOut([small, large]);
        Assert.Equal(1, TieCalibration.Best(small).Accuracy);
        Assert.Equal(1, TieCalibration.Best(large).Accuracy);
        Assert.Equal(4.0 / 6, found.Accuracy, 12);
        Assert.Equal((1 + 2.5) / 2, found.Threshold, 12);
    }

    [Fact]
    public void People_and_a_score_that_are_equally_sure_have_a_soft_accuracy_of_one()
    {
        double[] sure = [1, 1, 1, 1, 1, 1, 1, 1];
        double[] unsure = [1, -1, 1, -1, 1, -1, 1, -1];
        double[] against = [-1, -1, -1, -1, -1, -1, -1, -1];
        Assert.Equal(1, SoftPairwiseAccuracy.Of([(sure, sure), (unsure, unsure), (against, against)]), 12);
        Assert.InRange(SoftPairwiseAccuracy.Of([(sure, against), (against, sure), (sure, against)]), 0, 0.02);
    }

    [Fact]
    public void A_rater_is_left_out_for_failed_checks_and_not_for_one()
    {
        Vote[] Checks(string rater, int passed, int failed) =>
            [
                new Vote(rater, "fox", "A", "B", Answer.Left) { Seconds = 3 },
                .. Enumerable
                    .Range(0, passed + failed)
                    .Select(i => new Vote(rater, $"check {i}", "A", "A", i < passed ? Answer.Same : Answer.Left)
                    {
                        Check = CheckKind.SameSet,
                        Expected = Answer.Same,
                    }),
            ];
        Vote[] votes = [.. Checks("careful", 4, 0), .. Checks("unlucky", 0, 1), .. Checks("careless", 1, 3)];
        var found = RaterSummary.All(votes, VoteTable.Of(votes, ["A", "B"]), new ExclusionRules());
        Assert.Equal("passed 1 of 4 checks", found.Single(own => own.LeftOut is not null).LeftOut);
        Assert.Equal("careless", found.Single(own => own.LeftOut is not null).Rater);
        Assert.Equal(3, found[0].MedianSeconds);
    }

    [Fact]
    public void Repeated_pages_with_swapped_sides_mean_the_same_where_the_model_is_the_same()
    {
        Vote[] votes =
        [
            new("r", "fox", "A", "B", Answer.Left),
            new("r", "owl", "A", "B", Answer.Left),
            new("r", "fox", "B", "A", Answer.Right) { Check = CheckKind.Repeat },
            new("r", "owl", "B", "A", Answer.Left) { Check = CheckKind.Repeat },
        ];
        var found = Assert.Single(RaterSummary.All(votes, VoteTable.Of(votes, ["A", "B"]), new ExclusionRules()));
        Assert.Equal((2, 1, 2), (found.Repeats, found.RepeatsSame, found.LongestRun));
    }

    [Fact]
    public void Coefficients_do_not_depend_on_the_order_of_items_or_raters() =>
        Gen.Int[0, 3]
            .Array[5]
            .Array[4, 12]
            .Sample(rows =>
            {
                var turned = rows.Reverse().Select(row => row.Reverse().ToArray()).ToArray();
                var (first, second) = (Counts(rows), Counts(turned));
                if (first.Any(row => row.Sum() > 1))
                {
                    Assert.Equal(
                        AgreementCoefficient.Gwet(first).Value,
                        AgreementCoefficient.Gwet(second).Value,
                        1e-12
                    );
                    Assert.InRange(AgreementCoefficient.Gwet(first).Value, -1, 1);
                }

                // 3 is no vote.
                static int[][] Counts(int[][] votes) =>
                    RatingCounts.Of(
                        [.. votes.Select(row => row.Select(v => v == 3 ? null : (int?)v).ToArray())],
                        [0, 1, 2]
                    );
            });
}

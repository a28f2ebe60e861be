using Semblance.Agreement;
using Semblance.Comparison;

namespace Semblance.Tests.Agreement;

/// <summary>Whole reports of votes that lack something: what does not exist is said, and nothing is NaN.</summary>
public sealed class AgreementReportTests
{
    private static readonly AgreementOptions Quick = new() { Resamples = 200 };

    /// <summary>Scores of A and B, B higher on even prompts.</summary>
    private static PromptScore[] Scores(int prompts) =>
        [
            .. Enumerable
                .Range(0, prompts)
                .SelectMany(i =>
                    new PromptScore[]
                    {
                        new("A", $"prompt {i}", 70),
                        new("B", $"prompt {i}", 70 + (i % 2 == 0 ? 1 + (0.01 * i) : -1 - (0.01 * i))),
                    }
                ),
        ];

    private static Vote[] Votes(int prompts, int raters, Func<int, int, Answer> answer) =>
        [
            .. Enumerable
                .Range(0, prompts)
                .SelectMany(i =>
                    Enumerable
                        .Range(0, raters)
                        .Select(r => new Vote(
                            $"r{r}",
                            $"prompt {i}",
                            (i + r) % 2 == 0 ? "A" : "B",
                            (i + r) % 2 == 0 ? "B" : "A",
                            answer(i, r)
                        ))
                ),
        ];

    /// <summary>The side that the score favours, but on every tenth prompt.</summary>
    private static Answer WithScore(int i, int r) =>
        ((i % 2 == 0) ^ ((i + r) % 10 == 3)) == ((i + r) % 2 == 0) ? Answer.Right : Answer.Left;

    private static AgreementReport Of(int prompts, Vote[] votes) =>
        AgreementReport.Of(votes, [new VotedScores("clip", Scores(prompts))], Quick);

    [Fact]
    public void A_whole_study_has_every_figure_and_says_them_in_a_sentence()
    {
        var report = Of(60, Votes(60, 3, WithScore));
        var own = report.Figures.Encoders[0];
        Assert.StartsWith("The score of clip names the model that most of 3 raters name on 60 of 60", report.Verdict);
        Assert.Contains("may replace one of your raters (it beats 3 of 3)", report.Verdict);
        Assert.Equal(1, own.Majority.OfDecided!.Value);
        Assert.Equal(0.9, own.PerVoteShare!.Value, 1e-12);
        Assert.Equal(0.5, own.Baselines[0].OfDecided!.Value, 1e-12);
        Assert.NotNull(own.Curve);
        Assert.Equal(4, own.More.Count);
        Assert.Empty(own.Undefined);
        Assert.Null(report.Everyone);
    }

    [Fact]
    public void One_rater_has_no_ceiling_and_no_coefficients()
    {
        var report = Of(60, Votes(60, 1, WithScore));
        Assert.Null(report.Figures.People.Ceiling);
        Assert.All(report.Figures.People.Coefficients, one => Assert.Null(one.Value));
        Assert.Contains(report.Figures.People.Undefined, one => one.What == "human ceiling");
        Assert.Contains(report.Figures.Encoders[0].Undefined, one => one.What == "alternative annotator test");
        Assert.Contains(report.Warnings, one => one.StartsWith("There is 1 rater", StringComparison.Ordinal));
    }

    [Fact]
    public void Two_raters_have_no_test_of_annotators_and_it_is_said()
    {
        var report = Of(60, Votes(60, 2, WithScore));
        Assert.Null(report.Figures.Encoders[0].AnnotatorTest);
        Assert.Contains(
            report.Figures.Encoders[0].Undefined,
            one => one.Why.StartsWith("The test needs 3 raters", StringComparison.Ordinal)
        );
        Assert.DoesNotContain("annotator", report.Verdict);
    }

    [Fact]
    public void One_prompt_has_an_agreement_and_no_curve()
    {
        var report = Of(1, Votes(1, 3, (_, r) => r % 2 == 0 ? Answer.Right : Answer.Left));
        Assert.Equal(1, report.Figures.Encoders[0].Majority.Decided);
        Assert.Null(report.Figures.Encoders[0].Curve);
        Assert.Null(report.Figures.Encoders[0].Ranks!.TieCalibrated);
    }

    [Fact]
    public void Ties_everywhere_decide_nothing()
    {
        var report = Of(60, Votes(60, 3, (_, _) => Answer.Same));
        var own = report.Figures.Encoders[0];
        Assert.StartsWith("Nothing can be said: on none of 60 prompts", report.Verdict);
        Assert.Null(own.Majority.OfDecided);
        Assert.Equal(0.5, own.Majority.TiesHalf.Value);
        Assert.Equal(0, own.Majority.UndecidedDisagree.Value);
        Assert.Contains(
            report.Figures.People.Undefined,
            one => one.Why.Contains("about the same", StringComparison.Ordinal)
        );
    }

    [Fact]
    public void Everyone_choosing_one_model_everywhere_has_undefined_coefficients()
    {
        var report = Of(60, Votes(60, 3, (i, r) => (i + r) % 2 == 0 ? Answer.Right : Answer.Left));
        var people = report.Figures.People;
        Assert.Equal(1, people.Coefficients[0].Value);
        Assert.All(people.Coefficients.Skip(1), one => Assert.Null(one.Value));
        Assert.Contains(
            people.Undefined,
            one => one.Why.StartsWith("Everyone chose the second model", StringComparison.Ordinal)
        );
        Assert.Null(report.Figures.Encoders[0].Curve);
        Assert.Equal(0.5, report.Figures.Encoders[0].Majority.OfDecided!.Value);
    }

    [Fact]
    public void Votes_on_prompts_without_scores_are_left_out_and_counted()
    {
        Vote[] votes = [.. Votes(60, 3, WithScore), new Vote("r0", "another", "A", "B", Answer.Left)];
        var report = Of(60, votes);
        Assert.Equal("no score of A and B for this prompt", Assert.Single(report.LeftOut).Reason);
        Assert.Equal(180, report.Figures.People.Votes);
    }

    [Fact]
    public void No_usable_vote_is_refused_with_the_first_prompt()
    {
        var fault = Assert.Throws<InputException>(() => Of(3, [new Vote("r0", "another", "A", "B", Answer.Left)]));
        Assert.Contains("\"another\"", fault.Message);
    }

    [Fact]
    public void Figures_are_given_with_and_without_those_who_are_left_out()
    {
        Vote[] votes =
        [
            .. Votes(60, 4, (i, r) => r == 3 ? Answer.Right : WithScore(i, r)),
            .. Enumerable
                .Range(0, 4)
                .Select(c => new Vote("r3", $"check {c}", "A", "A", Answer.Left)
                {
                    Check = CheckKind.SameSet,
                    Expected = Answer.Same,
                }),
        ];
        var report = Of(60, votes);
        Assert.Equal(3, report.Figures.People.Raters);
        Assert.Equal(4, report.Everyone!.People.Raters);
        Assert.Equal("passed 0 of 4 checks", report.Raters[3].LeftOut);
        Assert.True(report.Raters[3].AdjustedSideP < 1e-10);
        Assert.True(report.Everyone.Encoders[0].PerVoteShare!.Value < report.Figures.Encoders[0].PerVoteShare!.Value);
    }

    [Fact]
    public void The_report_does_not_depend_on_the_order_of_votes_or_threads()
    {
        var votes = Votes(30, 3, WithScore);
        var first = Of(30, votes);
        var second = AgreementReport.Of(
            [.. votes.Reverse()],
            [new VotedScores("clip", Scores(30))],
            Quick with
            {
                Threads = 3,
            }
        );
        Assert.Equal(first.Verdict, second.Verdict);
        Assert.Equal(first.Figures.Encoders[0].PerVote, second.Figures.Encoders[0].PerVote);
        Assert.Equal(first.Figures.Encoders[0].Curve!.Seen75High, second.Figures.Encoders[0].Curve!.Seen75High);
    }

    /// <summary>Student's limits about a logarithm lie one factor below and above.</summary>
    [Fact]
    public void The_difference_that_75_percent_see_lies_in_the_middle_of_its_interval_by_factors()
    {
        // The larger the difference, the fewer see it the other way round.
        var report = Of(
            60,
            Votes(
                60,
                3,
                (i, r) =>
                    ((i + (7 * r)) % 60 > i / 2) == (i % 2 == 0) == ((i + r) % 2 == 0) ? Answer.Right : Answer.Left
            )
        );
        var curve = report.Figures.Encoders[0].Curve!;
        Assert.Equal(
            curve.DifferenceSeen75!.Value / curve.Seen75Low!.Value,
            curve.Seen75High!.Value / curve.DifferenceSeen75.Value,
            1e-9
        );
        Assert.InRange(curve.Seen75High.Value / curve.Seen75Low.Value, 1.01, 10);
    }
}

using Semblance.Agreement;
using Semblance.Simulations;
using Semblance.Statistics;

namespace Semblance.Tests.Agreement;

/// <summary>A short run of the simulated raters behind docs/statistics.md.</summary>
[Trait("speed", "slow")]
public sealed class VotesKnownTruthTests
{
    [Theory]
    [InlineData(50, 3)]
    [InlineData(100, 5)]
    public void Intervals_of_agreement_cover_the_truth(int prompts, int raters)
    {
        foreach (var rate in VotesKnownTruth.Shares(prompts, raters, 200, 100, seed: 3, threads: 0))
        {
            // For these raters alone they are too narrow, and nobody is shown them where there are three raters.
            var least = rate.What.EndsWith("over prompts covers it", StringComparison.Ordinal) ? 0.8 : 0.93;
            Assert.True(rate.Observed >= least - (3 * rate.StandardError), rate.ToString());
        }
    }

    [Fact]
    public void Raters_who_are_all_alike_add_little_to_the_interval_over_prompts()
    {
        var ratio = Enumerable
            .Range(0, 15)
            .Select(study => VotesKnownTruth.Curve.Draw(new Draws(10, study), 80, 5).Table)
            .Average(table =>
            {
                var over = AgreementCoefficient.Gwet(table.Counts()).Interval()!.Value;
                var both = TwoWayInterval
                    .Of(
                        table,
                        votes => AgreementCoefficient.Gwet(votes).Value,
                        new AgreementOptions { Resamples = 100 }
                    )!
                    .Value;
                return (both.High - both.Low) / (over.High - over.Low);
            });
        Assert.InRange(ratio, 0.95, 1.25);
    }

    [Fact]
    public void The_difference_that_people_see_is_recovered()
    {
        var found = Enumerable
            .Range(0, 40)
            .Select(study => VotesKnownTruth.Curve.Draw(new Draws(5, study), 200, 5))
            .Select(one =>
                PsychometricCurve.Fit(
                    [
                        .. one
                            .Table.Counts()
                            .Select((own, i) => new CurvePoint(one.Differences[i], own[2], own[0] + own[2])),
                    ],
                    lapses: true
                )
            )
            .ToArray();
        Assert.Equal(VotesKnownTruth.Curve.Slope, found.Average(curve => curve.Slope), 0.1);
        Assert.Equal(0, found.Average(curve => curve.Bias), 0.05);
        Assert.InRange(found.Average(curve => curve.Lapse), 0.02, 0.06);
    }

    [Fact]
    public void Strengths_ties_and_the_side_are_recovered()
    {
        double[] strengths = [0.6, 0.1, -0.7];
        const double LogTies = -0.4;
        const double LogSide = 0.3;
        double[] sums = new double[5];
        const int Studies = 20;
        for (var study = 0; study < Studies; study++)
        {
            var draws = new Draws(7, study);
            List<SidedCounts> counts = [];
            for (var i = 0; i < 3; i++)
            {
                for (var j = 0; j < 3; j++)
                {
                    if (i != j)
                    {
                        var left = Math.Exp(strengths[i] + LogSide);
                        var right = Math.Exp(strengths[j]);
                        var tie = Math.Exp(LogTies + ((strengths[i] + strengths[j]) / 2));
                        int[] votes = [0, 0, 0];
                        for (var vote = 0; vote < 300; vote++)
                        {
                            var at = draws.Uniform() * (left + tie + right);
                            votes[
                                at < left ? 0
                                : at < left + tie ? 1
                                : 2
                            ]++;
                        }

                        counts.Add(new SidedCounts(i, j, votes[0], votes[1], votes[2]));
                    }
                }
            }

            var found = DavidsonModel.Of(counts, 3, sides: true);
            double[] own = [.. found.LogStrengths, found.LogTies!.Value, found.LogSide!.Value];
            for (var k = 0; k < 5; k++)
            {
                sums[k] += own[k] / Studies;
            }
        }

        Assert.All(
            strengths.Append(LogTies).Append(LogSide).Zip(sums),
            one => Assert.Equal(one.First, one.Second, 0.04)
        );
    }

    [Fact]
    public void How_precise_more_votes_would_be_is_foreseen()
    {
        // What 60 prompts and 4 raters say of 150 and 6, on average, against many studies of that size.
        const int Studies = 150;
        var foreseen = Enumerable
            .Range(0, Studies)
            .Select(study => VotesKnownTruth.Study.Draw(new Draws(8, study), 60, 4))
            .Average(one => PerVoteAgreement.Of(one.Table, one.Differences, resamples: 2).Variance!.HalfWidth(150, 6));
        double[] shares =
        [
            .. Enumerable
                .Range(0, Studies)
                .Select(study => VotesKnownTruth.Study.Draw(new Draws(9, study), 150, 6))
                .Select(one => PerVoteAgreement.Of(one.Table, one.Differences, resamples: 2).Share),
        ];
        Assert.Equal(1, foreseen / (1.96 * Descriptive.StandardDeviation(shares)), 0.2);
    }

    [Fact]
    public void The_accuracies_of_raters_are_recovered_without_known_answers()
    {
        // Each answers rightly with a known chance, else one of the two others.
        double[] accuracy = [0.95, 0.85, 0.7, 0.5];
        var sums = new double[4];
        for (var study = 0; study < 20; study++)
        {
            var draws = new Draws(6, study);
            Choice?[][] choices =
            [
                .. Enumerable
                    .Range(0, 200)
                    .Select(_ => (int)(3 * draws.Uniform()))
                    .Select(truth =>
                        (Choice?[])
                            [
                                .. accuracy.Select(own =>
                                    (Choice?)(
                                        draws.Uniform() < own ? truth : (truth + 1 + (int)(2 * draws.Uniform())) % 3
                                    )
                                ),
                            ]
                    ),
            ];
            var found = DawidSkene.Of(choices).Accuracy;
            for (var r = 0; r < 4; r++)
            {
                sums[r] += found[r]!.Value / 20;
            }
        }

        Assert.All(accuracy.Zip(sums), one => Assert.Equal(one.First, one.Second, 0.03));
    }
}

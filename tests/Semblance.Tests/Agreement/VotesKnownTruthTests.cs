using Semblance.Agreement;
using Semblance.Simulations;

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
        foreach (var rate in VotesKnownTruth.Shares(prompts, raters, 200, 300, seed: 3, threads: 0).Take(3))
        {
            Assert.True(rate.Observed >= rate.Nominal - 0.02 - (4 * rate.StandardError), rate.ToString());
        }
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

using Semblance.Comparison;
using Semblance.Simulations;

namespace Semblance.Tests.Comparison;

public sealed class SimultaneousIntervalsTests
{
    [Fact]
    public void Two_models_have_none()
    {
        var report = Scores.Compare(Scores.Random(2, 25, 1, 4));
        Assert.Null(report.Pairs[0].Simultaneous);
        Assert.All(report.Models, model => Assert.Null(model.Simultaneous));
        Assert.All(report.Models, model => Assert.Null(model.Rank));
    }

    /// <summary>All limits lie the same number of times further from their estimates, more for more pairs.</summary>
    [Fact]
    public void They_are_wider_than_the_single_ones_by_one_factor()
    {
        var few = Factors(Scores.Compare(Scores.Random(3, 40, 1, 4)));
        var many = Factors(Scores.Compare(Scores.Random(6, 40, 1, 4)));
        Assert.All(few, factor => Assert.Equal(few[0], factor, 1e-9));
        Assert.InRange(few[0], 1.1, 1.3);
        Assert.InRange(many[0], few[0] + 0.1, 1.6);
        var against = Scores.Compare(Scores.Random(6, 40, 1, 4), new ComparisonOptions { Against = "model 0" });
        Assert.InRange(Factors(against)[0], few[0], many[0]);
        Assert.All(against.Models, model => Assert.Null(model.Rank));
    }

    [Fact]
    public void Places_are_certain_far_apart_and_open_close_by()
    {
        var apart = Scores.Compare(Scores.Random(3, 40, 8, 4)).Models.Select(model => model.Rank!).ToArray();
        Assert.Equal([(3, 3, 3), (2, 2, 2), (1, 1, 1)], apart.Select(rank => (rank.Value, rank.Low, rank.High)));
        var matrix = Scores.Random(2, 40, 8, 6);
        var twins = Scores
            .Compare(Scores.Of(matrix.Scores(0), matrix.Scores(1), matrix.Scores(1)))
            .Models.Select(model => model.Rank!)
            .ToArray();
        Assert.Equal([(3, 3, 3), (1, 1, 2), (1, 1, 2)], twins.Select(rank => (rank.Value, rank.Low, rank.High)));
    }

    [Fact]
    public void So_many_models_that_correlations_take_long_have_Bonferronis()
    {
        var matrix = Scores.Random(51, 20, 0.1, 2);
        var report = Scores.Compare(matrix, new ComparisonOptions { Against = "model 0" });
        Assert.All(Factors(report), factor => Assert.InRange(factor, 1.5, 2.2));
    }

    /// <summary>Copies of prompts in one cluster are one block: ranks and tests are those of the prompts without copies.</summary>
    [Fact]
    public void Friedmans_blocks_are_the_clusters()
    {
        var single = Scores.Random(3, 12, 0.5, 4);
        double[][] copied =
        [
            .. Enumerable.Range(0, 3).Select(m => single.Scores(m).SelectMany(x => new[] { x, x, x }).ToArray()),
        ];
        var clustered = Scores.Of(copied) with { Clusters = [.. Enumerable.Range(0, 36).Select(i => i / 3)] };
        var (expected, found) = (Scores.Compare(single), Scores.Compare(clustered));
        Assert.Equal(expected.Several!.Friedman, found.Several!.Friedman, 1e-9);
        Assert.Equal(expected.Several.CriticalDifference, found.Several.CriticalDifference, 1e-9);
        Assert.Equal(expected.Pairs[0].NemenyiP!.Value, found.Pairs[0].NemenyiP!.Value, 1e-9);
        Assert.NotEqual(Scores.Compare(Scores.Of(copied)).Several!.Friedman, found.Several.Friedman, 1.0);
    }

    /// <summary>Looking again matters where a pair is not significant or barely so.</summary>
    [Fact]
    public void Only_a_result_that_could_turn_is_asked_again()
    {
        Assert.False(Scores.Compare(Scores.Random(2, 40, 8, 4)).MayBeAskedAgain);
        Assert.True(Scores.Compare(Scores.Random(2, 40, 0, 4)).MayBeAskedAgain);

        // Seven differences of one sign: p = 2 / 128 = 0.0156, above 0.01; nine: 2 / 512 = 0.0039.
        Assert.True(Scores.Compare(Scores.WithDifferences(1, 2, 3, 4, 5, 6, 7)).MayBeAskedAgain);
        Assert.False(Scores.Compare(Scores.WithDifferences(1, 2, 3, 4, 5, 6, 7, 8, 9)).MayBeAskedAgain);
    }

    /// <summary>A short run of `bench simulate N several`; three standard errors of 300 studies are 3.8 points.</summary>
    [Fact]
    [Trait("speed", "slow")]
    public void All_intervals_hold_at_once_and_all_places_too()
    {
        var rates = ModelsAtOnce.Of(
            MeanIntervals.Laws[0],
            models: 5,
            prompts: 20,
            gap: 0.1,
            runs: 300,
            seed: 3,
            threads: 0
        );
        Assert.InRange(rates.Pairs, 0.95 - 0.038, 0.99);
        Assert.InRange(rates.Means, 0.95 - 0.038, 0.99);
        Assert.True(rates.Single < 0.85, $"{rates}");
        Assert.True(rates.Places >= 0.95, $"{rates}");
        Assert.True(rates.ResampledPlaces < rates.Places, $"{rates}");
    }

    private static double[] Factors(ComparisonReport report) =>
        [
            .. report.Pairs.Select(pair =>
                (pair.Difference.Value - pair.Simultaneous!.Value.Low) / (pair.Difference.Value - pair.Difference.Low)
            ),
            .. report.Pairs.Select(pair =>
                (pair.Simultaneous!.Value.High - pair.Difference.Value) / (pair.Difference.High - pair.Difference.Value)
            ),
        ];
}

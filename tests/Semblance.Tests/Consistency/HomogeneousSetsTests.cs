using Semblance.Consistency;
using Semblance.Simulations;

namespace Semblance.Tests.Consistency;

/// <summary>A short run of the simulations behind docs/statistics.md.</summary>
[Trait("speed", "slow")]
public sealed class HomogeneousSetsTests
{
    [Theory]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(8)]
    [InlineData(20)]
    [InlineData(50)]
    [InlineData(100)]
    public void At_most_5_percent_of_sets_of_one_kind_have_an_outlier(int images)
    {
        foreach (var law in SetLaw.All)
        {
            var rate = HomogeneousSets.FalseOutliers(law, images, runs: 400, seed: 5, threads: 0);
            Assert.True(rate.Observed <= rate.Nominal + (3 * rate.StandardError), rate.ToString());
        }
    }

    [Theory]
    [InlineData(8, 0.8)]
    [InlineData(10, 0.9)]
    [InlineData(100, 0.95)]
    public void A_stray_image_among_images_of_many_dimensions_is_found(int images, double least) =>
        Assert.InRange(
            HomogeneousSets.Strays(SetLaw.All[0], images, runs: 200, seed: 6, threads: 0).Observed,
            least,
            1
        );

    [Fact]
    public void Different_images_of_a_consistent_model_are_no_near_duplicates()
    {
        var rate = HomogeneousSets.FalseDuplicates(SetLaw.All[0], 98, runs: 200, seed: 7, threads: 0);
        Assert.True(rate.Count == 0, rate.ToString());
    }
}

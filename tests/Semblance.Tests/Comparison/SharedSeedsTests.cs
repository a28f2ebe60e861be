using Semblance.Simulations;

namespace Semblance.Tests.Comparison;

/// <summary>A short run of `bench simulate N seeds`: what prompts have in common through their seeds is in errors and tests.</summary>
[Trait("speed", "slow")]
public sealed class SharedSeedsTests
{
    [Theory]
    [InlineData(50, 10, 0, false)]
    [InlineData(50, 10, 0.3, false)]
    [InlineData(50, 10, 0.5, false)]
    [InlineData(50, 10, 0.3, true)]
    [InlineData(100, 20, 0.1, false)]
    [InlineData(100, 20, 0.5, false)]
    public void Intervals_cover_and_tests_hold_where_prompts_share_seeds(
        int prompts,
        int seeds,
        double share,
        bool both
    )
    {
        var rates = SharedSeeds.Of(prompts, seeds, share, both, runs: 300, seed: 11, threads: 0);
        foreach (var rate in rates.Where(rate => !rate.What.StartsWith("... as if", StringComparison.Ordinal)))
        {
            // 93.5 to 97.5% is what is asked for; three standard errors more for 300 studies.
            var slack = 0.015 + (3 * rate.StandardError);
            Assert.True(
                rate.AtMost
                    ? rate.Observed <= rate.Nominal + slack
                    : rate.Observed >= rate.Nominal - slack && rate.Observed <= 0.975 + (2 * rate.StandardError),
                rate.ToString()
            );
        }

        // The simulation has what it is about: without the seeds intervals cover far too seldom.
        if (share >= 0.3 && !both)
        {
            Assert.True(rates[1].Observed < 0.85, rates[1].ToString());
        }
    }
}

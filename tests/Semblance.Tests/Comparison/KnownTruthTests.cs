using Semblance.Simulations;

namespace Semblance.Tests.Comparison;

/// <summary>A short run of the simulations behind docs/statistics.md.</summary>
[Trait("speed", "slow")]
public sealed class KnownTruthTests
{
    [Theory]
    [InlineData(8, 300)]
    [InlineData(20, 300)]
    public void Intervals_cover_the_truth_and_tests_hold_their_level(int prompts, int runs)
    {
        foreach (var law in new[] { DifferenceLaw.Normal, DifferenceLaw.HeavyTailed })
        {
            foreach (var rate in KnownTruth.Intervals(law, prompts, runs, resamples: 200, seed: 3, threads: 0))
            {
                // With heavy tails and few prompts the mean's interval falls a point or two short; dz's interval is made for normal differences.
                var slack =
                    (4 * rate.StandardError) + (rate.What.Contains("mean", StringComparison.Ordinal) ? 0.02 : 0);
                if (rate.AtMost)
                {
                    Assert.True(rate.Observed <= rate.Nominal + slack, rate.ToString());
                }
                else if (law == DifferenceLaw.Normal || !rate.What.Contains("dz", StringComparison.Ordinal))
                {
                    Assert.InRange(rate.Observed, rate.Nominal - slack, rate.Nominal + (2 * slack));
                }
            }
        }
    }

    [Theory]
    [InlineData(7, 600)]
    [InlineData(20, 300)]
    public void A_gate_rarely_passes_what_is_just_false(int prompts, int runs)
    {
        foreach (var law in new[] { DifferenceLaw.Normal, DifferenceLaw.HeavyTailed })
        {
            foreach (var rate in KnownTruth.Gates(law, prompts, runs, seed: 9, threads: 0))
            {
                Assert.True(rate.Observed <= rate.Nominal + (4 * rate.StandardError), rate.ToString());
                if (!rate.What.StartsWith("Equivalence", StringComparison.Ordinal))
                {
                    Assert.True(rate.Observed > 0.015, $"the limits are too wide to be of use: {rate}");
                }
            }
        }
    }

    [Fact]
    public void The_variance_within_prompts_is_already_in_the_interval()
    {
        foreach (var rate in KnownTruth.Seeds(300, resamples: 200, seed: 4, threads: 0))
        {
            Assert.InRange(rate.Observed, 0.95 - 0.02 - (4 * rate.StandardError), 1);
        }
    }
}

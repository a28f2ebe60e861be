using Semblance.Comparison;
using Semblance.Simulations;
using Semblance.Statistics;
using Semblance.Statistics.Distributions;

namespace Semblance.Tests.Statistics;

public sealed class RepeatedLooksTests
{
    /// <summary>Pocock's constants, two-sided 0.05 (C. Jennison and B. W. Turnbull, "Group Sequential Methods", 2000, table 2.1).</summary>
    [Theory]
    [InlineData(2, 2.178)]
    [InlineData(3, 2.289)]
    [InlineData(5, 2.413)]
    [InlineData(10, 2.555)]
    [InlineData(20, 2.672)]
    public void Pococks_constants(int looks, double constant) =>
        Assert.Equal(constant, Normal.Quantile(1 - RepeatedLooks.Pocock(looks, 0.025)), 2e-3);

    [Fact]
    public void One_look_is_at_alpha_itself()
    {
        Assert.Equal(0.05, RepeatedLooks.Pocock(1, 0.05));
        Assert.Throws<AssumptionException>(() => RepeatedLooks.Pocock(0, 0.05));
        Assert.Throws<AssumptionException>(() => RepeatedLooks.Pocock(51, 0.05));
        Assert.Throws<AssumptionException>(() => RepeatedLooks.Anytime(0, 0.05));
        Assert.Throws<AssumptionException>(() => RepeatedLooks.Anytime(10, 0.5));
    }

    /// <summary>
    /// By hand at t = 50 and alpha 0.05: t rho^2 = 2 ln 10 + ln(2 ln 10) + 1 = 7.132350;
    /// b^2 = 2 x 8.132350 / 7.132350 x ln(1 + 2.851728 / 0.1) = 2.280412 x 3.384976.
    /// </summary>
    [Fact]
    public void An_anytime_limit_is_that_of_the_paper()
    {
        Assert.Equal(Math.Sqrt(7.719141), Normal.Quantile(1 - RepeatedLooks.Anytime(50, 0.05)), 1e-4);
        Assert.True(RepeatedLooks.Anytime(10, 0.05) < RepeatedLooks.Anytime(50, 0.05));
        Assert.True(RepeatedLooks.Anytime(5000, 0.05) < RepeatedLooks.Anytime(50, 0.05));
    }

    /// <summary>A short run of `bench simulate N looks`: 20 looks from 12 to 400 prompts, the truth on the margin.</summary>
    [Fact]
    [Trait("speed", "slow")]
    public void Planned_looks_keep_alpha_and_unplanned_ones_do_not()
    {
        foreach (var law in new[] { DifferenceLaw.Normal, DifferenceLaw.HeavyTailed })
        {
            foreach (var name in new[] { "--anytime", "--looks 20" })
            {
                var rate = Looks.FalsePasses(law, Looks.Way(name), 20, runs: 2000, seed: 2, threads: 0);
                Assert.True(rate.Observed <= 0.05 + (3 * rate.StandardError), rate.ToString());
            }

            var plain = Looks.FalsePasses(
                law,
                Looks.Way("as if each were the only one"),
                20,
                2000,
                seed: 2,
                threads: 0
            );
            Assert.True(plain.Observed > 0.15, plain.ToString());
        }
    }

    [Fact]
    public void A_gate_says_that_looks_cost_alpha_unless_they_are_planned()
    {
        double[] d = [.. Enumerable.Range(0, 30).Select(i => 0.3 + ((i % 7) - 3.0))];
        var matrix = KnownTruth.Matrix(d);
        GateDecision Decide(GateOptions options) => ConsistencyGate.Decide(matrix, "first", "second", options);
        var plain = Decide(new GateOptions { Margin = 0 });
        Assert.Equal(GateOutcome.Inconclusive, plain.Outcome);
        Assert.Contains(plain.AnotherLook, plain.Warnings);
        Assert.Equal(0.05, plain.LookAlpha);
        var five = Decide(new GateOptions { Margin = 0, Looks = 5 });
        Assert.Null(five.AnotherLook);
        Assert.Equal(RepeatedLooks.Pocock(5, 0.05), five.LookAlpha);
        Assert.Equal(1 - five.LookAlpha, five.Level);
        Assert.Equal(0.05, five.Alpha);
        Assert.Contains("one of at most 5 looks", five.Sentence, StringComparison.Ordinal);
        var anytime = Decide(new GateOptions { Margin = 0, Anytime = true });
        Assert.True(anytime.Low < five.Low && five.Low < plain.Low);
        Assert.Contains("at any time", anytime.Sentence, StringComparison.Ordinal);
        Assert.Throws<UsageException>(() => Decide(new GateOptions { Looks = 0 }));
        Assert.Throws<UsageException>(() => Decide(new GateOptions { Looks = 2, Anytime = true }));
    }
}

using Semblance.Comparison;
using Semblance.Planning;
using Semblance.Simulations;
using Semblance.Statistics;
using Semblance.Statistics.Distributions;
using Semblance.Variance;

namespace Semblance.Tests.Planning;

public sealed class VerdictPowerTests
{
    /// <summary>Three standard errors of 600 studies are 5 points.</summary>
    [Theory]
    [Trait("speed", "slow")]
    [InlineData(0.4, 50)]
    [InlineData(0.6, 20)]
    public void A_comparison_gives_its_verdict_as_often_as_promised(double effect, int prompts)
    {
        const int Runs = 600;
        var given = new bool[Runs];
        new Threads(0).Run(
            Runs,
            run =>
            {
                var draws = new Draws(3, run);
                double[] d = [.. Enumerable.Range(0, prompts).Select(_ => effect + draws.Normal())];
                var options = new ComparisonOptions
                {
                    Resamples = 499,
                    Seed = (ulong)run,
                    Threads = 1,
                };
                given[run] = ModelComparison
                    .Of(KnownTruth.Matrix(d), options, cancellationToken: TestContext.Current.CancellationToken)
                    .Verdict.StartsWith("second is more consistent", StringComparison.Ordinal);
            }
        );
        var promised = VerdictPower.OfComparison(effect * Math.Sqrt(prompts), prompts - 1, prompts, 0.05);
        Assert.InRange(given.Average(one => one ? 1.0 : 0), promised - 0.055, promised + 0.055);

        // Student's test alone would promise more.
        Assert.True(promised < Power.OfTTest(effect, prompts, 0.05, Alternative.TwoSided) - 0.02);
    }

    [Fact]
    public void Too_few_prompts_have_no_power()
    {
        Assert.Equal(0, VerdictPower.OfComparison(100, 4, 5, 0.05));
        Assert.True(VerdictPower.OfComparison(100, 5, 6, 0.05) > 0.99);
        Assert.Equal(0, VerdictPower.OfGate(5, 0.1, 3, 4, new GateOptions()));
    }

    /// <summary>At a true difference of 0, a margin of 1 and an error of 0.4: P(T' > t) with noncentrality 2.5.</summary>
    [Fact]
    public void A_gate_has_the_power_of_its_one_sided_test()
    {
        var limit = StudentT.Quantile(0.95, 29);
        var power = NoncentralT.UpperTail(limit, 29, 2.5);
        Assert.Equal(power, VerdictPower.OfGate(0, 0.4, 29, 30, new GateOptions()), 1e-9);
        Assert.Equal(power, VerdictPower.OfGate(0, 0.4, 29, 30, new GateOptions { Claim = GateClaim.Variety }), 1e-9);
        Assert.Equal(
            (2 * power) - 1,
            VerdictPower.OfGate(0, 0.4, 29, 30, new GateOptions { Claim = GateClaim.Equivalence }),
            1e-9
        );
        Assert.Equal(
            NoncentralT.UpperTail(limit, 29, 2.5),
            VerdictPower.OfGate(1.5, 0.4, 29, 30, new GateOptions { Claim = GateClaim.Superiority, Margin = 0.5 }),
            1e-9
        );
    }

    /// <summary>F(5, 10) has its upper 5% point at 3.325835 (tables); its quantile at 1/2 of equal degrees is 1.</summary>
    [Fact]
    public void Quantiles_of_F()
    {
        Assert.Equal(3.325835, FisherF.Quantile(0.95, 5, 10), 1e-5);
        Assert.Equal(1, FisherF.Quantile(0.5, 12, 12), 1e-9);
    }

    /// <summary>
    /// From pilots of 20 prompts: half of the studies exceed the half width that is planned without assurance, a fifth that of an
    /// assurance of 0.8. Three standard errors of 2,000 are 2.7 points.
    /// </summary>
    [Fact]
    [Trait("speed", "slow")]
    public void A_half_width_is_met_as_often_as_it_is_assured()
    {
        const double Wanted = 0.6;
        var (met, plain) = (0, 0);
        const int Runs = 2000;
        for (var run = 0; run < Runs; run++)
        {
            var draws = new Draws(7, run);
            double Deviation(int n) =>
                Descriptive.StandardDeviation([.. Enumerable.Range(0, n).Select(_ => 2 * draws.Normal())]);
            var pilot = Deviation(20);
            var variance = new StudyVariance(pilot * pilot, new PairComponents(0, 0), 1)
            {
                PilotPrompts = 20,
                PilotSeeds = 8,
            };
            bool Met(double? assurance)
            {
                var plan = StudyPlanner.Plan(
                    variance,
                    new PlanOptions
                    {
                        HalfWidth = Wanted,
                        Assurance = assurance,
                        MostSeeds = 2,
                    }
                );
                var n = plan.Cheapest!.Prompts;
                return StudentT.Quantile(0.975, n - 1) * Deviation(n) / Math.Sqrt(n) <= Wanted;
            }

            met += Met(0.8) ? 1 : 0;
            plain += Met(null) ? 1 : 0;
        }

        Assert.InRange((double)met / Runs, 0.77, 0.84);
        Assert.InRange((double)plain / Runs, 0.4, 0.55);
    }

    [Fact]
    public void A_plan_for_a_gate_needs_a_claim_that_holds()
    {
        var variance = new StudyVariance(6, new PairComponents(1, 20), 2) { PilotPrompts = 30, PilotSeeds = 8 };
        var gate = new PlanOptions { Goal = PlanGoal.Gate };
        var plan = StudyPlanner.Plan(variance, gate);
        Assert.NotNull(plan.Cheapest);
        Assert.InRange(plan.Cheapest.Power!.Value, 0.8, 0.85);
        Assert.Contains("the gate passes with a chance of 8", plan.Advice, StringComparison.Ordinal);
        Assert.Throws<UsageException>(() =>
            StudyPlanner.Plan(
                variance,
                gate with
                {
                    Gate = new GateOptions { Claim = GateClaim.Superiority, Margin = 0 },
                }
            )
        );
        Assert.Throws<UsageException>(() => StudyPlanner.Plan(variance with { Models = 1 }, gate));
        Assert.Throws<UsageException>(() =>
            StudyPlanner.Plan(new StudyVariance(6, new PairComponents(1, 20), 2), new PlanOptions { Assurance = 0.8 })
        );
        Assert.Throws<UsageException>(() => StudyPlanner.Plan(variance, new PlanOptions { Assurance = 1 }));
    }
}

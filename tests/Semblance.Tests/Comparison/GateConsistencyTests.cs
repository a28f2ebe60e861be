using Semblance.Comparison;
using Semblance.Statistics;

namespace Semblance.Tests.Comparison;

/// <summary>Whatever the differences, the decision and the p-value beside it do not contradict each other.</summary>
[Trait("speed", "slow")]
public sealed class GateConsistencyTests
{
    [Theory]
    [InlineData(GateTest.Student)]
    [InlineData(GateTest.Wilcoxon)]
    public void A_claim_passes_only_with_a_p_of_at_most_alpha(GateTest test)
    {
        // Whole numbers, as rounded scores have them: ties, zeros, and differences on the margin itself.
        var random = new Random(5);
        var passes = 0;

        // Signed ranks draw thousands of studies wherever they decide nothing.
        var studies = test == GateTest.Student ? 4000 : 120;
        for (var study = 0; study < studies; study++)
        {
            var claim = (GateClaim)random.Next(3);
            var options = new GateOptions
            {
                Claim = claim,
                Test = test,
                Margin = random.Next(claim == GateClaim.Equivalence ? 1 : 0, 4),
                Alpha = new[] { 0.01, 0.05, 0.1 }[random.Next(3)],
            };
            var around = random.Next(-3, 4);
            double[] d = [.. Enumerable.Range(0, random.Next(2, 26)).Select(_ => around + (double)random.Next(-2, 3))];
            var decision = ConsistencyGate.Decide(Scores.WithDifferences(d), "model 0", "model 1", options);
            var passed = decision.Outcome == GateOutcome.Pass;
            passes += passed ? 1 : 0;
            Assert.True(
                !passed || decision.P <= options.Alpha,
                $"{options} {string.Join(' ', d)}: {decision.Sentence}"
            );

            // A p that looks decided and is not has its reason beside it; p = alpha to the digit may be either.
            Assert.True(
                decision.Outcome != GateOutcome.Inconclusive
                    || decision.P >= options.Alpha
                    || decision.Sentence.Contains("The limits decide, and", StringComparison.Ordinal)
                    || decision.Sentence.Contains("prompts decide nothing at alpha", StringComparison.Ordinal),
                decision.Sentence
            );
            Assert.True(
                decision.Outcome == GateOutcome.Inconclusive || Math.Pow(0.5, d.Length) <= options.Alpha,
                decision.Sentence
            );
        }

        Assert.InRange(passes, studies / 8, studies * 7 / 8);
    }

    /// <summary>The short way by which needed prompts are found decides as the gate itself does.</summary>
    [Fact]
    public void Drawn_studies_are_decided_as_the_gate_decides_them()
    {
        var random = new Random(6);
        var decided = 0;
        const int Studies = 150;
        for (var study = 0; study < Studies; study++)
        {
            var claim = (GateClaim)(study % 3);
            var options = new GateOptions
            {
                Claim = claim,
                Test = GateTest.Wilcoxon,
                Margin = random.Next(claim == GateClaim.Equivalence ? 1 : 0, 3),
                Alpha = new[] { 0.01, 0.05, 0.1 }[random.Next(3)],
            };
            var around = random.Next(-2, 3);
            double[] d = [.. Enumerable.Range(0, random.Next(8, 20)).Select(_ => around + (double)random.Next(-1, 3))];
            var decision = ConsistencyGate.Decide(Scores.WithDifferences(d), "model 0", "model 1", options);
            var drawn = TiedDifferences.Decides(
                new WalshAverages(d),
                HodgesLehmann.RankOf(d.Length, 1 - (2 * options.Alpha)),
                options
            );
            Assert.True(drawn == (decision.Outcome != GateOutcome.Inconclusive), decision.Sentence);
            decided += drawn ? 1 : 0;
        }

        Assert.InRange(decided, Studies / 8, Studies * 7 / 8);
    }
}

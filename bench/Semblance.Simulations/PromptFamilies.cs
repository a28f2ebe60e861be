using Semblance.Comparison;
using Semblance.Consistency;

namespace Semblance.Simulations;

/// <summary>
/// Studies whose prompts are in clusters: a difference is sqrt(r) of its cluster's normal number and sqrt(1 - r) of its own, so that
/// differences of a cluster correlate by r.
/// </summary>
internal static class PromptFamilies
{
    /// <summary>What a table shows: 20 and 40 clusters, of 5 prompts or of unequal size.</summary>
    public static IEnumerable<Rate> Everything(int runs, ulong seed, int threads) =>
        from clusters in new[] { 20, 40 }
        from uneven in new[] { false, true }
        from correlation in new[] { 0, 0.3, 0.6 }
        from rate in Of(clusters, uneven, correlation, runs, seed, threads)
        select rate;

    /// <summary>Coverage of the intervals of a mean difference of 0, and errors of tests and gate.</summary>
    /// <param name="clusters">How many, of 5 prompts each; uneven ones have 2, 5 and 8 in turn.</param>
    /// <param name="uneven">Whether their sizes differ.</param>
    /// <param name="correlation">r.</param>
    /// <param name="runs">Studies.</param>
    /// <param name="seed">Of the draws.</param>
    /// <param name="threads">0 for all cores.</param>
    public static IReadOnlyList<Rate> Of(
        int clusters,
        bool uneven,
        double correlation,
        int runs,
        ulong seed,
        int threads
    )
    {
        string[] what =
        [
            "interval of the mean difference covers it",
            "cluster-robust t covers it",
            "... as if prompts were independent",
            "interval of a model's mean covers it",
            "Wilcoxon rejects equal models",
            "permutation test rejects equal models",
            "non-inferiority at the margin passes",
            "... by signed ranks",
        ];
        int[] of =
        [
            .. Enumerable.Range(0, clusters).SelectMany(c => Enumerable.Repeat(c, uneven ? 2 + (3 * (c % 3)) : 5)),
        ];
        var happened = new bool[runs][];
        new Threads(threads).Run(runs, run => happened[run] = Study(run));
        var law = FormattableString.Invariant(
            $"clusters of {(uneven ? "2, 5 and 8" : "5")}, correlation {correlation:0.0}"
        );
        return
        [
            .. what.Select(
                (name, i) =>
                    new Rate(name, law, clusters, i < 4 ? 0.95 : 0.05, i >= 4, happened.Count(one => one[i]), runs)
            ),
        ];

        bool[] Study(int run)
        {
            var draws = new Draws(seed, run);
            double[] common = [.. Enumerable.Range(0, clusters).Select(_ => draws.Normal())];
            double[] d =
            [
                .. of.Select(c => (Math.Sqrt(correlation) * common[c]) + (Math.Sqrt(1 - correlation) * draws.Normal())),
            ];
            var matrix = KnownTruth.Matrix(d) with { Clusters = of };
            var options = new ComparisonOptions
            {
                Resamples = 499,
                Seed = (ulong)run,
                Threads = 1,
            };
            var pair = ModelComparison.Of(matrix, options).Pairs[0];
            var gate = new GateOptions { Margin = 0 };
            var plain = pair.Error!.PromptError * Statistics.Distributions.StudentT.Quantile(0.975, d.Length - 1);
            return
            [
                pair.Difference.Low <= 0 && 0 <= pair.Difference.High,
                pair.RobustT!.Low <= 0 && 0 <= pair.RobustT.High,
                Math.Abs(pair.Difference.Value) <= plain,
                ModelSummary.Of("model", d, clusters: of).Ci95 is [<= 0, >= 0],
                pair.Wilcoxon!.Decides <= 0.05,
                pair.Permutation!.PDependent <= 0.05,
                ConsistencyGate.Decide(matrix, "first", "second", gate).Outcome == GateOutcome.Pass,
                ConsistencyGate.Decide(matrix, "first", "second", gate with { Test = GateTest.Wilcoxon }).Outcome
                    == GateOutcome.Pass,
            ];
        }
    }
}

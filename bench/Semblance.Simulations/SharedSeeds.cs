using Semblance.Comparison;
using Semblance.Consistency;
using Semblance.Variance;

namespace Semblance.Simulations;

/// <summary>
/// Studies in which all prompts share their seeds and a share of what seeds do is the same for all prompts: an image is
/// sqrt(rho) u + sqrt(1 - rho) e with the prompt's direction u and noise e of unit length on average, and
/// e = sqrt(share) g_seed + sqrt(1 - share) own. Two models have the same law, so that their true mean difference is 0.
/// </summary>
internal static class SharedSeeds
{
    private const int Dimension = 32;

    private static readonly ScoreOptions Plain = new() { Threads = 1 };

    /// <summary>What a table shows.</summary>
    public static IEnumerable<Rate> Everything(int runs, ulong seed, int threads) =>
        from size in new[] { (50, 10), (100, 20) }
        from both in new[] { false, true }
        from share in new[] { 0, 0.1, 0.3, 0.5 }
        from rate in Of(size.Item1, size.Item2, share, both, runs, seed, threads)
        select rate;

    /// <summary>Coverage of the intervals, and errors of tests and gate.</summary>
    /// <param name="prompts">P.</param>
    /// <param name="seeds">S.</param>
    /// <param name="share">Of the noise, common to all prompts.</param>
    /// <param name="both">Whether a seed does the same in both models.</param>
    /// <param name="runs">Studies.</param>
    /// <param name="seed">Of the draws.</param>
    /// <param name="threads">0 for all cores.</param>
    public static IReadOnlyList<Rate> Of(
        int prompts,
        int seeds,
        double share,
        bool both,
        int runs,
        ulong seed,
        int threads
    )
    {
        var found = new (bool[] Happened, double Mean, double Half)[runs];
        new Threads(threads).Run(runs, run => found[run] = Study(run));

        // The true mean of a model is not known in closed form: the mean over all studies is as near as can be.
        var truth = found.Average(one => one.Mean);
        var law = FormattableString.Invariant($"{100 * share:0}% common{(both ? ", the same in both models" : "")}");
        var size = prompts;
        Rate Of(string what, int i, double nominal, bool atMost) =>
            new(what, law, size, nominal, atMost, found.Count(one => one.Happened[i]), runs);
        return
        [
            Of("interval of the mean difference covers it", 0, 0.95, false),
            Of("... as if prompts were independent", 1, 0.95, false),
            Of("Wilcoxon rejects equal models", 2, 0.05, true),
            Of("permutation test rejects equal models", 3, 0.05, true),
            Of("non-inferiority at the margin passes", 4, 0.05, true),
            Of("... by signed ranks", 5, 0.05, true),
            new(
                "interval of a model's mean covers it",
                law,
                size,
                0.95,
                false,
                found.Count(one => Math.Abs(one.Mean - truth) <= one.Half),
                runs
            ),
        ];

        (bool[], double, double) Study(int run)
        {
            var matrix = Matrix(prompts, seeds, share, both, new Draws(seed, run));
            var options = new ComparisonOptions
            {
                Resamples = 499,
                Seed = (ulong)run,
                Threads = 1,
            };
            var report = ModelComparison.Of(matrix, options);
            var pair = report.Pairs[0];
            var plain = StudentHalf(pair.Error!.PromptError, prompts);
            var gate = new GateOptions { Margin = 0 };
            var mean = report.Models[0].Mean;
            return (
                [
                    pair.Difference.Low <= 0 && 0 <= pair.Difference.High,
                    Math.Abs(pair.Difference.Value) <= plain,
                    pair.Wilcoxon!.Decides <= 0.05,
                    (pair.Permutation!.PDependent ?? pair.Permutation.P) <= 0.05,
                    ConsistencyGate.Decide(matrix, "a", "b", gate).Outcome == GateOutcome.Pass,
                    ConsistencyGate.Decide(matrix, "a", "b", gate with { Test = GateTest.Wilcoxon }).Outcome
                        == GateOutcome.Pass,
                ],
                mean.Value,
                (mean.High - mean.Low) / 2
            );
        }
    }

    /// <summary>One study of models a and b.</summary>
    public static ScoreMatrix Matrix(int prompts, int seeds, double share, bool both, Draws draws)
    {
        string[] names = [.. Enumerable.Range(0, seeds).Select(s => $"{s}")];
        var common = new double[2][];
        for (var m = 0; m < 2; m++)
        {
            common[m] = m == 1 && both ? common[0] : Noise(draws, seeds * Dimension);
        }

        var rows = new[] { new PromptScore[prompts], new PromptScore[prompts] };
        var vectors = new float[seeds * Dimension];
        for (var p = 0; p < prompts; p++)
        {
            var direction = Noise(draws, Dimension);
            var length = Math.Sqrt(direction.Sum(x => x * x));
            var level = 1.5 + (0.5 * draws.Normal());
            for (var m = 0; m < 2; m++)
            {
                var rho = 1 / (1 + Math.Exp(-(level + (0.1 * draws.Normal()))));
                for (var i = 0; i < vectors.Length; i++)
                {
                    var noise =
                        (Math.Sqrt(share) * common[m][i])
                        + (Math.Sqrt(1 - share) * draws.Normal() / Math.Sqrt(Dimension));
                    vectors[i] = (float)(
                        (Math.Sqrt(rho) * direction[i % Dimension] / length) + (Math.Sqrt(1 - rho) * noise)
                    );
                }

                var set = ConsistencyScore.Of(vectors, Dimension, Plain);
                rows[m][p] = new PromptScore(m == 0 ? "a" : "b", $"prompt {p}", set.Scs, seeds)
                {
                    Deviations = SeedDeviations.Of(set.PerImage, names),
                };
            }
        }

        return new ScoreMatrix(["a", "b"], [.. rows[0].Select(row => row.Prompt)], rows);
    }

    private static double StudentHalf(double error, int prompts) =>
        error * Statistics.Distributions.StudentT.Quantile(0.975, prompts - 1);

    private static double[] Noise(Draws draws, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => draws.Normal() / Math.Sqrt(Dimension))];
}

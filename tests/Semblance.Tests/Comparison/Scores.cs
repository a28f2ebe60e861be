using Semblance.Comparison;
using Semblance.Tests.Statistics;
using Semblance.Variance;

namespace Semblance.Tests.Comparison;

/// <summary>Tables of scores for tests.</summary>
internal static class Scores
{
    /// <summary>The comparison, which ends where the test is stopped.</summary>
    public static ComparisonReport Compare(
        ScoreMatrix matrix,
        ComparisonOptions? options = null,
        IReadOnlyList<SharedSeedComponents>? shared = null
    ) => ModelComparison.Of(matrix, options, shared, TestContext.Current.CancellationToken);

    /// <summary>A matrix of given scores, [k][n].</summary>
    public static ScoreMatrix Of(params double[][] scores) =>
        new(
            [.. scores.Select((_, m) => $"model {m}")],
            [.. scores[0].Select((_, i) => $"prompt {i}")],
            [
                .. scores.Select(
                    (own, m) =>
                        (IReadOnlyList<PromptScore>)
                            [.. own.Select((value, i) => new PromptScore($"model {m}", $"prompt {i}", value, 20))]
                ),
            ]
        );

    /// <summary>Two models with these differences.</summary>
    public static ScoreMatrix WithDifferences(params double[] differences) =>
        Of([.. differences.Select((_, i) => 70.0 + i)], [.. differences.Select((d, i) => 70 + i + d)]);

    /// <summary>Models whose means lie <paramref name="step"/> apart, over prompts that differ more than the models do.</summary>
    public static ScoreMatrix Random(int models, int prompts, double step, int seed)
    {
        var draws = new NormalDraws(seed);
        var own = Enumerable.Range(0, prompts).Select(_ => 4 * draws.Next()).ToArray();
        return Of([
            .. Enumerable
                .Range(0, models)
                .Select(m => own.Select(prompt => 75 + (step * m) + prompt + (2 * draws.Next())).ToArray()),
        ]);
    }
}

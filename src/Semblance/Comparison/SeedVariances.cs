using Semblance.Statistics;

namespace Semblance.Comparison;

/// <summary>What the seeds of each prompt add to the variance of a model's score or of two models' difference.</summary>
/// <param name="Components">Per prompt, [n].</param>
/// <param name="Seeds">How many seeds each prompt has, [n].</param>
/// <param name="Variances">Per prompt at its own number of seeds, [n], unbiased.</param>
/// <param name="Shared">Whether both models used the same seeds; null for one model.</param>
internal sealed record SeedVariances(PairComponents[] Components, int[] Seeds, double[] Variances, bool? Shared)
{
    /// <summary>Of one model; null where a prompt has no components.</summary>
    public static SeedVariances? Of(ScoreMatrix matrix, int model)
    {
        var rows = matrix.Rows[model];
        return rows.All(row => row is { Components: not null, Seeds: not null })
            ? Make([.. rows.Select(row => row.Components!)], [.. rows.Select(row => row.Seeds!.Value)], null)
            : null;
    }

    /// <summary>
    /// Of the difference of two models: by the difference kernel where every prompt has shared components, else the sum of
    /// the two models', which is right for independent seeds; null where there is neither.
    /// </summary>
    public static SeedVariances? Of(
        ScoreMatrix matrix,
        int first,
        int second,
        IReadOnlyList<SharedSeedComponents>? shared
    )
    {
        var (a, b) = (matrix.Models[first], matrix.Models[second]);
        var common = (shared ?? [])
            .Where(one => (one.First == a && one.Second == b) || (one.First == b && one.Second == a))
            .ToDictionary(one => one.Prompt, StringComparer.Ordinal);
        if (matrix.Prompts.All(common.ContainsKey))
        {
            return Make(
                [.. matrix.Prompts.Select(prompt => common[prompt].Components)],
                [.. matrix.Prompts.Select(prompt => common[prompt].Seeds)],
                true
            );
        }

        return Of(matrix, first) is { } x && Of(matrix, second) is { } y
            ? new SeedVariances(
                [.. x.Components.Zip(y.Components, (one, other) => one + other)],
                [.. x.Seeds.Zip(y.Seeds, Math.Min)],
                [.. x.Variances.Zip(y.Variances, (one, other) => one + other)],
                false
            )
            : null;
    }

    private static SeedVariances Make(PairComponents[] components, int[] seeds, bool? shared) =>
        new(components, seeds, [.. components.Zip(seeds, (one, count) => one.VarianceAt(count))], shared);
}

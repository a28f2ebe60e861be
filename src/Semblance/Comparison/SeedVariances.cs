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

    /// <summary>The shared components by pair of models, whichever stands first.</summary>
    public static ILookup<(string, string), SharedSeedComponents> ByPair(IReadOnlyList<SharedSeedComponents>? shared) =>
        (shared ?? []).ToLookup(one => Pair(one.First, one.Second));

    /// <summary>
    /// Of the difference of two models: prompt by prompt the difference kernel's where both used the same seeds, else the
    /// sum of the two models', which is right for independent seeds; null where a prompt has neither.
    /// </summary>
    public static SeedVariances? Of(
        ScoreMatrix matrix,
        int first,
        int second,
        ILookup<(string, string), SharedSeedComponents> shared
    )
    {
        var common = shared[Pair(matrix.Models[first], matrix.Models[second])]
            .ToDictionary(one => one.Prompt, StringComparer.Ordinal);
        var n = matrix.Prompts.Count;
        var (components, seeds, variances) = (new PairComponents[n], new int[n], new double[n]);
        for (var i = 0; i < n; i++)
        {
            var (a, b) = (matrix.Rows[first][i], matrix.Rows[second][i]);
            if (common.TryGetValue(matrix.Prompts[i], out var both))
            {
                (components[i], seeds[i]) = (both.Components, both.Seeds);
                variances[i] = both.Components.VarianceAt(both.Seeds);
            }
            else if (a is { Components: { } x, Seeds: { } own } && b is { Components: { } y, Seeds: { } other })
            {
                (components[i], seeds[i]) = (x + y, Math.Min(own, other));
                variances[i] = x.VarianceAt(own) + y.VarianceAt(other);
            }
            else
            {
                return null;
            }
        }

        return new SeedVariances(
            components,
            seeds,
            variances,
            common.Count > 0 && matrix.Prompts.All(common.ContainsKey)
        );
    }

    private static (string, string) Pair(string one, string other) =>
        string.CompareOrdinal(one, other) < 0 ? (one, other) : (other, one);

    private static SeedVariances Make(PairComponents[] components, int[] seeds, bool? shared) =>
        new(components, seeds, [.. components.Zip(seeds, (one, count) => one.VarianceAt(count))], shared);
}

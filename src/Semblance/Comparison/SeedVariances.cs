using Semblance.Variance;

namespace Semblance.Comparison;

/// <summary>What the seeds of each prompt add to the variance of a model's score or of two models' difference.</summary>
/// <param name="Components">Mean over the prompts.</param>
/// <param name="Seeds">How many seeds each prompt has (of two models the fewer), [n].</param>
/// <param name="Most">The most seeds that a prompt of a model has.</param>
/// <param name="Variances">Per prompt at its own number of seeds, [n], unbiased.</param>
/// <param name="Common">How far both models used the same seeds; null for one model.</param>
internal sealed record SeedVariances(
    PairComponents Components,
    int[] Seeds,
    int Most,
    double[] Variances,
    CommonSeeds? Common
)
{
    /// <summary>Of one model; null where a prompt has no components.</summary>
    public static SeedVariances? Of(ScoreMatrix matrix, int model)
    {
        var rows = matrix.Rows[model];
        return rows.All(row => row is { Components: not null, Seeds: not null })
            ? new SeedVariances(
                PairComponents.Mean([.. rows.Select(row => row.Components!)]),
                [.. rows.Select(row => row.Seeds!.Value)],
                rows.Max(row => row.Seeds!.Value),
                [.. rows.Select(row => row.Components!.VarianceAt(row.Seeds!.Value))],
                null
            )
            : null;
    }

    /// <summary>The shared components by pair of models, whichever stands first.</summary>
    public static ILookup<(string, string), SharedSeedComponents> ByPair(IReadOnlyList<SharedSeedComponents>? shared) =>
        (shared ?? []).ToLookup(one => Pair(one.First, one.Second));

    /// <summary>
    /// Of the difference of two models; null where a prompt has no components. Variances: prompt by prompt the sum of the
    /// two models', less twice the covariance that their common seeds give. Components, for planning: of the difference
    /// kernel over pairs of common seeds, averaged over the prompts that have it; where none has, the sum of the two
    /// models'.
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
        var (seeds, variances, most) = (new int[n], new double[n], 0);
        var (added, paired) = (new List<PairComponents>(), new List<PairComponents>());
        var (all, untold, unknown) = (0, 0, 0);
        for (var i = 0; i < n; i++)
        {
            var (a, b) = (matrix.Rows[first][i], matrix.Rows[second][i]);
            if (a is not { Components: { } x, Seeds: { } own } || b is not { Components: { } y, Seeds: { } other })
            {
                return null;
            }

            (seeds[i], most) = (Math.Min(own, other), Math.Max(most, Math.Max(own, other)));
            var both = common.GetValueOrDefault(matrix.Prompts[i]);
            var same = both is not null && both.Seeds == own && both.Seeds == other;
            variances[i] =
                same && both!.Components is { } difference
                    ? difference.VarianceAt(own)
                    : x.VarianceAt(own) + y.VarianceAt(other) - (2 * (both?.CovarianceAt(own, other) ?? 0));
            added.Add(x + y);
            if (both?.Components is { } components)
            {
                paired.Add(components);
                all += same ? 1 : 0;
            }
            else
            {
                untold += both is { Seeds: > 0 } ? 1 : 0;
                unknown += both is { Seeds: 0 } ? 1 : 0;
            }
        }

        return new SeedVariances(
            PairComponents.Mean(paired.Count > 0 ? paired : added),
            seeds,
            most,
            variances,
            new CommonSeeds(all, paired.Count - all, untold, n - paired.Count - untold - unknown) { Unknown = unknown }
        );
    }

    private static (string, string) Pair(string one, string other) =>
        string.CompareOrdinal(one, other) < 0 ? (one, other) : (other, one);
}

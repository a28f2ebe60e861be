using Semblance.Statistics;

namespace Semblance.Comparison;

/// <summary>Three or more models at once, by their ranks on each prompt.</summary>
internal sealed record RankComparison(SeveralModels Several, double[] AverageRanks, Nemenyi Nemenyi)
{
    /// <summary>Ranks the models; null where every prompt has the same score for all models.</summary>
    /// <param name="models">Names, [k], at least 3.</param>
    /// <param name="scores">[k][n].</param>
    /// <param name="level">The critical difference is at 1 - level.</param>
    /// <param name="clusters">
    /// Of each prompt, from 0: the blocks are then clusters, each with the models' means over its prompts; null where every
    /// prompt is its own.
    /// </param>
    public static RankComparison? Of(
        IReadOnlyList<string> models,
        IReadOnlyList<double[]> scores,
        double level,
        IReadOnlyList<int>? clusters = null
    )
    {
        var blocks = Enumerable.Range(0, scores[0].Length).GroupBy(i => clusters?[i] ?? i);
        var rows = blocks
            .Select(block => scores.Select(own => PairedDifferences.Rounded(block.Average(i => own[i]))).ToArray())
            .ToArray();
        if (Array.TrueForAll(rows, row => !PairedDifferences.Vary(row)))
        {
            return null;
        }

        var friedman = Friedman.Of(rows);
        var nemenyi = Nemenyi.Of(friedman);

        // The test ranks the smallest score 1; readers expect the best model there.
        var ranks = Array.ConvertAll(friedman.AverageRanks, rank => models.Count + 1 - rank);
        var critical = nemenyi.CriticalDifference(1 - level);
        return new RankComparison(
            new SeveralModels(
                friedman.ChiSquare,
                friedman.DegreesOfFreedom,
                friedman.PChiSquare,
                double.IsFinite(friedman.F) ? friedman.F : null,
                Math.Max(friedman.PF, friedman.LeastP),
                friedman.KendallsW,
                critical,
                Groups(models, ranks, critical)
            ),
            ranks,
            nemenyi
        );
    }

    private static List<IReadOnlyList<string>> Groups(IReadOnlyList<string> models, double[] ranks, double critical)
    {
        var order = Enumerable.Range(0, ranks.Length).OrderBy(m => ranks[m]).ToArray();
        var groups = new List<IReadOnlyList<string>>();
        var reached = 0;
        for (var first = 0; first < order.Length; first++)
        {
            var last = first;
            while (last + 1 < order.Length && ranks[order[last + 1]] - ranks[order[first]] < critical)
            {
                last++;
            }

            // A run inside an earlier one says nothing new.
            if (last > first && last > reached)
            {
                groups.Add([.. order[first..(last + 1)].Select(m => models[m])]);
                reached = last;
            }
        }

        return groups;
    }
}

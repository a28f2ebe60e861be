using Semblance.Statistics;

namespace Semblance.Agreement;

/// <summary>How the size of a score's difference follows people's preference.</summary>
/// <param name="TieThreshold">Differences up to this are best taken for ties, in points: the mean over folds.</param>
/// <param name="TieCalibrated">Share of items on which score and majority name the same model or both tie, on held-out folds.</param>
/// <param name="TieCalibratedInSample">The same with the threshold chosen on the same items: optimistic.</param>
/// <param name="KendallTauB">Of differences with preferences, -1 to 1; null where one of them does not vary.</param>
/// <param name="Spearman">The same of ranks.</param>
/// <param name="DecidedAuc">
/// How often a decided item has a larger difference than an undecided one, 0.5 by chance; null where all or none is decided.
/// </param>
/// <param name="SoftPairwiseAccuracy">For three models or more; else null.</param>
public sealed record RankFigures(
    double? TieThreshold,
    double? TieCalibrated,
    double TieCalibratedInSample,
    double? KendallTauB,
    double? Spearman,
    double? DecidedAuc,
    double? SoftPairwiseAccuracy
)
{
    private const int Folds = 5;

    /// <summary>The figures of votes and differences of scores.</summary>
    internal static RankFigures Of(VoteTable table, IReadOnlyList<double> differences, AgreementOptions options)
    {
        var all = Enumerable.Range(0, table.Items.Count).Select(i => Majority.Of(table.Choices[i])).ToArray();
        int[] voted = [.. Enumerable.Range(0, all.Length).Where(i => all[i] is not null)];
        RankedPair Pair(int i) => new((int)all[i]!.Value - 1, differences[i]);
        var folds = FoldsOf(table.Items, options.Seed);
        TieCalibration? heldOut = null;
        try
        {
            heldOut = TieCalibration.HeldOut([
                .. voted.GroupBy(i => folds[table.Items[i].Prompt]).Select(fold => fold.Select(Pair).ToArray()),
            ]);
        }
        catch (AssumptionException)
        {
            // One prompt leaves nothing to hold out.
        }

        double[] d = [.. voted.Select(i => differences[i])];
        double[] h = [.. voted.Select(i => HumanCeiling.Preference(table.Choices[i])!.Value)];
        var varies = d.Distinct().Count() > 1 && h.Distinct().Count() > 1;
        return new RankFigures(
            heldOut?.Threshold,
            heldOut?.Accuracy,
            TieCalibration.Best([.. voted.Select(Pair)]).Accuracy,
            varies ? Kendall.Of(d, h).TauB : null,
            varies ? Pearson.Coefficient(Ranks.Of(d), Ranks.Of(h)) : null,
            Auc(
                [.. voted.Where(i => all[i] != Choice.Tie).Select(i => Math.Abs(differences[i]))],
                [.. voted.Where(i => all[i] == Choice.Tie).Select(i => Math.Abs(differences[i]))]
            ),
            Soft(table, differences, options)
        );
    }

    /// <summary>P(x &gt; y) + P(x = y) / 2.</summary>
    private static double? Auc(double[] larger, double[] smaller)
    {
        if (larger.Length == 0 || smaller.Length == 0)
        {
            return null;
        }

        var sum = 0.0;
        foreach (var x in larger)
        {
            foreach (var y in smaller)
            {
                sum +=
                    x > y ? 1
                    : x == y ? 0.5
                    : 0;
            }
        }

        return sum / larger.Length / smaller.Length;
    }

    private static double? Soft(VoteTable table, IReadOnlyList<double> differences, AgreementOptions options)
    {
        var pairs = Enumerable
            .Range(0, table.Items.Count)
            .Where(i => table.Choices[i].Any(vote => vote is not null))
            .GroupBy(i => (table.Items[i].First, table.Items[i].Second))
            .Select(own =>
                (
                    Human: own.Select(i => HumanCeiling.Preference(table.Choices[i])!.Value).ToArray(),
                    Score: own.Select(i => differences[i]).ToArray()
                )
            )
            .ToArray();
        return pairs.Length >= 3
            ? Agreement.SoftPairwiseAccuracy.Of(pairs, Math.Max(999, options.Resamples), options.Seed)
            : null;
    }

    /// <summary>Each prompt's fold, by a random order.</summary>
    private static Dictionary<string, int> FoldsOf(IReadOnlyList<VoteItem> items, ulong seed)
    {
        string[] prompts = [.. items.Select(item => item.Prompt).Distinct().Order(StringComparer.Ordinal)];
        var random = new RandomStream(seed, 0x464F4C44);
        for (var i = prompts.Length - 1; i > 0; i--)
        {
            var j = random.Below(i + 1);
            (prompts[i], prompts[j]) = (prompts[j], prompts[i]);
        }

        return prompts.Select((prompt, i) => (prompt, i)).ToDictionary(one => one.prompt, one => one.i % Folds);
    }
}

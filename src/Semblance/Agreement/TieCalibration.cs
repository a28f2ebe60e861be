using Semblance.Statistics;

namespace Semblance.Agreement;

/// <summary>Two things that people compared, and that a score compares.</summary>
/// <param name="Human">-1, 0 or 1: which one people prefer, 0 for a tie.</param>
/// <param name="Difference">Of the score, in the same direction.</param>
public readonly record struct RankedPair(int Human, double Difference);

/// <summary>
/// Pairwise accuracy with calibrated ties: the share of pairs that people and score put in the same order or both tie, where
/// a difference of the score up to a threshold is a tie (D. Deutsch, G. Foster and M. Freitag, "Ties matter", EMNLP 2023).
/// </summary>
/// <param name="Threshold">Differences up to this are ties, at least 0.</param>
/// <param name="Accuracy">Share of pairs in agreement, 0 to 1.</param>
public sealed record TieCalibration(double Threshold, double Accuracy)
{
    /// <summary>The accuracy at a threshold.</summary>
    /// <exception cref="AssumptionException">Empty.</exception>
    public static double At(IReadOnlyList<RankedPair> pairs, double threshold)
    {
        Require(pairs);
        return (double)pairs.Count(pair => Agrees(pair, threshold)) / pairs.Count;
    }

    /// <summary>The smallest threshold, among 0 and the differences, that has the greatest accuracy on these pairs.</summary>
    /// <exception cref="AssumptionException">Empty, NotFinite.</exception>
    public static TieCalibration Best(IReadOnlyList<RankedPair> pairs)
    {
        Require(pairs);
        RankedPair[] sorted = [.. pairs.OrderBy(pair => Math.Abs(pair.Difference))];

        // Each pair passed turns from an order into a tie.
        var agreeing = sorted.Count(pair => Agrees(pair, -1));
        var (best, threshold) = (-1, 0.0);
        for (var i = 0; i < sorted.Length; )
        {
            var size = Math.Abs(sorted[i].Difference);
            if (i == 0 && size > 0)
            {
                (best, threshold) = (agreeing, 0);
            }

            for (; i < sorted.Length && Math.Abs(sorted[i].Difference) == size; i++)
            {
                agreeing += (sorted[i].Human == 0 ? 1 : 0) - (Agrees(sorted[i], -1) ? 1 : 0);
            }

            if (agreeing > best)
            {
                (best, threshold) = (agreeing, size);
            }
        }

        return new TieCalibration(threshold, (double)best / sorted.Length);
    }

    /// <summary>
    /// The accuracy on pairs that the threshold was not chosen on: each fold is judged with the threshold of the others.
    /// Chosen and judged on the same pairs it is optimistic.
    /// </summary>
    /// <param name="folds">Pairs that belong together, at least two folds with pairs.</param>
    /// <returns>The mean threshold, and the accuracy over all pairs.</returns>
    /// <exception cref="AssumptionException">TooFew below two folds; NotFinite.</exception>
    public static TieCalibration HeldOut(IReadOnlyList<IReadOnlyList<RankedPair>> folds)
    {
        ArgumentNullException.ThrowIfNull(folds);
        IReadOnlyList<RankedPair>[] used = [.. folds.Where(fold => fold.Count > 0)];
        AssumptionException.ThrowUnless(
            used.Length >= 2,
            Assumption.TooFew,
            $"A threshold that is judged on other pairs needs at least 2 folds, and there are {used.Length}."
        );
        var (agreeing, thresholds) = (0, 0.0);
        foreach (var fold in used)
        {
            var threshold = Best([.. used.Where(other => other != fold).SelectMany(other => other)]).Threshold;
            agreeing += fold.Count(pair => Agrees(pair, threshold));
            thresholds += threshold;
        }

        return new TieCalibration(thresholds / used.Length, (double)agreeing / used.Sum(fold => fold.Count));
    }

    /// <summary>All pairs of things that have a human value and a score each.</summary>
    /// <exception cref="AssumptionException">LengthMismatch.</exception>
    public static IReadOnlyList<RankedPair> Pairs(IReadOnlyList<double> human, IReadOnlyList<double> score)
    {
        ArgumentNullException.ThrowIfNull(human);
        ArgumentNullException.ThrowIfNull(score);
        AssumptionException.ThrowUnless(
            human.Count == score.Count,
            Assumption.LengthMismatch,
            $"There are {human.Count} human values and {score.Count} scores."
        );
        var pairs = new List<RankedPair>();
        for (var i = 0; i < human.Count; i++)
        {
            for (var j = i + 1; j < human.Count; j++)
            {
                pairs.Add(new RankedPair(human[j].CompareTo(human[i]), score[j] - score[i]));
            }
        }

        return pairs;
    }

    private static bool Agrees(RankedPair pair, double threshold) =>
        Math.Sign(pair.Human) == (Math.Abs(pair.Difference) <= threshold ? 0 : Math.Sign(pair.Difference));

    private static void Require(IReadOnlyList<RankedPair> pairs)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        AssumptionException.ThrowUnless(pairs.Count > 0, Assumption.Empty, $"There are no pairs: give at least one.");
        AssumptionException.ThrowUnless(
            pairs.All(pair => double.IsFinite(pair.Difference)),
            Assumption.NotFinite,
            $"Every difference of scores must be a finite number."
        );
    }
}

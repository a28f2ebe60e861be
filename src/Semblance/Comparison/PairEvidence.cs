using Semblance.Statistics;

namespace Semblance.Comparison;

/// <summary>The finding about one pair of models. Every sentence that counts pairs counts these.</summary>
internal enum PairFinding
{
    /// <summary>The same score on every prompt.</summary>
    Equal,

    /// <summary>There are so few prompts that no signed-rank p could be small enough.</summary>
    TooFew,

    /// <summary>Neither model is shown to be more consistent.</summary>
    NotShown,

    /// <summary>Only one of test and interval shows a difference, or they point opposite ways.</summary>
    Mixed,

    /// <summary>The first model is more consistent.</summary>
    FirstBetter,

    /// <summary>The second model is more consistent.</summary>
    SecondBetter,
}

/// <summary>What the signed-rank test and the interval of the mean show for one pair.</summary>
/// <param name="Finding">What follows from both together.</param>
/// <param name="ByTest">Whether the test of this pair alone rejects equality.</param>
/// <param name="ByInterval">Whether the interval, which is of this pair alone, leaves out 0.</param>
/// <param name="SameWay">Whether the ranks favour the model with the higher mean.</param>
/// <param name="LeastP">The smallest p that signed ranks could have given here, after Holm; 1 at most.</param>
/// <param name="Ranked">Prompts whose scores differ.</param>
internal sealed record PairEvidence(
    PairFinding Finding,
    bool ByTest,
    bool ByInterval,
    bool SameWay,
    double LeastP,
    int Ranked
)
{
    /// <summary>
    /// Weighs a pair. Test and interval are compared as they are for this pair alone. That many pairs were tested matters
    /// for the test only, whose p after Holm has to be small too before either model is called better.
    /// </summary>
    /// <param name="pair">With its adjusted p.</param>
    /// <param name="prompts">How many.</param>
    /// <param name="level">Of the interval; the test is at 1 - level.</param>
    /// <param name="pairs">How many pairs were tested.</param>
    public static PairEvidence Of(PairComparison pair, int prompts, double level, int pairs)
    {
        var difference = pair.Difference;
        if (pair.Wilcoxon is not { } test)
        {
            return new PairEvidence(PairFinding.Equal, false, false, true, 1, 0);
        }

        var ranked = prompts - test.Zeros;
        var least = Math.Max(LeastPOf(ranked, 1), LeastPOf(prompts, pairs));
        var byInterval = difference.Level >= level - 1e-9 && (difference.Low > 0 || difference.High < 0);
        var sameWay = Math.Sign(difference.Value) * (test.WPlus - test.WMinus) > 0;
        var shown = (pair.AdjustedP ?? test.Decides) <= 1 - level;
        var finding =
            least > 1 - level ? PairFinding.TooFew
            : shown && byInterval && sameWay
                ? difference.Value > 0 ? PairFinding.SecondBetter
                    : PairFinding.FirstBetter
            : shown || (byInterval && pairs == 1) ? PairFinding.Mixed
            : PairFinding.NotShown;
        return new PairEvidence(finding, test.Decides <= 1 - level, byInterval, sameWay, least, ranked);
    }

    /// <summary>
    /// The smallest two-sided signed-rank p of a number of differences other than 0, times the number of pairs, which is
    /// Holm's factor for the smallest p.
    /// </summary>
    /// <param name="ranked">Differences other than 0.</param>
    /// <param name="pairs">How many pairs were tested.</param>
    public static double LeastPOf(int ranked, int pairs) => Math.Min(1, 2 * pairs * WilcoxonSignedRank.LeastP(ranked));
}

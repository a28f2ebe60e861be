using Semblance.Statistics;

namespace Semblance.Agreement;

/// <summary>One rater against a score: which of them is nearer to the other raters.</summary>
/// <param name="Rater">The rater who is left out.</param>
/// <param name="Items">Items with a vote of this rater and of another one.</param>
/// <param name="ScoreAtLeast">Share of them on which the score agrees with the others at least as well, 0 to 1.</param>
/// <param name="RaterAtLeast">Share on which the rater does.</param>
/// <param name="P">One-sided, paired Student's t: that the rater's advantage is below the cost-benefit penalty.</param>
/// <param name="AdjustedP">After Benjamini and Yekutieli over the raters.</param>
/// <param name="Replaced">Whether that is shown.</param>
public sealed record AnnotatorRound(
    string Rater,
    int Items,
    double ScoreAtLeast,
    double RaterAtLeast,
    double P,
    double AdjustedP,
    bool Replaced
);

/// <summary>
/// The alternative annotator test: whether a score may stand in for one of the raters (N. Calderon, R. Reichart and R.
/// Dror, "The alternative annotator test for LLM-as-a-judge", ACL 2025).
/// </summary>
/// <param name="Rounds">For each rater with enough items.</param>
/// <param name="Penalty">epsilon: how much worse the score may be, for what it saves.</param>
/// <param name="Rate">q of Benjamini and Yekutieli.</param>
public sealed record AlternativeAnnotatorTest(IReadOnlyList<AnnotatorRound> Rounds, double Penalty, double Rate)
{
    /// <summary>The test asks for so many items a rater; 50 to 100 are better.</summary>
    public const int FewestItems = 30;

    /// <summary>The test asks for so many raters.</summary>
    public const int FewestRaters = 3;

    /// <summary>omega: the share of raters whom the score beats, 0 to 1.</summary>
    public double WinningRate => (double)Rounds.Count(round => round.Replaced) / Rounds.Count;

    /// <summary>rho: the mean over raters of how often the score is at least as near to the others, 0 to 1.</summary>
    public double AdvantageProbability => Rounds.Average(round => round.ScoreAtLeast);

    /// <summary>Whether the score may stand in for a rater: it beats at least half of them.</summary>
    public bool Passes => WinningRate >= 0.5;

    /// <summary>Leaves each rater out in turn and tests all of them.</summary>
    /// <param name="table">Votes, raters by columns.</param>
    /// <param name="score">What the score chooses, an item each.</param>
    /// <param name="penalty">0.2 for experts, 0.15 for skilled raters, 0.1 for crowds.</param>
    /// <param name="rate">Between 0 and 1.</param>
    /// <exception cref="AssumptionException">
    /// LengthMismatch; OutOfRange; TooFew below three raters that have 30 items with another rater's vote.
    /// </exception>
    public static AlternativeAnnotatorTest Of(
        VoteTable table,
        IReadOnlyList<Choice> score,
        double penalty = 0.1,
        double rate = 0.05
    )
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(score);
        Sample.RequireFraction(rate, "The false discovery rate");
        AssumptionException.ThrowUnless(
            penalty is >= 0 and < 1,
            Assumption.OutOfRange,
            $"The penalty lies from 0 to 1, and is {penalty}."
        );
        AssumptionException.ThrowUnless(
            score.Count == table.Items.Count,
            Assumption.LengthMismatch,
            $"There are votes on {table.Items.Count} items and choices of the score on {score.Count}."
        );
        AnnotatorRound[] rounds =
        [
            .. Enumerable
                .Range(0, table.Raters.Count)
                .Select(rater => Round(table, score, rater, penalty))
                .OfType<AnnotatorRound>(),
        ];
        AssumptionException.ThrowUnless(
            rounds.Length >= FewestRaters,
            Assumption.TooFew,
            $"The test needs {FewestRaters} raters with {FewestItems} items each that others voted on too, and there are {rounds.Length}."
        );
        var adjusted = MultipleComparisons.BenjaminiYekutieli([.. rounds.Select(round => round.P)]);
        return new AlternativeAnnotatorTest(
            [.. rounds.Select((round, i) => round with { AdjustedP = adjusted[i], Replaced = adjusted[i] <= rate })],
            penalty,
            rate
        );
    }

    private static AnnotatorRound? Round(VoteTable table, IReadOnlyList<Choice> score, int rater, double penalty)
    {
        var (scoreWins, raterWins, differences) = (0, 0, new List<double>());
        for (var i = 0; i < table.Items.Count; i++)
        {
            Choice[] others = [.. table.Choices[i].Where((_, r) => r != rater).OfType<Choice>()];
            if (table.Choices[i][rater] is not { } own || others.Length == 0)
            {
                continue;
            }

            // How many of the others agree with the score, and with this rater.
            var byScore = others.Count(vote => vote == score[i]);
            var byRater = others.Count(vote => vote == own);
            scoreWins += byScore >= byRater ? 1 : 0;
            raterWins += byRater >= byScore ? 1 : 0;
            differences.Add((byRater >= byScore ? 1 : 0) - (byScore >= byRater ? 1 : 0));
        }

        var n = differences.Count;
        if (n < FewestItems)
        {
            return null;
        }

        // Without variation there is nothing to test: the advantage is what it is.
        var p =
            differences.Distinct().Count() > 1 ? PairedTTest.Of([.. differences]).P(penalty).Less
            : differences[0] < penalty ? 0.0
            : 1;
        return new AnnotatorRound(
            table.Raters[rater],
            n,
            (double)scoreWins / n,
            (double)raterWins / n,
            p,
            p,
            Replaced: false
        );
    }
}

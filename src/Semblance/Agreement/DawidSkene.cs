using Semblance.Statistics;

namespace Semblance.Agreement;

/// <summary>
/// Raters of different reliability, without known answers: each has one accuracy, and errs to the other answers alike ("one
/// coin"). By EM, with a prior that draws the accuracies of raters with few votes towards the middle (A. P. Dawid and A. M.
/// Skene, Applied Statistics 28 (1979)).
/// </summary>
/// <param name="Accuracy">Of each rater, 0 to 1; null without votes.</param>
/// <param name="Shares">Of each answer among the true ones.</param>
/// <param name="Posterior">[item][answer].</param>
/// <param name="Rounds">Until nothing changed.</param>
public sealed record DawidSkene(
    IReadOnlyList<double?> Accuracy,
    IReadOnlyList<double> Shares,
    IReadOnlyList<double[]> Posterior,
    int Rounds
)
{
    private const int MostRounds = 1000;

    // Counts as so many votes, of which the prior share is right.
    private const double PriorVotes = 4;
    private const double PriorAccuracy = 0.75;

    /// <summary>Fits votes of first, tie and second.</summary>
    /// <param name="choices">[item][rater]; null where there is no vote.</param>
    /// <exception cref="AssumptionException">Empty without votes; TooFew below three raters, which cannot be told apart.</exception>
    public static DawidSkene Of(IReadOnlyList<IReadOnlyList<Choice?>> choices)
    {
        ArgumentNullException.ThrowIfNull(choices);
        IReadOnlyList<Choice?>[] rows = [.. choices.Where(row => row.Any(vote => vote is not null))];
        AssumptionException.ThrowUnless(rows.Length > 0, Assumption.Empty, $"There are no votes: give at least one.");
        var raters = rows[0].Count;
        AssumptionException.ThrowUnless(
            raters >= 3,
            Assumption.TooFew,
            $"Raters cannot be told apart by each other's votes below 3, and there are {raters}."
        );

        // Answers that nobody gave are not among those that one may err to.
        int[] answers = [.. rows.SelectMany(row => row).OfType<Choice>().Select(vote => (int)vote).Distinct().Order()];
        var q = Math.Max(2, answers.Length);
        double[][] posterior =
        [
            .. rows.Select(row =>
            {
                double[] own = [.. answers.Select(answer => row.Count(vote => vote is { } one && (int)one == answer))];
                return (double[])[.. own.Select(count => count / own.Sum())];
            }),
        ];
        var accuracy = new double?[raters];
        double[] shares = [];
        var round = 0;
        for (var change = 1.0; change > 1e-10 && round < MostRounds; round++)
        {
            shares = [.. answers.Select((_, a) => posterior.Average(own => own[a]))];
            for (var r = 0; r < raters; r++)
            {
                var (right, votes) = (0.0, 0);
                for (var i = 0; i < rows.Length; i++)
                {
                    if (rows[i][r] is { } vote)
                    {
                        votes++;
                        right += posterior[i][Array.IndexOf(answers, (int)vote)];
                    }
                }

                accuracy[r] = votes == 0 ? null : (right + (PriorVotes * PriorAccuracy)) / (votes + PriorVotes);
            }

            change = 0;
            for (var i = 0; i < rows.Length; i++)
            {
                var next = Posteriors(rows[i], answers, shares, accuracy, q);
                change = Math.Max(change, next.Zip(posterior[i], (a, b) => Math.Abs(a - b)).Max());
                posterior[i] = next;
            }
        }

        double[] Whole(double[] own, double none) =>
            [.. Enumerable.Range(0, 3).Select(k => Array.IndexOf(answers, k) is >= 0 and var a ? own[a] : none)];
        var at = 0;
        return new DawidSkene(
            accuracy,
            Whole(shares, 0),
            [
                .. choices.Select(row =>
                    row.Any(vote => vote is not null) ? Whole(posterior[at++], 0) : [double.NaN, double.NaN, double.NaN]
                ),
            ],
            round
        );
    }

    private static double[] Posteriors(
        IReadOnlyList<Choice?> row,
        int[] answers,
        double[] shares,
        double?[] accuracy,
        int q
    )
    {
        double[] log =
        [
            .. answers.Select(
                (answer, a) =>
                    Math.Log(shares[a])
                    + row.Select(
                            (vote, r) =>
                                vote is not { } given ? 0
                                : (int)given == answer ? Math.Log(accuracy[r]!.Value)
                                : Math.Log((1 - accuracy[r]!.Value) / (q - 1))
                        )
                        .Sum()
            ),
        ];
        var largest = log.Max();
        double[] weights = [.. log.Select(one => Math.Exp(one - largest))];
        return [.. weights.Select(weight => weight / weights.Sum())];
    }
}

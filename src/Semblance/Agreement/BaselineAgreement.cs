using Semblance.Statistics;

namespace Semblance.Agreement;

/// <summary>What a rule that needs no score of the prompt agrees with, or another score, on the same prompts.</summary>
/// <param name="Name">Such as <c>always the model with the higher mean</c>.</param>
/// <param name="Agreement">The same figures as of the score.</param>
/// <param name="BothDecided">Prompts that majority, score and baseline decide.</param>
/// <param name="ScoreOnly">Of those, where only the score names the majority's model.</param>
/// <param name="BaselineOnly">Of those, where only the baseline does.</param>
/// <param name="P">McNemar's exact test, two-sided; null where both are right on the same prompts.</param>
public sealed record BaselineAgreement(
    string Name,
    MajorityAgreement Agreement,
    int BothDecided,
    int ScoreOnly,
    int BaselineOnly,
    double? P
)
{
    /// <summary>The rule that always names the model with the higher mean score, pair by pair of models.</summary>
    /// <param name="items">What is voted on.</param>
    /// <param name="differences">Second model's score minus first model's, an item each.</param>
    /// <returns>Differences that have the sign of the pair's mean.</returns>
    public static double[] Constant(IReadOnlyList<VoteItem> items, IReadOnlyList<double> differences)
    {
        ArgumentNullException.ThrowIfNull(items);
        ArgumentNullException.ThrowIfNull(differences);
        var means = items
            .Zip(differences)
            .GroupBy(one => (one.First.First, one.First.Second))
            .ToDictionary(own => own.Key, own => Math.Sign(own.Average(one => one.Second)));
        return [.. items.Select(item => (double)means[(item.First, item.Second)])];
    }

    /// <summary>Holds a baseline against the score.</summary>
    /// <param name="name">Of the baseline.</param>
    /// <param name="choices">Votes, [item][rater].</param>
    /// <param name="differences">Of the score, an item each.</param>
    /// <param name="baseline">Of the baseline, an item each.</param>
    /// <exception cref="AssumptionException">As of <see cref="MajorityAgreement.Of"/>.</exception>
    public static BaselineAgreement Of(
        string name,
        IReadOnlyList<IReadOnlyList<Choice?>> choices,
        IReadOnlyList<double> differences,
        IReadOnlyList<double> baseline
    )
    {
        var agreement = MajorityAgreement.Of(choices, baseline);
        var (both, first, second) = (0, 0, 0);
        for (var i = 0; i < choices.Count; i++)
        {
            var (own, other) = (Majority.OfScore(differences[i]), Majority.OfScore(baseline[i]));
            if (Majority.Of(choices[i]) is { } majority and not Choice.Tie && own != Choice.Tie && other != Choice.Tie)
            {
                both++;
                first += own == majority && other != majority ? 1 : 0;
                second += other == majority && own != majority ? 1 : 0;
            }
        }

        return new BaselineAgreement(
            name,
            agreement,
            both,
            first,
            second,
            first + second > 0 ? McNemar.Of(first, second).PExact : null
        );
    }
}

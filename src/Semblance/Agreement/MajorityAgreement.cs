using Semblance.Statistics;

namespace Semblance.Agreement;

/// <summary>
/// How often a score chooses the model that most raters choose. An item is decided when both name a model.
/// </summary>
/// <param name="Items">Items with a vote.</param>
/// <param name="Unvoted">Items without one.</param>
/// <param name="Decided">Items on which the votes and the score both name a model.</param>
/// <param name="Agreements">Decided items on which they name the same.</param>
/// <param name="MajorityFirst">Items whose majority is for the first model.</param>
/// <param name="MajoritySecond">Items whose majority is for the second model.</param>
/// <param name="MajorityTies">Items without a majority for a model: most said "same", or the top was shared.</param>
/// <param name="ScoreTies">Items with a vote on which the scores are equal.</param>
public sealed record MajorityAgreement(
    int Items,
    int Unvoted,
    int Decided,
    int Agreements,
    int MajorityFirst,
    int MajoritySecond,
    int MajorityTies,
    int ScoreTies
)
{
    /// <summary>First reading: the share of decided items, 0 to 1; null where none is. The paper's 94 percent is this one.</summary>
    public double? OfDecided => Decided > 0 ? (double)Agreements / Decided : null;

    /// <summary>Second reading: the share of all items, an undecided one counting half.</summary>
    public double TiesHalf => (Agreements + ((Items - Decided) / 2.0)) / Items;

    /// <summary>Third reading: the share of all items, an undecided one counting as disagreement.</summary>
    public double UndecidedDisagree => (double)Agreements / Items;

    /// <summary>Balanced accuracy of the decided items needs how often each model is the majority's.</summary>
    internal int[] DecidedBy { get; private init; } = [0, 0];

    /// <summary>Of those, how often the score names it too.</summary>
    internal int[] AgreedBy { get; private init; } = [0, 0];

    /// <summary>
    /// Mean of the two recalls: the share of the first model's majorities that the score finds, and of the second's. A rule
    /// that always names one model has 1/2. Null where one model has no majority.
    /// </summary>
    public double? BalancedAccuracy =>
        DecidedBy[0] > 0 && DecidedBy[1] > 0
            ? (((double)AgreedBy[0] / DecidedBy[0]) + ((double)AgreedBy[1] / DecidedBy[1])) / 2
            : null;

    /// <summary>Compares the majority of each item with a score's choice.</summary>
    /// <param name="choices">[item][rater]; null where there is no vote.</param>
    /// <param name="differences">Second model's score minus first model's, an item each.</param>
    /// <exception cref="AssumptionException">LengthMismatch; NotFinite; Empty without any vote; OutOfRange for a choice that is none.</exception>
    public static MajorityAgreement Of(IReadOnlyList<IReadOnlyList<Choice?>> choices, IReadOnlyList<double> differences)
    {
        ArgumentNullException.ThrowIfNull(choices);
        ArgumentNullException.ThrowIfNull(differences);
        AssumptionException.ThrowUnless(
            choices.Count == differences.Count,
            Assumption.LengthMismatch,
            $"There are votes on {choices.Count} items and scores of {differences.Count}."
        );
        AssumptionException.ThrowUnless(
            choices.All(row => row.All(vote => vote is null || Enum.IsDefined(vote.Value))),
            Assumption.OutOfRange,
            $"A vote is for the first model, the second, or a tie."
        );
        AssumptionException.ThrowUnless(
            differences.All(double.IsFinite),
            Assumption.NotFinite,
            $"Every difference of scores must be a finite number."
        );
        var majorities = choices.Select(Majority.Of).ToArray();
        var voted = majorities.Count(majority => majority is not null);
        AssumptionException.ThrowUnless(voted > 0, Assumption.Empty, $"There are no votes: give at least one.");
        var (decidedBy, agreedBy, scoreTies) = (new int[2], new int[2], 0);
        for (var i = 0; i < majorities.Length; i++)
        {
            var selected = Majority.OfScore(differences[i]);
            if (majorities[i] is not { } majority)
            {
                continue;
            }

            scoreTies += selected == Choice.Tie ? 1 : 0;
            if (majority != Choice.Tie && selected != Choice.Tie)
            {
                var model = majority == Choice.First ? 0 : 1;
                decidedBy[model]++;
                agreedBy[model] += majority == selected ? 1 : 0;
            }
        }

        return new MajorityAgreement(
            voted,
            majorities.Length - voted,
            decidedBy.Sum(),
            agreedBy.Sum(),
            majorities.Count(majority => majority == Choice.First),
            majorities.Count(majority => majority == Choice.Second),
            majorities.Count(majority => majority == Choice.Tie),
            scoreTies
        )
        {
            DecidedBy = decidedBy,
            AgreedBy = agreedBy,
        };
    }
}

using Semblance.Statistics;

namespace Semblance.Agreement;

/// <summary>The agreement of a score with the majority, in its three readings.</summary>
/// <param name="Items">Prompts (with a pair of models) that have a vote.</param>
/// <param name="Decided">Of those, where majority and score both name a model.</param>
/// <param name="Agreements">Of those, where they name the same.</param>
/// <param name="MajorityTies">Without a majority for a model.</param>
/// <param name="ScoreTies">With equal scores.</param>
/// <param name="OfDecided">First reading, with Wilson's interval; null where nothing is decided.</param>
/// <param name="Exact">The same with the interval of Clopper and Pearson.</param>
/// <param name="ByPrompt">
/// The same with a bootstrap over prompts, where several pairs of models share them; else null. Then the other intervals are
/// too narrow.
/// </param>
/// <param name="P">Exact binomial test against one half, two-sided.</param>
/// <param name="TiesHalf">Second reading: an undecided prompt counts half.</param>
/// <param name="UndecidedDisagree">Third reading: an undecided prompt is a disagreement.</param>
/// <param name="BalancedAccuracy">Mean of both models' recalls; null where one model has no majority.</param>
public sealed record MajorityFigures(
    int Items,
    int Decided,
    int Agreements,
    int MajorityTies,
    int ScoreTies,
    VoteShare? OfDecided,
    VoteShare? Exact,
    VoteShare? ByPrompt,
    double? P,
    VoteShare TiesHalf,
    VoteShare UndecidedDisagree,
    double? BalancedAccuracy
)
{
    /// <summary>The figures of votes and differences of scores.</summary>
    internal static MajorityFigures Of(VoteTable table, IReadOnlyList<double> differences, AgreementOptions options)
    {
        var found = MajorityAgreement.Of(table.Choices, differences);
        var (share, level) = (found.OfDecided, options.Level);
        var clusters = PromptClusters.Of(table.Items);
        return new MajorityFigures(
            found.Items,
            found.Decided,
            found.Agreements,
            found.MajorityTies,
            found.ScoreTies,
            share is null
                ? null
                : new VoteShare(share.Value, Proportion.Wilson(found.Agreements, found.Decided, level), "Wilson"),
            share is null
                ? null
                : new VoteShare(
                    share.Value,
                    Proportion.ClopperPearson(found.Agreements, found.Decided, level),
                    "Clopper-Pearson"
                ),
            share is null || clusters.Count is 1 || clusters.Count == table.Items.Count
                ? null
                : new VoteShare(
                    share.Value,
                    ByPromptInterval(table, differences, clusters, options),
                    "bootstrap over prompts"
                ),
            share is null ? null : Proportion.AgainstHalf(found.Agreements, found.Decided).TwoSided,
            new VoteShare(
                found.TiesHalf,
                Proportion.Wilson(found.TiesHalf * found.Items, found.Items, level),
                "Wilson"
            ),
            new VoteShare(found.UndecidedDisagree, Proportion.Wilson(found.Agreements, found.Items, level), "Wilson"),
            found.BalancedAccuracy
        );
    }

    private static Interval? ByPromptInterval(
        VoteTable table,
        IReadOnlyList<double> differences,
        PromptClusters clusters,
        AgreementOptions options
    )
    {
        int[] outcome =
        [
            .. table.Choices.Select(
                (row, i) =>
                    (Majority.Of(row), Majority.OfScore(differences[i])) switch
                    {
                        (null or Choice.Tie, _) or (_, Choice.Tie) => -1,
                        var (majority, selected) => majority == selected ? 1 : 0,
                    }
            ),
        ];
        return clusters.Interval(
            items =>
            {
                var decided = items.Count(i => outcome[i] >= 0);
                return items.Count(i => outcome[i] == 1) / (double)decided;
            },
            options.Level,
            options.Resamples,
            options.Seed
        );
    }
}

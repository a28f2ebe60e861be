using Semblance.Statistics;

namespace Semblance.Agreement;

/// <summary>What votes say about the score of one encoder.</summary>
/// <param name="Encoder">Its name; null if unknown.</param>
/// <param name="Majority">Agreement with the majority, over all pairs of models.</param>
/// <param name="Pairs">The same for each pair of models, where there are several.</param>
/// <param name="Baselines">What other rules and scores agree with.</param>
/// <param name="ShareOfCeiling">Agreement on decided prompts over that of a single rater with the others; null where one is missing.</param>
/// <param name="PerVote">Single votes; null where none can be compared.</param>
/// <param name="PerVoteShare">The same with its interval.</param>
/// <param name="AnnotatorTest">Whether the score may stand in for a rater; null where it cannot be asked.</param>
/// <param name="Curve">How the share of votes grows with the difference; null where it cannot be fitted.</param>
/// <param name="Ranks">Ties and ranks; null where there is nothing to rank.</param>
/// <param name="More">How precise more votes would be; empty where that is not known.</param>
/// <param name="Undefined">What does not exist, and why.</param>
public sealed record EncoderAgreement(
    string? Encoder,
    MajorityFigures Majority,
    IReadOnlyList<PairAgreement> Pairs,
    IReadOnlyList<BaselineFigures> Baselines,
    double? ShareOfCeiling,
    PerVoteAgreement? PerVote,
    VoteShare? PerVoteShare,
    AlternativeAnnotatorTest? AnnotatorTest,
    CurveFigures? Curve,
    RankFigures? Ranks,
    IReadOnlyList<MoreVotes> More,
    IReadOnlyList<Undefined> Undefined
)
{
    /// <summary>All figures of one score.</summary>
    /// <param name="table">Votes on items that have scores.</param>
    /// <param name="own">The score.</param>
    /// <param name="others">Other scores of the same items, as baselines.</param>
    /// <param name="ceiling">Of the raters; null where there is none.</param>
    /// <param name="options">Level, resamples, seed.</param>
    internal static EncoderAgreement Of(
        VoteTable table,
        ItemScores own,
        IReadOnlyList<ItemScores> others,
        HumanCeiling? ceiling,
        AgreementOptions options
    )
    {
        List<Undefined> undefined = [];
        var differences = own.Differences;
        var majority = MajorityFigures.Of(table, differences, options);
        var pairs = table.Items.Select(item => (item.First, item.Second)).Distinct().ToArray();
        var constant = new ItemScores(
            "always the model with the higher mean",
            BaselineAgreement.Constant(table.Items, differences)
        );
        var perVote = Agreement.Undefined.Try(
            undefined,
            "per-vote agreement",
            () =>
                PerVoteAgreement.Of(table, differences, options.Level, options.Resamples, options.Seed, options.Threads)
        );
        if (perVote is { Bootstrap: null })
        {
            undefined.Add(new Undefined("interval of the per-vote agreement", "It takes two prompts and two raters."));
        }

        return new EncoderAgreement(
            own.Name,
            majority,
            pairs.Length < 2
                ? []
                :
                [
                    .. pairs.Select(pair =>
                    {
                        int[] rows =
                        [
                            .. Enumerable
                                .Range(0, table.Items.Count)
                                .Where(i => (table.Items[i].First, table.Items[i].Second) == pair),
                        ];
                        return new PairAgreement(
                            pair.First,
                            pair.Second,
                            MajorityFigures.Of(
                                table.Where(item => (item.First, item.Second) == pair),
                                [.. rows.Select(i => differences[i])],
                                options
                            )
                        );
                    }),
                ],
            [
                .. others
                    .Prepend(constant)
                    .Select(other =>
                        BaselineFigures.Of(
                            BaselineAgreement.Of(
                                other.Name ?? "a score without a name",
                                table.Choices,
                                differences,
                                other.Differences
                            ),
                            options.Level
                        )
                    ),
            ],
            ceiling is { OneRater: > 0 } && majority.OfDecided is { } share ? share.Value / ceiling.OneRater : null,
            perVote,
            perVote switch
            {
                null => null,
                // Components cover 92 to 96% of simulated studies, the bootstrap 97 to 99% (docs/statistics.md).
                { Variance: { } components } => new VoteShare(
                    perVote.Share,
                    components.Interval(perVote.Share, options.Level),
                    "components of variance, prompts and raters"
                ),
                _ => new VoteShare(perVote.Share, perVote.Bootstrap, "two-way bootstrap over prompts and raters"),
            },
            Agreement.Undefined.Try(
                undefined,
                "alternative annotator test",
                () =>
                    AlternativeAnnotatorTest.Of(
                        table,
                        [.. differences.Select(Agreement.Majority.OfScore)],
                        options.Penalty
                    )
            ),
            Agreement.Undefined.Try(
                undefined,
                "psychometric curve",
                () => CurveFigures.Of(table, differences, options)
            ),
            Agreement.Undefined.Try(undefined, "ranks", () => RankFigures.Of(table, differences, options)),
            perVote?.Variance is { } variance ? MoreVotes.Of(variance) : [],
            undefined
        );
    }
}

/// <summary>A score of every item.</summary>
/// <param name="Name">Of the encoder or baseline; null if unknown.</param>
/// <param name="Differences">Second model's score minus first model's, an item each.</param>
public sealed record ItemScores(string? Name, IReadOnlyList<double> Differences);

/// <summary>One pair of models among several.</summary>
/// <param name="First">The first model.</param>
/// <param name="Second">The second model.</param>
/// <param name="Majority">Agreement with the majority.</param>
public sealed record PairAgreement(string First, string Second, MajorityFigures Majority);

/// <summary>A baseline with its interval.</summary>
/// <param name="Name">Of the rule, encoder or score.</param>
/// <param name="Decided">Items that it and the majority decide.</param>
/// <param name="OfDecided">Its agreement on those; null where there are none.</param>
/// <param name="BalancedAccuracy">Mean of both models' recalls; null where one model has no majority.</param>
/// <param name="ScoreOnly">Items on which only the score agrees with the majority.</param>
/// <param name="BaselineOnly">Items on which only the baseline does.</param>
/// <param name="P">McNemar's exact test of the two, two-sided; null where they agree on the same items.</param>
public sealed record BaselineFigures(
    string Name,
    int Decided,
    VoteShare? OfDecided,
    double? BalancedAccuracy,
    int ScoreOnly,
    int BaselineOnly,
    double? P
)
{
    internal static BaselineFigures Of(BaselineAgreement found, double level) =>
        new(
            found.Name,
            found.Agreement.Decided,
            found.Agreement.OfDecided is { } share
                ? new VoteShare(
                    share,
                    Proportion.Wilson(found.Agreement.Agreements, found.Agreement.Decided, level),
                    "Wilson"
                )
                : null,
            found.Agreement.BalancedAccuracy,
            found.ScoreOnly,
            found.BaselineOnly,
            found.P
        );
}
